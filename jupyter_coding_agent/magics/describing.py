"""What a live variable is, in words: its type, shape, columns and their types; a function's signature. No data.

Only what is exactly of a known type is looked at (see `known_types`), so that describing runs none of the user's own
code, reads no file, asks no server, and copies nothing that is large.
"""

from __future__ import annotations

import collections
import sys
import types
from collections.abc import Iterable
from itertools import islice
from typing import Any

from .known_types import dtype_name, library_type, short_name, type_name

MAX_COLUMNS = 80
MAX_LABEL = 80
MAX_METHODS = 12
_LABELS = (str, int, float, bool, bytes, type(None))
_SEQUENCES = (list, tuple, set, frozenset, collections.deque)
_MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)
_NAMED = frozenset({"pandas.Series", "geopandas.GeoSeries", "polars.Series"})
_CLASS_DICT = type.__dict__["__dict__"]
_CLASS_BASES = type.__dict__["__bases__"]
# From Python 3.14 on, asking for annotations runs them.
_ANNOTATIONS_ARE_VALUES = sys.version_info < (3, 14)


def describe(value: Any) -> str:
    """Type and shape or schema of `value`, without any of its data."""
    try:
        return _described(value)
    except Exception:  # a library's attribute may fail in any way: the type alone is still true
        return type_name(type(value))


def is_definition(value: Any) -> bool:
    """Whether it is a function, a class or a module: something to call, not something to compute with."""
    kind = type(value)
    return kind in _FUNCTIONS or issubclass(kind, type | types.ModuleType)


def _described(value: Any) -> str:
    kind = type(value)
    known = library_type(value)
    name = known or type_name(kind)
    if known is not None:
        details = _SCHEMAS.get(known, _array)(value)
    elif kind is types.FunctionType:
        return f"function: {signature(value)}{_documented(value.__doc__)}"
    elif kind is types.BuiltinFunctionType:
        return f"function: {_qualified(value.__module__, value.__name__)}"
    elif issubclass(kind, types.ModuleType):
        return f"module: {_module_name(value)}"
    elif issubclass(kind, type):
        return f"class: {_class(value)}"
    elif kind in _SEQUENCES:
        details = f"{len(value)} items{_of(value)}"
    elif kind in _MAPPINGS:
        details = f"{len(value)} items{_of(value.keys())} → {_kinds(value.values())}"
    elif kind in (str, bytes, bytearray, range):
        details = f"{len(value)} long"
    else:
        details = ""
    return f"{name}: {details}" if details else name


def signature(function: types.FunctionType) -> str:
    """``(a, b=…, *args, key: str=…) -> int``, read from the function's code: no default's value, no wrapper's word."""
    code = function.__code__
    names = code.co_varnames
    positional, keyword = code.co_argcount, code.co_kwonlyargcount
    annotations = function.__annotations__ if _ANNOTATIONS_ARE_VALUES else {}
    noted = annotations if type(annotations) is dict else {}
    defaults = len(function.__defaults__ or ())
    parts = [
        _parameter(name, noted, number >= positional - defaults)
        for number, name in enumerate(names[:positional])
    ]
    if code.co_posonlyargcount:
        parts.insert(code.co_posonlyargcount, "/")
    after = positional + keyword
    if code.co_flags & 0x04:  # inspect.CO_VARARGS
        parts.append(f"*{names[after]}")
        after += 1
    elif keyword:
        parts.append("*")
    given = function.__kwdefaults__ or {}
    parts += [_parameter(name, noted, name in given) for name in names[positional : positional + keyword]]
    if code.co_flags & 0x08:  # inspect.CO_VARKEYWORDS
        parts.append(f"**{names[after]}")
    returned = _annotation(noted["return"]) if "return" in noted else ""
    return f"({', '.join(parts)})" + (f" -> {returned}" if returned else "")


def _parameter(name: str, noted: dict[str, Any], has_default: bool) -> str:
    note = _annotation(noted[name]) if name in noted else ""
    return f"{name}{': ' + note if note else ''}{'=…' if has_default else ''}"


def _annotation(note: Any) -> str:
    if type(note) is str:
        return note[:60]
    if note is None:
        return "None"
    return short_name(note) if issubclass(type(note), type) else ""


def _documented(text: Any) -> str:
    """The first line of a documentation."""
    first = text[:1000].strip().partition("\n")[0].strip() if type(text) is str else ""
    return f" - {first[:120]}" if first else ""


