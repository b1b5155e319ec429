"""Columns of numbers or times that fall to text or to mixed objects."""

from .suspicions import OBJECT, TEXT
from .tables import counted, shown


class Types:
    """Compares the types of columns before and after."""

    def __init__(self, tables, suspicions):
        self._tables = tables
        self._suspicions = suspicions

    def fell(self, caller, operation, inputs, result):
        """Columns of the result that are objects of several kinds, or of inputs that were none."""
        before = {}
        for table in inputs:
            for label, array in self._tables.columns(table):
                before.setdefault(label, []).append(array)
        fallen = [
            label
            for label, array in self._tables.columns(result)
            if self._tables.is_object(array) and self._has_fallen(array, before.get(label, []))
        ]
        if fallen:
            message = (
                f"{operation} made {shown(fallen)} a column of mixed objects instead of numbers or times."
            )
            self._suspicions.hold(caller, OBJECT, message, len(fallen), fallen)

    def cast(self, caller, table, wanted, result):
        """``astype(str)`` makes the text 'nan' of what is missing."""
        gaps = self._tables.missing(table)
        made = {
            label: gaps[label]
            for label, array in self._tables.columns(result)
            if label in gaps
            and (wanted.get(label) if isinstance(wanted, dict) else wanted) in (str, "str")
            and not self._tables.missing_in(array)
        }
        if made:
            count = sum(made.values())
            message = f"astype(str) turned {counted(count, 'missing value')} of {shown(made)} into text."
            self._suspicions.hold(caller, TEXT, message, count, made, hidden=True)

    def _has_fallen(self, array, sources):
        measures = [self._tables.is_measure(source) for source in sources]
        return any(measures) and (self._tables.is_mixed(array) or (all(measures) and len(measures) > 1))
