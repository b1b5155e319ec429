"""Which operations of pandas are looked at, when the job's own code calls them directly."""

from .column_types import Types
from .gaps import Gaps
from .rows import Rows

# A call that stands in a loop is looked at so often; after that it costs only a look at its caller.
MAX_LOOKS = 200


class TransformationWatch:
    """Hands each operation's caller, arguments and result to those who compare before and after."""

    def __init__(self, tables, suspicions):
        self._tables = tables
        self._suspicions = suspicions
        self._rows = Rows(tables, suspicions)
        self._gaps = Gaps(tables, suspicions)
        self._types = Types(tables, suspicions)
        self._looks = {}

    def watch(self, pandas, returns):
        """Begin."""
        frame, series = pandas.DataFrame, pandas.Series
        for look, functions in (
            (self._merge, (frame.merge, pandas.merge)),
            (self._join, (frame.join,)),
            (self._concat, (pandas.concat,)),
            (self._reindex, (frame.reindex, series.reindex)),
            (self._reshape, (frame.pivot, frame.pivot_table, frame.unstack, series.unstack)),
            (self._map, (series.map, series.apply)),
            (self._convert, (pandas.to_numeric, pandas.to_datetime, pandas.to_timedelta)),
            (self._arithmetic, (frame.__add__,)),  # all operators of both share this code
            (self._set_column, (frame.__setitem__,)),
            (self._assign, (frame.assign,)),
            (self._astype, (frame.astype,)),
            (self._fill, (frame.fillna, frame.where, frame.mask, frame.replace)),
        ):
            for function in functions:
                returns.watch(function.__code__, self._called_by_job(self._sparing(look)))
        for notice, functions in (
            (self._group, (frame.groupby,)),
            (self._asks, (frame.isna, frame.isnull, frame.notna, frame.notnull, pandas.isna, pandas.notna)),
            (self._asks, (series.isna, series.isnull, series.notna, series.notnull)),
            (self._mends, (frame.dropna, series.dropna, frame.interpolate, frame.ffill, frame.bfill)),
            (self._mends, (frame.combine_first, series.combine_first)),
            (self._makes_unique, (frame.drop_duplicates, frame.duplicated, series.duplicated)),
        ):
            for function in functions:
                returns.watch(function.__code__, self._called_by_job(notice))

    def _called_by_job(self, look):
        def handler(frame, value):
            caller = self._suspicions.sources.caller(frame)
            if caller is not None:
                look(caller, frame.f_locals, value)

        return handler

    def _sparing(self, look):
        def sparing(caller, given, result):
            site = (id(caller.f_code), caller.f_lasti)
            self._looks[site] = looks = self._looks.get(site, 0) + 1
            if looks <= MAX_LOOKS or self._suspicions.any:
                look(caller, given, result)

        return sparing

    def _merge(self, caller, given, result):
        if given["indicator"]:
            return  # the code asks which rows have a match
        sides = [given["self"] if "self" in given else given["left"], given["right"]]
        self._rows.merged(caller, "merge", sides, given, result)
        self._gaps.combined(caller, f"{given['how']} merge", sides, result, given["suffixes"])

    def _join(self, caller, given, result):
        sides = [given["self"], given["other"]]
        if not self._tables.is_table(sides[1]):
            return
        keys = {"on": None, "left_on": given["on"], "left_index": given["on"] is None, "right_index": True}
        self._rows.merged(caller, "join", sides, {**given, **keys}, result)
        suffixes = (given["lsuffix"], given["rsuffix"])
        self._gaps.combined(caller, f"{given['how']} join", sides, result, suffixes)

    def _concat(self, caller, given, result):
        parts = given["objs"]
        parts = list(parts.values()) if isinstance(parts, dict) else parts
        if isinstance(parts, list | tuple):
            tables = [part for part in parts if self._tables.is_table(part)]
            self._gaps.combined(caller, "concat", tables, result)
            self._types.fell(caller, "concat", tables, result)

    def _reindex(self, caller, given, result):
        self._gaps.combined(caller, "reindex", [given["self"]], result)

    def _reshape(self, caller, given, result):
        self._gaps.reshaped(caller, given["self"], result)

    def _map(self, caller, given, result):
        if self._tables.is_series(result):
            self._gaps.mapped(caller, given["self"], result)
            self._types.fell(caller, "map", [given["self"]], result)

    def _convert(self, caller, given, result):
        self._gaps.converted(caller, given["arg"], given["errors"], result)

    def _arithmetic(self, caller, given, result):
        self._gaps.calculated(caller, given["method"].__name__, [given["self"], given["other"]], result)

    def _set_column(self, caller, given, _result):
        self._gaps.assigned(caller, given["self"], {given["key"]: given["value"]})

    def _assign(self, caller, given, result):
        self._gaps.assigned(caller, result, given["kwargs"])

    def _astype(self, caller, given, result):
        self._types.cast(caller, given["self"], given["dtype"], result)

    def _fill(self, caller, given, result):
        self._suspicions.mended_missing()
        if self._tables.is_table(result):
            self._types.fell(caller, "filling", [given["self"]], result)

    def _group(self, _caller, given, _result):
        self._rows.grouped(given)

    def _asks(self, *_):
        self._suspicions.looked_for_missing()

    def _mends(self, *_):
        self._suspicions.mended_missing()

    def _makes_unique(self, *_):
        self._suspicions.made_unique()
