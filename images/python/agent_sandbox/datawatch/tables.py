"""Looking at tables without a method that a subclass may have changed, and without a warning."""

import datetime
import numbers
import sys

MAX_CELLS = 5_000_000
MAX_SAMPLE = 1000
_LABEL = 40


class Tables:
    """Reads DataFrames and Series of this pandas."""

    def __init__(self, pandas):
        self._pd = pandas
        self._plain_arrays = (sys.modules["numpy"].ndarray, pandas.Index)

    def is_frame(self, value):
        """Is it a DataFrame? By its type: a mock may say that it is one."""
        return issubclass(type(value), self._pd.DataFrame)

    def is_series(self, value):
        """Is it a Series?"""
        return issubclass(type(value), self._pd.Series)

    def is_table(self, value):
        """Is it either?"""
        return issubclass(type(value), (self._pd.DataFrame, self._pd.Series))

    def is_array(self, value):
        """Is it a numpy array, an index or one of pandas' own arrays?"""
        kind = type(value)
        if issubclass(kind, self._plain_arrays):
            return not issubclass(kind, self._pd.MultiIndex)
        return issubclass(kind, self._pd.api.extensions.ExtensionArray) and kind.__module__.startswith(
            "pandas."
        )

    def index(self, table):
        """The row labels."""
        return table._mgr.axes[-1]

    def rows(self, table):
        """How many rows."""
        return len(self.index(table))

    def columns(self, table):
        """Yield (label, array) of each column; a Series is one column."""
        if self.is_series(table):
            yield table._name, table._mgr.array
            return
        if table._mgr.shape[0] * table._mgr.shape[-1] > MAX_CELLS:
            return
        yield from zip(table._mgr.axes[0], self._pd.DataFrame._iter_column_arrays(table), strict=True)

    def missing(self, table):
        """Label → how many values are missing, of the columns where some are."""
        counts = {}
        for label, array in self.columns(table):
            count = self.missing_in(array)
            if count:
                counts[label] = counts.get(label, 0) + count
        return counts

    def missing_in(self, array):
        """How many values of an array are missing."""
        if not self.is_array(array) or len(array) > MAX_CELLS:
            return 0
        return int(self._pd.isna(array).sum())

    def is_missing(self, value):
        """Is it a missing scalar? None is an answer like any other."""
        return value is self._pd.NA or value is self._pd.NaT or (isinstance(value, float) and value != value)

    def same_rows(self, one, other):
        """Do two tables have the same row labels in the same order?"""
        return self._same(self.index(one), self.index(other))

    def aligned(self, one, other):
        """Do two operands line up without a gap? A Series lines up with a frame's columns."""
        if self.is_frame(one) and self.is_frame(other):
            return self.same_rows(one, other) and self._same(one._mgr.axes[0], other._mgr.axes[0])
        if self.is_frame(one) or self.is_frame(other):
            frame, series = (one, other) if self.is_frame(one) else (other, one)
            return self._same(frame._mgr.axes[0], self.index(series))
        return self.same_rows(one, other)

    def _same(self, one, other):
        return one is other or (len(one) == len(other) and bool(self._pd.Index.equals(one, other)))

    def repeats(self, table, labels):
        """Do rows with the same values under these labels repeat? None: the labels are not columns."""
        found = dict(self.columns(table))
        if any(label not in found for label in labels):
            return None
        keys = self._pd.DataFrame({str(number): found[label] for number, label in enumerate(labels)})
        return bool(keys.duplicated().any())

    def is_object(self, array):
        """Does an array hold just any Python objects?"""
        return str(array.dtype) == "object"

    def is_measure(self, array):
        """Does it hold numbers or times?"""
        return getattr(array.dtype, "kind", "O") in "iufcmM"

    def is_mixed(self, array):
        """Does an object array hold values of several kinds: numbers, text, times?"""
        half = MAX_SAMPLE // 2
        sample = array if len(array) <= MAX_SAMPLE else [*array[:half], *array[-half:]]
        return len({_kind(value) for value in sample if not self.is_missing(value)} - {None}) > 1


def shown(labels):
    """A few labels for a sentence."""
    texts = ["an unnamed Series" if label is None else _cut(repr(label)) for label in labels]
    rest = len(texts) - 3
    return ", ".join(texts[:3]) + (f" and {counted(rest, 'more column')}" if rest > 0 else "")


def _cut(text):
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"


def counted(number, noun):
    """``1 row``, ``2 rows``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _kind(value):
    if isinstance(value, str | bytes):
        return "text"
    if isinstance(value, numbers.Number):
        return "number"
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return "time"
    return None
