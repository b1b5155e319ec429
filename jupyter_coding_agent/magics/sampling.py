"""A few values of a live variable, for models that may see them: the first rows of a table, the first items of a list.

Only what is exactly of a known type is looked at, and of it only values whose text is made by Python or a known
library. Nothing that is on another device, lazy or on a disk is fetched.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import islice
from typing import Any

from ..core.redaction import Redactor
from ..core.secret_shapes import kind_of
from .describing import label
from .known_types import attribute_of, dtype_name, library_type, short_name

ROWS = 3
COLUMNS = 20
ITEMS = 5
MAX_SIGNS = 60
MAX_SAMPLE = 2_000
_PLAIN = (bool, float, type(None))
_TIMES = (datetime.date, datetime.time, datetime.datetime)
_NUMBERS = "biufcmM"
"""The kinds of numpy's types whose values are numbers or times."""


def sample(name: str, value: Any, redactor: Redactor) -> str | None:
    """Some of what `value` holds, without secrets; None where it may not be looked at or has nothing to show."""
    try:
        lines = _lines(name, value, redactor)
    except Exception:  # whatever a library says to being read: then there is no sample
        return None
    text = "\n".join(lines)
    if not text:
        return None
    return text if len(text) <= MAX_SAMPLE else f"{text[:MAX_SAMPLE]}…"


def _lines(name: str, value: Any, redactor: Redactor) -> list[str]:
    known = library_type(value)
    if kind_of(name) is not None:
        # What has the name of a secret is not shown, of whatever type it is.
        return []
    if known is not None:
        table = _COLUMNS_OF[known](value) if known in _COLUMNS_OF else []
        return _table(table, redactor)
    if type(value) in (list, tuple):
        return [", ".join(_shown("", item, redactor) for item in value[:ITEMS])] if value else []
    if type(value) is dict:
        return [
            f"{_shown('', key, redactor)}: {_shown(key if type(key) is str else '', item, redactor)}"
            for key, item in islice(value.items(), ITEMS)
        ]
    return [_shown(name, value, redactor)] if _is_plain(value) else []


def _table(columns: Sequence[tuple[str, Sequence[Any]]], redactor: Redactor) -> list[str]:
    """A line of names and one for each row."""
    if not columns:
        return []
    shown = [
        [redactor.text(head), *(_shown(head, cell, redactor) for cell in cells)] for head, cells in columns
    ]
    return [" | ".join(row) for row in zip(*shown, strict=True)]


def _shown(name: str, value: Any, redactor: Redactor) -> str:
    if not _is_plain(value):
        return f"<{short_name(type(value))}>"
    if type(value) is str:
        # Looked at before it is cut: half a secret is not found.
        text = redactor.value(name, value[:10_000])
        return repr(text if len(text) <= MAX_SIGNS else f"{text[:MAX_SIGNS]}…")
    if type(value) in _TIMES:
        bare = value if type(value) is datetime.date else value.replace(tzinfo=None)
        return str(bare.isoformat())
    text = str(value)
    return redactor.value(name, text) if kind_of(name) else text


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is int:
        return bool(-(2**200) < value < 2**200)
    return kind is str or kind in _PLAIN or kind in _TIMES or kind is datetime.timedelta


def _of_frame(frame: Any) -> list[tuple[str, Sequence[Any]]]:
    columns = frame.columns[:COLUMNS]
    # One column at a time: picking several would copy them.
    return [(label(head), _head(frame.iloc[:, at])) for at, head in enumerate(columns)]


def _of_series(series: Any) -> list[tuple[str, Sequence[Any]]]:
    return [(label(series.name) if series.name is not None else "value", _head(series))]


def _head(series: Any) -> list[Any]:
    rows = min(ROWS, len(series))
    if dtype_name(series.dtype) is None:
        # An array of somebody's own would be asked for its items.
        return [series.array] * rows
    return [_unboxed(value) for value in series.iloc[:ROWS].tolist()]


def _unboxed(value: Any) -> Any:
    """pandas' own times and gaps as Python's."""
    kind = type(value)
    if value is attribute_of("pandas", "NA") or value is attribute_of("pandas", "NaT"):
        return None
    if kind is attribute_of("pandas", "Timestamp"):
        return value.to_pydatetime(warn=False)
    return value.to_pytimedelta() if kind is attribute_of("pandas", "Timedelta") else value


def _of_polars(frame: Any) -> list[tuple[str, Sequence[Any]]]:
    head = frame.head(ROWS)
    return [(name[:80], head.get_column(name).to_list()) for name in frame.columns[:COLUMNS]]


def _of_polars_series(series: Any) -> list[tuple[str, Sequence[Any]]]:
    return [(series.name[:80] or "value", series.head(ROWS).to_list())]


def _of_array(array: Any) -> list[tuple[str, Sequence[Any]]]:
    if array.dtype.kind not in f"{_NUMBERS}U" or array.ndim not in (1, 2):
        return []
    if array.ndim == 1:
        return [("value", array[:ITEMS].tolist())]
    return [(str(at), array[:ROWS, at].tolist()) for at in range(min(COLUMNS, array.shape[1]))]


def _of_arrow(table: Any) -> list[tuple[str, Sequence[Any]]]:
    head = table.slice(0, ROWS)
    return [
        (head.schema[at].name[:80], head.column(at).to_pylist())
        for at in range(min(COLUMNS, head.num_columns))
    ]


_COLUMNS_OF = {
    "pandas.DataFrame": _of_frame,
    "pandas.Series": _of_series,
    "polars.DataFrame": _of_polars,
    "polars.Series": _of_polars_series,
    "numpy.ndarray": _of_array,
    "pyarrow.Table": _of_arrow,
    "pyarrow.RecordBatch": _of_arrow,
}
