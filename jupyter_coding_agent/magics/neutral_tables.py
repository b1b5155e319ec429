"""Arrays and tables of numpy, pandas and polars in the neutral form of `neutral`.

A class counts as a library's only if it is the very one that the loaded library has by that name.
"""

from __future__ import annotations

import base64
import io
import sys
from typing import Any

from .neutral import Form, NotCarried, TooMuch, Write, Writer, zone_name

MAX_CATEGORIES = 20_000
_NUMBERS = "biufcMmSUV"
_MASKED = (
    "BooleanDtype",
    "Float32Dtype",
    "Float64Dtype",
    *(f"{sign}Int{bits}Dtype" for sign in ("", "U") for bits in (8, 16, 32, 64)),
)
"""pandas' types that keep missing values apart."""
_PLAIN = ("NumpyEADtype", "PandasDtype")
"""What pandas calls numpy's own types."""


def writer_of(library: str, kind: type) -> Write | None:
    """Who writes values of this class of this library; None: nobody."""
    module = sys.modules.get(library)
    if module is None:
        return None
    for name, write in _LIBRARIES[library].items():
        if getattr(module, name, None) is kind:
            return write
    if library == "numpy" and issubclass(kind, module.generic):
        return _numpy_scalar
    if library == "pandas":
        return _pandas_writer(module, kind)
    return None


