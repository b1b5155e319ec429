"""Which values may be looked at: those whose type is exactly one of a well-known library's, and never a look-alike.

A subclass, a proxy or a class that only says where it is from may run anything in an attribute, so of such a value
only its type's name is taken, past whatever its metaclass does.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

_READABLE: Mapping[str, frozenset[str]] = {
    "pandas": frozenset({"DataFrame", "Series", "Index", "RangeIndex", "DatetimeIndex", "MultiIndex"}),
    "geopandas": frozenset({"GeoDataFrame", "GeoSeries"}),
    "numpy": frozenset({"ndarray", "memmap", "matrix"}),
    "polars": frozenset({"DataFrame", "Series"}),
    "pyarrow": frozenset({"Table", "RecordBatch"}),
    "scipy.sparse": frozenset(
        {"csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "coo_array"}
    ),
    "torch": frozenset({"Tensor"}),
    "xarray": frozenset({"DataArray", "Dataset"}),
}
"""Module → its classes whose shapes and types are attributes that read no data and ask nobody."""
_PANDAS_DTYPES = frozenset(
    {f"{kind}{bits}Dtype" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)}
    | {"Float32Dtype", "Float64Dtype", "BooleanDtype", "StringDtype", "ArrowDtype", "PeriodDtype"}
)
_WITH_DATA = {"CategoricalDtype": "category", "SparseDtype": "sparse", "IntervalDtype": "interval"}
"""Types of columns that tell values; what is told instead."""
_ZONES = {("datetime", "timezone"), ("zoneinfo", "ZoneInfo")}


def type_name(kind: type) -> str:
    """``module.Class``, or ``int`` of a built-in one; asks neither the class nor its metaclass."""
    module, name = _module(kind), _name(kind)
    return name if module in ("builtins", "") else f"{module}.{name}"


def short_name(kind: type) -> str:
    """The class's name alone."""
    return _name(kind)


def library_type(value: Any) -> str | None:
    """``pandas.DataFrame`` where that is exactly what `value` is; None for everything that may not be looked at."""
    kind = type(value)
    name = _name(kind)
    top = _module(kind).partition(".")[0]
    for module, names in _READABLE.items():
        if name in names and module.partition(".")[0] == top and attribute_of(module, name) is kind:
            return f"{module}.{name}"
    return None


def attribute_of(module: str, name: str) -> Any:
    """What an imported module has by this name; None where it is not imported. Imports and computes nothing."""
    found = sys.modules.get(module)
    if found is None:
        return None
    try:
        names = object.__getattribute__(found, "__dict__")
    except AttributeError:
        return None
    return names.get(name) if type(names) is dict else None


def dtype_name(dtype: Any) -> str | None:
    """The type of a column's or array's values, without any of them; None where it is a class of somebody's own."""
    kind = type(dtype)
    name, top = _name(kind), _module(kind).partition(".")[0]
    numpy_dtype = attribute_of("numpy", "dtype")
    if numpy_dtype is not None and issubclass(kind, numpy_dtype):
        return str(dtype)[:200]
    if attribute_of("pandas", name) is kind and top == "pandas":
        if name == "DatetimeTZDtype":
            zone = type(dtype.tz)
            known = (_module(zone), _name(zone)) in _ZONES and attribute_of(
                _module(zone), _name(zone)
            ) is zone
            return str(dtype) if known else "datetime64, with a time zone"
        return str(dtype)[:200] if name in _PANDAS_DTYPES else _WITH_DATA.get(name)
    if top in ("polars", "torch", "pyarrow"):
        # A library's own objects; ``Enum(categories=['a'])`` tells data.
        return str(dtype).partition("(")[0][:200]
    return None


def _module(kind: type) -> str:
    module = _MODULE.__get__(kind)
    return module if type(module) is str else ""


def _name(kind: type) -> str:
    name = _QUALNAME.__get__(kind)
    return name[:200] if type(name) is str else ""


_MODULE = type.__dict__["__module__"]
_QUALNAME = type.__dict__["__qualname__"]