def _class(kind: type) -> str:
    own = _CLASS_DICT.__get__(kind)
    bases = [short_name(base) for base in _CLASS_BASES.__get__(kind) if base is not object]
    methods = [
        f"{name[:60]}{signature(member)}"
        for name, member in islice(own.items(), 500)
        if type(member) is types.FunctionType
        and type(name) is str
        and (name == "__init__" or not name.startswith("_"))
    ]
    shown = ", ".join(methods[:MAX_METHODS]) + (", …" if len(methods) > MAX_METHODS else "")
    head = f"{type_name(kind)}{'(' + ', '.join(bases) + ')' if bases else ''}"
    return f"{head}{' with ' + shown if shown else ''}{_documented(own.get('__doc__'))}"


def _module_name(module: types.ModuleType) -> str:
    name = object.__getattribute__(module, "__dict__").get("__name__")
    return name[:200] if type(name) is str else ""


def _qualified(module: Any, name: str) -> str:
    return f"{module}.{name}" if type(module) is str else name


def _frame(value: Any) -> str:
    columns, dtypes = value.columns, value.dtypes
    pairs = [
        f"{label(column)} ({dtype_name(dtype) or type_name(type(dtype))})"
        for column, dtype in zip(columns[:MAX_COLUMNS], dtypes[:MAX_COLUMNS], strict=True)
    ]
    more = f", and {len(columns) - MAX_COLUMNS} more" if len(columns) > MAX_COLUMNS else ""
    index = _index(value.index) if library_type(value) != "polars.DataFrame" else ""
    return f"{_size(value.shape)}; columns {', '.join(pairs)}{more}{index}"


def _index(index: Any) -> str:
    """Of a frame: what its rows are found by, unless they are only counted."""
    if library_type(index) in (None, "pandas.RangeIndex"):
        return ""
    names = [label(name) for name in islice(index.names, 10)]
    told = ", ".join(name for name in names if name != "None")
    return f"; index {told + ' ' if told else ''}({dtype_name(index.dtype) or 'object'})"


def _array(value: Any) -> str:
    known = library_type(value) or ""
    parts = [_size(value.shape), dtype_name(value.dtype) or type_name(type(value.dtype))]
    if known.startswith("scipy"):
        parts.append(f"{value.nnz} stored")
    elif known == "torch.Tensor":
        parts.append(f"on {value.device}")
    elif known in _NAMED and value.name is not None and (told := label(value.name)):
        parts.append(f"named {told}")
    return ", ".join(part for part in parts if part)


def _table(value: Any) -> str:
    pairs = [
        f"{field.name[:MAX_LABEL]} ({dtype_name(field.type)})" for field in islice(value.schema, MAX_COLUMNS)
    ]
    more = f", and {value.num_columns - MAX_COLUMNS} more" if value.num_columns > MAX_COLUMNS else ""
    return f"{value.num_rows} x {value.num_columns}; columns {', '.join(pairs)}{more}"


def _labelled(value: Any) -> str:
    """An xarray's dimensions, and a data set's variables."""
    sizes = ", ".join(f"{label(name)} {size}" for name, size in islice(value.sizes.items(), 20))
    if library_type(value) == "xarray.DataArray":
        return f"{sizes}; {dtype_name(value.dtype)}"
    names = ", ".join(
        f"{label(name)} ({dtype_name(kind)})" for name, kind in islice(value.dtypes.items(), MAX_COLUMNS)
    )
    return f"{sizes}; variables {names}"


_SCHEMAS = {
    "pandas.DataFrame": _frame,
    "geopandas.GeoDataFrame": _frame,
    "polars.DataFrame": _frame,
    "pyarrow.Table": _table,
    "pyarrow.RecordBatch": _table,
    "xarray.Dataset": _labelled,
    "xarray.DataArray": _labelled,
}


def label(name: Any) -> str:
    """The name of a column, in words; of a label that is an object of somebody's own, its type."""
    if type(name) is tuple:
        return f"({', '.join(map(label, name[:10]))})"
    if type(name) in _LABELS:
        return str(name[:MAX_LABEL] if isinstance(name, str | bytes) else name)[:MAX_LABEL]
    return f"<{short_name(type(name))}>"


def _size(shape: Any) -> str:
    return " x ".join(map(str, shape)) if isinstance(shape, tuple) else ""


def _of(items: Iterable[Any]) -> str:
    kinds = _kinds(items)
    return f" of {kinds}" if kinds else ""


def _kinds(items: Iterable[Any]) -> str:
    return ", ".join(sorted({short_name(type(item)) for item in islice(items, 100)}))
