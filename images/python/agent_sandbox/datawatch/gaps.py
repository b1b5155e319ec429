"""Missing values that appear where there were none."""

from .suspicions import GAP
from .tables import counted, shown

_SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "radd": "+", "rsub": "-", "rmul": "*", "rtruediv": "/",
}  # fmt: skip


class Gaps:
    """Compares what is missing before and after."""

    def __init__(self, tables, suspicions):
        self._tables = tables
        self._suspicions = suspicions

    def combined(self, caller, operation, inputs, result, suffixes=()):
        """Columns of the result with missing values that no input had, under its name or with a suffix."""
        known = {label for table in inputs for label in self._tables.missing(table)}
        known |= {f"{label}{suffix}" for label in known for suffix in suffixes}
        made = {
            label: count
            for label, count in self._tables.missing(result).items()
            if known.isdisjoint(label if isinstance(label, tuple) else (label,))
        }
        if made:
            self._hold(caller, operation, made, self._tables.rows(result))

    def reshaped(self, caller, table, result):
        """A pivot has a place for every combination."""
        if not self._tables.missing(table):
            self.combined(caller, "reshaping", [], result)

    def mapped(self, caller, series, result):
        """A mapping may not know every value."""
        made = _count(self._tables.missing(result)) - _count(self._tables.missing(series))
        if made > 0:
            self._hold(caller, "map", {series._name: made}, self._tables.rows(result))

    def converted(self, caller, values, errors, result):
        """What can't be converted is thrown away where the code says so."""
        if errors != "coerce" or not self._tables.is_series(values):
            return
        ((label, array),) = self._tables.columns(values)
        blank = sum(isinstance(value, str) and not value.strip() for value in array)
        made = _count(self._tables.missing(result)) - self._tables.missing_in(array) - blank
        if made > 0:
            self._hold(caller, "errors='coerce'", {label: made}, self._tables.rows(result))

    def calculated(self, caller, method, operands, result):
        """Two tables are lined up by their labels first."""
        if not all(map(self._tables.is_table, operands)) or self._tables.aligned(*operands):
            return
        before = sum(_count(self._tables.missing(operand)) for operand in operands)
        made = _count(self._tables.missing(result)) - before
        if made > 0:
            sign = _SIGNS.get(method.strip("_"), "arithmetic")
            message = f"{sign} left {counted(made, 'value')} missing: the two sides have different labels."
            labels = [label for label, _ in self._tables.columns(result)]
            self._suspicions.hold(caller, GAP, message, made, labels, hidden=True)

    def assigned(self, caller, frame, values):
        """A Series that becomes a column is lined up by its index; `values` is label → Series or function."""
        columns = {}
        for label, value in values.items():
            is_series = self._tables.is_series(value)
            aligned = not is_series or self._tables.same_rows(frame, value)
            if (aligned and not self._suspicions.any) or not (is_series or callable(value)):
                continue
            columns = columns or dict(self._tables.columns(frame))
            missing = self._tables.missing_in(columns[label])
            self._suspicions.assigned(label, missing, self._tables.is_object(columns[label]))
            made = 0 if aligned else missing - _count(self._tables.missing(value))
            if made > 0:
                rows = counted(self._tables.rows(frame), "row")
                message = f"assigning {shown([label])} left {made} of {rows} missing: the indexes differ."
                self._suspicions.hold(caller, GAP, message, made, [label], hidden=True)

    def _hold(self, caller, operation, made, rows):
        label, count = max(made.items(), key=lambda item: item[1])
        labels = [label, *(other for other in made if other != label)]
        message = f"{operation} left {count} of {counted(rows, 'value')} of {shown(labels)} missing."
        self._suspicions.hold(caller, GAP, message, count, made)


def _count(missing):
    return sum(missing.values())
