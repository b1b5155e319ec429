"""Merges and joins that repeat rows or lose them."""

from .suspicions import LOST, REPEATED
from .tables import counted


class Rows:
    """Compares the rows before and after."""

    def __init__(self, tables, suspicions):
        self._tables = tables
        self._suspicions = suspicions

    def merged(self, caller, operation, sides, given, result):
        """`sides` are the left and the right table; `given` the arguments as ``merge`` has them."""
        how = given["how"]
        if given["validate"] is not None:
            return  # pandas itself holds what the code says
        base = 1 if how == "right" else 0
        before, after = self._tables.rows(sides[base]), self._tables.rows(result)
        if how in ("left", "right", "inner") and after > before:
            self._repeated(caller, operation, sides, base, given, after)
        elif how == "inner" and after < before:
            self._lost(caller, operation, before, after)

    def grouped(self, given):
        """Rows were put into groups."""
        labels = given["by"] if isinstance(given["by"], list) else [given["by"]]
        if all(isinstance(label, str) for label in labels):
            self._suspicions.grouped(frozenset(labels), given["dropna"])

    def _repeated(self, caller, operation, sides, base, given, after):
        both = self._repeats(sides, base, given)
        if given["how"] == "inner" and both is False:
            return  # each row of the other side stands once: its table is the one that is completed
        before = self._tables.rows(sides[base])
        where = "on both sides" if both else f"on the {('right', 'left')[base]} side"
        together = (
            []
            if both or given["how"] == "inner"
            else [label for label, _ in self._tables.columns(sides[base])]
        )
        self._suspicions.hold(
            caller,
            REPEATED,
            f"{operation} turned {counted(before, 'row')} into {after}: keys are repeated {where}. "
            "Say validate= if that is meant.",
            after - before,
            together,
        )

    def _lost(self, caller, operation, before, after):
        stated = self._suspicions.sources.keywords(caller)
        if stated is not None and "how" not in stated:
            self._suspicions.hold(
                caller,
                LOST,
                f"{operation} dropped {before - after} of {counted(before, 'row')} that have no match. "
                'Say how="inner" if that is meant.',
                before - after,
            )

    def _repeats(self, sides, base, given):
        """Do keys repeat on the base side? None where it can't be told."""
        side = ("left", "right")[base]
        if given[f"{side}_index"]:
            return not self._tables.index(sides[base]).is_unique
        keys = given["on"] if given["on"] is not None else given[f"{side}_on"]
        if keys is None:
            others = {label for label, _ in self._tables.columns(sides[1 - base])}
            keys = [label for label, _ in self._tables.columns(sides[base]) if label in others]
        return self._tables.repeats(sides[base], keys if isinstance(keys, list) else [keys])
