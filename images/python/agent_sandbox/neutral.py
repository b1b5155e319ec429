"""Live values of a notebook from the neutral form that its kernel wrote them in. Nothing is unpickled.

A form is JSON: null, booleans, numbers, texts and lists stand for themselves, and everything else is
``{"t": tag, …}`` with a tag of `_READERS`. Arrays are base64 of npy files.
"""

import base64
import collections
import datetime
import decimal
import fractions
import io
import json
import pathlib
import uuid
import zoneinfo

_FACTORIES = {kind.__name__: kind for kind in (int, float, str, bool, list, dict, set, tuple)}


def read(text):
    """The value of a form's JSON text. Raises whatever a form that is none raises, and ImportError."""
    return _value(json.loads(text))


def _value(form):
    if isinstance(form, list):
        return [_value(item) for item in form]
    if isinstance(form, dict):
        return _READERS[form["t"]](form)
    return form


def _items(form):
    return [_value(item) for item in form["v"]]


def _pairs(form):
    return [(_value(key), _value(value)) for key, value in form["v"]]


def _default_dict(form):
    factory = None if form["factory"] is None else _FACTORIES[form["factory"]]
    return collections.defaultdict(factory, _pairs(form))


def _datetime(form):
    moment = datetime.datetime.fromisoformat(form["v"])
    return moment if form["zone"] is None else moment.replace(tzinfo=zoneinfo.ZoneInfo(form["zone"]))


def _array(form):
    import numpy

    return numpy.load(io.BytesIO(base64.b64decode(form["v"])), allow_pickle=False)


def _objects(form):
    import numpy

    array = numpy.empty(len(form["v"]), dtype=object)
    for place, item in enumerate(form["v"]):
        array[place] = _value(item)
    return array.reshape(form["shape"])


def _pandas_of(form, name):
    import pandas

    return getattr(pandas, name) if name in ("NaT", "NA") else _pandas_scalar(pandas, form, name)


def _pandas_scalar(pandas, form, name):
    if name == "Timestamp":
        moment = pandas.Timestamp(form["v"], unit="ns", tz="UTC" if form["zone"] else None)
        return moment.tz_convert(form["zone"]) if form["zone"] else moment
    return pandas.Timedelta(form["v"], unit="ns")


def _zoned(form):
    import pandas

    return pandas.DatetimeIndex(_value(form["v"])).tz_localize("UTC").tz_convert(form["zone"]).array


def _categories(form):
    import pandas

    categories = _value(form["categories"])
    return pandas.Categorical.from_codes(_value(form["v"]), categories=categories, ordered=form["ordered"])


def _strings(form):
    import pandas

    if form["missing"] == "NA":
        return pandas.array(form["v"], dtype="string")
    texts = [float("nan") if text is None else text for text in form["v"]]
    # pandas has a type of its own for them from version 3 on; before, they are objects.
    own = int(pandas.__version__.partition(".")[0]) >= 3
    return pandas.Series(texts, dtype="str" if own else object).array


def _masked(form):
    import pandas

    values, mask = _value(form["v"]), _value(form["mask"])
    kinds = {"b": pandas.arrays.BooleanArray, "f": pandas.arrays.FloatingArray}
    return kinds.get(values.dtype.kind, pandas.arrays.IntegerArray)(values, mask)


def _periods(form):
    import pandas

    return pandas.arrays.PeriodArray(_value(form["v"]), dtype=pandas.PeriodDtype(form["freq"]))


def _intervals(form):
    import pandas

    left, right = _value(form["left"]), _value(form["right"])
    return pandas.arrays.IntervalArray.from_arrays(left, right, closed=form["closed"])


def _index(form):
    import pandas

    values = _value(form["v"])
    # What pandas would infer of objects is not what they were.
    kind = object if form["v"]["t"] == "objects" else None
    index = pandas.Index(values, dtype=kind, name=_value(form["name"]))
    if form.get("freq"):
        index.freq = form["freq"]
    return index


def _range_index(form):
    import pandas

    return pandas.RangeIndex(*form["v"], name=_value(form["name"]))


def _multi_index(form):
    import pandas

    return pandas.MultiIndex(levels=_items(form), codes=_value(form["codes"]), names=_value(form["names"]))


def _series(form):
    import pandas

    values = _value(form["v"])
    kind = object if form["v"]["t"] == "objects" else None
    return pandas.Series(values, index=_value(form["index"]), dtype=kind, name=_value(form["name"]))


def _frame(form):
    import pandas

    index, columns = _value(form["index"]), _value(form["columns"])
    series = {}
    for place, column in enumerate(form["v"]):
        kind = object if column["t"] == "objects" else None
        series[place] = pandas.Series(_value(column), index=index, dtype=kind)
    frame = pandas.DataFrame(series, index=index)
    frame.columns = columns
    return frame


def _polars_frame(form):
    import polars

    return polars.read_ipc(io.BytesIO(base64.b64decode(form["v"])))


_READERS = {
    "float": lambda form: float(form["v"]),
    "complex": lambda form: complex(*(_value(part) for part in form["v"])),
    "bytes": lambda form: base64.b64decode(form["v"]),
    "bytearray": lambda form: bytearray(base64.b64decode(form["v"])),
    "tuple": lambda form: tuple(_items(form)),
    "set": lambda form: set(_items(form)),
    "frozenset": lambda form: frozenset(_items(form)),
    "deque": lambda form: collections.deque(_items(form), form["maxlen"]),
    "dict": lambda form: dict(_pairs(form)),
    "OrderedDict": lambda form: collections.OrderedDict(_pairs(form)),
    "Counter": lambda form: collections.Counter(dict(_pairs(form))),
    "defaultdict": _default_dict,
    "range": lambda form: range(*form["v"]),
    "datetime": _datetime,
    "date": lambda form: datetime.date.fromisoformat(form["v"]),
    "time": lambda form: datetime.time.fromisoformat(form["v"]),
    "timedelta": lambda form: datetime.timedelta(*form["v"]),
    "Decimal": lambda form: decimal.Decimal(form["v"]),
    "Fraction": lambda form: fractions.Fraction(*form["v"]),
    "UUID": lambda form: uuid.UUID(form["v"]),
    "Path": lambda form: pathlib.Path(form["v"]),
    "array": _array,
    "scalar": lambda form: _array(form)[()],
    "objects": _objects,
    "NaT": lambda form: _pandas_of(form, "NaT"),
    "NA": lambda form: _pandas_of(form, "NA"),
    "Timestamp": lambda form: _pandas_of(form, "Timestamp"),
    "Timedelta": lambda form: _pandas_of(form, "Timedelta"),
    "zoned": _zoned,
    "categories": _categories,
    "strings": _strings,
    "masked": _masked,
    "periods": _periods,
    "intervals": _intervals,
    "index": _index,
    "range index": _range_index,
    "multi index": _multi_index,
    "series": _series,
    "frame": _frame,
    "polars": _polars_frame,
    "polars series": lambda form: _polars_frame(form).to_series(0),
}
