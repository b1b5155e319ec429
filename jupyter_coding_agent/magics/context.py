"""What is sent about the notebook: names, types and schemas of what a request mentions, and defining cells.

Never a value. Only attributes of well-known data libraries are looked at, so that describing a variable runs
none of the user's own code.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..client.environment import python_version
from .dataflow import cells_behind
from .packages import installed

MAX_COLUMNS = 80
MAX_VARIABLES = 50
_NAME = re.compile(r"[^\W\d]\w*")
_BACKTICKED = re.compile(r"`([^`\n]+)`")
_DATA_LIBRARIES = {"pandas", "polars", "numpy", "scipy", "torch", "xarray", "pyarrow", "geopandas"}
_SHELL_NAMES = {"In", "Out", "get_ipython", "exit", "quit", "open"}


def gather(
    request: str, namespace: Mapping[str, Any], hidden: Iterable[str], cells: Sequence[str]
) -> dict[str, Any]:
    """The ``context`` of an execute request.

    `namespace` is the user's, `hidden` names in it are not the user's; `cells` are sources, the oldest first.
    """
    names = mentioned(request, user_names(namespace, hidden))[:MAX_VARIABLES]
    sources = cells_behind(names, cells, set(user_names(namespace, hidden)))
    return {
        "variables": {name: describe(namespace[name]) for name in names},
        "cells": [{"source": source} for source in sources],
        "kernel_python": python_version(),
        "packages": installed(),
    }


def user_names(namespace: Mapping[str, Any], hidden: Iterable[str]) -> list[str]:
    """The names that the user defined, in order of definition."""
    others = _SHELL_NAMES | set(hidden)
    return [name for name in namespace if not name.startswith("_") and name not in others]


def mentioned(request: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that the request speaks of.

    A single letter counts only between backticks: "a" and "I" are words.
    """
    quoted = {name for span in _BACKTICKED.findall(request) for name in _NAME.findall(span)}
    words = {word for word in _NAME.findall(request) if len(word) > 1} | quoted
    return [name for name in names if name in words]


def describe(value: Any) -> str:
    """Type and shape or schema of `value`, without any of its data."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        details = _details(value, kind)
    except Exception:  # a library's attribute may fail in any way: the type alone is still true
        details = ""
    return f"{name}: {details}" if details else name


def _details(value: Any, kind: type) -> str:
    if kind.__module__.partition(".")[0] in _DATA_LIBRARIES:
        return _schema(value)
    if issubclass(kind, types.ModuleType):
        return str(value.__name__)
    if kind is types.FunctionType:
        return f"({', '.join(inspect.signature(value).parameters)})"
    if kind in (list, tuple, set, frozenset):
        return f"{len(value)} items{_of(value)}"
    if kind is dict:
        return f"{len(value)} items{_of(value)} → {_kinds(value.values())}"
    if kind in (str, bytes):
        return f"{len(value)} long"
    return ""


def _schema(value: Any) -> str:
    shape = getattr(value, "shape", None)
    size = " x ".join(map(str, shape)) if isinstance(shape, tuple) else ""
    columns = getattr(value, "columns", None)
    dtypes = getattr(value, "dtypes", None)
    if columns is not None and dtypes is not None:
        pairs = [
            f"{str(column)[:80]} ({_type_name(dtype)})" for column, dtype in zip(columns, dtypes, strict=True)
        ]
        more = f", and {len(pairs) - MAX_COLUMNS} more" if len(pairs) > MAX_COLUMNS else ""
        return f"{size}; columns {', '.join(pairs[:MAX_COLUMNS])}{more}"
    dtype = getattr(value, "dtype", None)
    return ", ".join(part for part in (size, _type_name(dtype) if dtype is not None else "") if part)


def _type_name(dtype: Any) -> str:
    """The type of a column's values; of ``Enum(categories=[…])`` only the name, for categories are data."""
    text = str(dtype)
    parametrized = re.match(r"\w+(?=\()", text)
    return parametrized[0] if parametrized else text


def _of(items: Iterable[Any]) -> str:
    kinds = _kinds(items)
    return f" of {kinds}" if kinds else ""


def _kinds(items: Iterable[Any]) -> str:
    first = [item for item, _ in zip(items, range(100), strict=False)]
    return ", ".join(sorted({type(item).__qualname__ for item in first}))