def _pandas_writer(pandas: Any, kind: type) -> Write | None:
    if kind is type(pandas.NaT):
        return lambda writer, value, depth: {"t": "NaT"}
    if kind is type(pandas.NA):
        return lambda writer, value, depth: {"t": "NA"}
    return _index if issubclass(kind, pandas.Index) else None


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def npy(writer: Writer, array: Any, tag: str = "array") -> Form:
    """A numpy array that holds no objects. Raises NotCarried for others."""
    import numpy

    if array.dtype.hasobject or array.dtype.kind not in _NUMBERS:
        raise NotCarried(f"it holds values of numpy's type {array.dtype.name[:80]}")
    writer.take(array.nbytes * 4 // 3)
    file = io.BytesIO()
    numpy.lib.format.write_array(file, numpy.asarray(array), allow_pickle=False)
    return {"t": tag, "v": _encoded(file.getvalue())}


def _numpy_array(writer: Writer, value: Any, depth: int) -> Form:
    import numpy

    if value.ndim:
        value = value[: writer.first(value.shape[0], "rows", depth)]
    if value.dtype.kind == "O":
        items = writer.forms(value.ravel().tolist(), depth)
        return {"t": "objects", "v": items, "shape": list(value.shape)}
    return npy(writer, numpy.asarray(value))


def _numpy_scalar(writer: Writer, value: Any, depth: int) -> Form:
    import numpy

    return npy(writer, numpy.asarray(value), "scalar")


def _timestamp(writer: Writer, value: Any, depth: int) -> Form:
    zone = None if value.tzinfo is None else _zone(value.tzinfo)
    return {"t": "Timestamp", "v": value.value, "zone": zone}


def _timedelta(writer: Writer, value: Any, depth: int) -> Form:
    return {"t": "Timedelta", "v": value.value}


def _zone(zone: Any) -> str:
    name = zone_name(zone)
    if name is None:
        raise NotCarried("it holds times in a zone that has no name")
    return name


def _series(writer: Writer, value: Any, depth: int) -> Form:
    _check_type(value.dtype)
    value = value.iloc[: writer.first(len(value), "rows", depth)]
    return {
        "t": "series",
        "v": _column(writer, value.array, depth),
        "index": _index(writer, value.index, depth),
        "name": writer.form(value.name, depth + 1),
    }


def _frame(writer: Writer, value: Any, depth: int) -> Form:
    for dtype in value.dtypes.array:
        _check_type(dtype)
    value = value.iloc[: writer.first(len(value), "rows", depth)]
    columns = []
    for place in range(value.shape[1]):
        column = value.iloc[:, place].array
        try:
            columns.append(_column(writer, column, depth))
        except TooMuch:
            raise
        except NotCarried as reason:
            name = value.columns[place]
            shown = repr(name[:80]) if type(name) is str else f"number {place + 1}"
            raise NotCarried(f"of its column {shown}: {reason}") from reason
    return {
        "t": "frame",
        "v": columns,
        "index": _index(writer, value.index, depth),
        "columns": _index(writer, value.columns, depth),
    }


def _check_type(dtype: Any) -> None:
    """Only types of numpy and pandas themselves: a type of somebody else's would run their code when it is cut."""
    home = str(type.__getattribute__(type(dtype), "__module__")).partition(".")[0]
    if home not in ("numpy", "pandas"):
        raise NotCarried(f"it holds values of a type of {home[:80]}")


def _index(writer: Writer, value: Any, depth: int) -> Form:
    pandas: Any = sys.modules["pandas"]
    if depth == 0:
        value = value[: writer.first(len(value), "rows")]
    if isinstance(value, pandas.MultiIndex):
        value = value.remove_unused_levels()
        return {
            "t": "multi index",
            "v": [_index(writer, level, depth + 1) for level in value.levels],
            "codes": [npy(writer, codes) for codes in value.codes],
            "names": writer.forms(value.names, depth),
        }
    name = writer.form(value.name, depth + 1)
    if isinstance(value, pandas.RangeIndex):
        return {"t": "range index", "v": [value.start, value.stop, value.step], "name": name}
    _check_type(value.dtype)
    form = {"t": "index", "v": _column(writer, value.array, depth), "name": name}
    if isinstance(value, pandas.DatetimeIndex | pandas.TimedeltaIndex):
        form["freq"] = value.freqstr
    return form


def _column(writer: Writer, array: Any, depth: int) -> Form:
    """The values of a column or an index, of a type that `_check_type` has let pass."""
    pandas: Any = sys.modules["pandas"]
    dtype = array.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        if len(dtype.categories) > MAX_CATEGORIES:
            raise NotCarried(f"it has {len(dtype.categories):,} categories")
        categories = _index(writer, dtype.categories, depth + 1)
        return {
            "t": "categories",
            "v": npy(writer, array.codes),
            "categories": categories,
            "ordered": bool(dtype.ordered),
        }
    if isinstance(dtype, pandas.DatetimeTZDtype):
        # As UTC: the form says apart in which zone they are shown.
        plain = array.astype(f"datetime64[{dtype.unit}, UTC]").tz_localize(None)
        return {"t": "zoned", "v": npy(writer, plain.to_numpy()), "zone": _zone(dtype.tz)}
    if isinstance(dtype, pandas.StringDtype):
        texts = [text if isinstance(text, str) else None for text in array.to_numpy(dtype=object)]
        writer.take(sum(4 if text is None else len(text) + 3 for text in texts))
        return {"t": "strings", "v": texts, "missing": "NA" if dtype.na_value is pandas.NA else "NaN"}
    if isinstance(dtype, pandas.PeriodDtype):
        return {"t": "periods", "v": npy(writer, array.asi8), "freq": dtype.name.removeprefix("period[")[:-1]}
    if isinstance(dtype, pandas.IntervalDtype):
        left, right = (_column(writer, side.array, depth) for side in (array.left, array.right))
        return {"t": "intervals", "left": left, "right": right, "closed": dtype.closed}
    if type(dtype) in [getattr(pandas, name, None) for name in _MASKED]:
        values = array.to_numpy(dtype=dtype.numpy_dtype, na_value=0)
        return {"t": "masked", "v": npy(writer, values), "mask": npy(writer, array.isna())}
    if type(dtype).__module__.startswith("pandas") and type(dtype).__name__ not in _PLAIN:
        raise NotCarried(f"it holds values of pandas' type {type(dtype).__name__}")
    plain = array.to_numpy()
    if plain.dtype.kind == "O":
        return {"t": "objects", "v": writer.forms(plain.tolist(), depth), "shape": [len(plain)]}
    return npy(writer, plain)


def _polars_frame(writer: Writer, value: Any, depth: int) -> Form:
    for dtype in value.schema.values():
        if str(dtype).startswith("Object"):
            raise NotCarried("it has a column of Python objects")
    file = io.BytesIO()
    value.head(writer.first(value.height, "rows", depth)).write_ipc(file)
    writer.take(file.tell() * 4 // 3)
    return {"t": "polars", "v": _encoded(file.getvalue())}


def _polars_series(writer: Writer, value: Any, depth: int) -> Form:
    return {**_polars_frame(writer, value.to_frame(), depth), "t": "polars series"}


_LIBRARIES: dict[str, dict[str, Write]] = {
    "numpy": {"ndarray": _numpy_array, "memmap": _numpy_array},
    "pandas": {"DataFrame": _frame, "Series": _series, "Timestamp": _timestamp, "Timedelta": _timedelta},
    "polars": {"DataFrame": _polars_frame, "Series": _polars_series},
}
