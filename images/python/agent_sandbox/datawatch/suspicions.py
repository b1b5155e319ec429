"""What looks wrong, held until the code is done: it may fill the gaps, or group the repeated rows."""

import types
from dataclasses import dataclass, replace

MAX_HELD = 200

REPEATED, LOST, GAP, TEXT, OBJECT = "repeated rows", "lost rows", "gap", "text of missing values", "object"
_KINDS = {
    REPEATED: "row_count",
    LOST: "row_count",
    GAP: "missing_values",
    TEXT: "missing_values",
    OBJECT: "object_dtype",
}
# A test that speaks of missing values knows what becomes of them.
_MISSING_WORDS = frozenset(
    ("isna", "isnull", "notna", "notnull", "isnan", "nan", "NaN", "NaT", "NA", "hasnans", "dropna", "fillna")
)


@dataclass(frozen=True)
class Suspicion:
    """Something that an operation did, and what would make it a finding."""

    reason: str
    place: tuple
    message: str
    weight: int
    """How many rows or values: of several in one line the weightiest is told."""
    labels: frozenset = frozenset()
    """The columns that it is about; of repeated rows: the columns by which groups put them together again."""
    hidden: bool = False
    """A finding also where nothing of it is left: what follows passes over it silently."""


class Suspicions:
    """Holds suspicions until the code leaves, then makes findings of those that still stand."""

    def __init__(self, sources, findings, leaving):
        self.sources = sources
        self._findings = findings
        self._leaving = leaving
        self._held = []
        self._knowing = False
        leaving.listeners.append(self._left)

    @property
    def any(self):
        """Is something held?"""
        return bool(self._held)

    def test_begins(self, function):
        """Forget what is held, and look whether the test speaks of missing values."""
        self._held.clear()
        self._knowing = bool(_words(getattr(function, "__code__", None)) & _MISSING_WORDS)

    def hold(self, frame, reason, message, weight, labels=(), hidden=False):
        """Hold a suspicion about the call that this frame of the job is in, until its code is done."""
        if len(self._held) < MAX_HELD:
            place = self.sources.place(frame)
            self._held.append(Suspicion(reason, place, message, weight, frozenset(labels), hidden))
            self._leaving.expect(frame)

    def assigned(self, label, missing, is_object):
        """A column was set to a value with so many gaps: what an operation left may go on under this name."""
        self._held = [
            replace(item, labels=item.labels | {label})
            if (item.reason == GAP and 0 < item.weight <= missing) or (item.reason == OBJECT and is_object)
            else item
            for item in self._held
        ]

    def looked_for_missing(self):
        """The code asks which values are missing, so it knows of them."""
        self._held = [item for item in self._held if item.reason not in (GAP, TEXT)]

    def mended_missing(self):
        """The code fills, drops or replaces values: only the gaps that are left count."""
        self._held = [replace(item, hidden=False) for item in self._held if item.reason != TEXT]

    def grouped(self, labels, drops_missing):
        """Rows were grouped by these columns."""
        held, self._held = self._held, []
        for item in held:
            if item.reason == REPEATED and labels <= item.labels:
                continue
            if item.reason == GAP and drops_missing and labels & item.labels and not item.hidden:
                message = f"{item.message} Grouping by it leaves these rows out."
                item = replace(item, hidden=True, message=message)
            self._held.append(item)

    def made_unique(self):
        """Repeated rows were dropped again."""
        self._held = [item for item in self._held if item.reason != REPEATED]

    def _left(self, left):
        held, self._held = self._held, []
        for item in held:
            if not _stands(item, left):
                continue
            kind = _KINDS[item.reason]
            self._findings.add(kind, item.place, item.message, item.weight)
            if self._knowing and kind == "missing_values":
                self._findings.meant(kind, item.place)


def _stands(item, left):
    if item.hidden or item.reason in (REPEATED, LOST):
        return True
    return left.is_missing(item.labels) if item.reason == GAP else left.is_object(item.labels)


def _words(code):
    """The names and texts in a function and in what it defines."""
    found, waiting = set(), [code]
    while waiting:
        code = waiting.pop()
        if isinstance(code, types.CodeType):
            found.update(code.co_names)
            found.update(constant for constant in code.co_consts if isinstance(constant, str))
            waiting += code.co_consts
    return found
