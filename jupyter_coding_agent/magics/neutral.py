"""Live values in a neutral form: JSON, with arrays as npy and tables column by column. Never a pickle.

Only values of exactly the types known here are written, and none of the user's own code runs for it: no `repr`,
no attribute of an unknown class. ``{"t": tag, …}`` stands for what JSON has no form for; the image reads it
(`agent_sandbox.neutral`). Nothing here imports a library: what a value is of has been imported by the user.
"""

from __future__ import annotations

import base64
import collections
import datetime
import decimal
import fractions
import math
import pathlib
import types
import uuid
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any

Form = Any

MAX_DEPTH = 20
MAX_ITEMS = 100_000
MAX_TEXT = 1_000_000
"""Characters or bytes of one text: a part of it would be another text."""
_FACTORIES = {int, float, str, bool, list, dict, set, tuple}
_PATHS = {pathlib.Path, pathlib.PosixPath, pathlib.WindowsPath}


class NotCarried(Exception):
    """The value has no neutral form; the text says why, as in "it is an open file"."""


class TooMuch(NotCarried):
    """It would take more characters than may be carried."""


class Writer:
    """Writes one value and what it holds.

    `rows`: how many of a table, an array or a collection are taken. `room`: how many characters it may take, about.
    """

    def __init__(self, rows: int, room: int) -> None:
        self.rows = rows
        self.room = room
        self.cut: list[str] = []
        """What was left out, e.g. "the first 2,000 of 1,000,000 rows"."""
        self._left = MAX_ITEMS

    def form(self, value: Any, depth: int = 0) -> Form:
        """The form of `value`. Raises NotCarried."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        write = _WRITERS.get(kind) or _of_a_library(kind)
        if write is None:
            raise NotCarried(f"it is {a_kind(value)}")
        self._left -= 1
        self.take(2)
        if depth > MAX_DEPTH:
            raise NotCarried(f"it is nested more than {MAX_DEPTH} deep")
        if self._left < 0:
            raise NotCarried(f"it holds more than {MAX_ITEMS:,} objects")
        return write(self, value, depth)

    def forms(self, values: Iterable[Any], depth: int) -> list[Form]:
        """The forms of several."""
        return [self.form(value, depth + 1) for value in values]

    def take(self, characters: int) -> None:
        """Count them before they are made. Raises TooMuch."""
        self.room -= characters
        if self.room < 0:
            raise TooMuch("it is too large to be carried over, even a small part of it")

    def first(self, count: int, what: str, depth: int = 0) -> int:
        """How many of `count` are taken; what is left out is remembered."""
        if count <= self.rows:
            return count
        where = "" if depth == 0 else " of what is in it"
        sentence = f"the first {self.rows:,} of {count:,} {what}{where}"
        if sentence not in self.cut and len(self.cut) < 3:
            self.cut.append(sentence)
        return self.rows


def a_kind(value: Any) -> str:
    """What an object is that can't be written, in words. Nothing of its own is asked."""
    kind = type(value)
    # A metaclass may answer for its classes, and would then run.
    name = f"{type.__getattribute__(kind, '__module__')}.{type.__getattribute__(kind, '__qualname__')}"
    for words, ancestors in _WORDS.items():
        for base in type.__getattribute__(kind, "__mro__"):
            module = type.__getattribute__(base, "__module__")
            if f"{module}.{type.__getattribute__(base, '__qualname__')}" in ancestors:
                return words
    return f"an object of the class {name[:200]}"


_WORDS: dict[str, set[str]] = {
    "an open network connection": {
        "socket.socket", "_socket.socket", "ssl.SSLSocket", "http.client.HTTPConnection",
    },
    "an open file": {"_io._IOBase", "tempfile._TemporaryFileWrapper", "mmap.mmap", "zipfile.ZipFile"},
    "a database connection": {
        "sqlite3.Connection", "sqlite3.Cursor", "sqlalchemy.engine.base.Connection",
        "sqlalchemy.engine.base.Engine", "sqlalchemy.orm.session.Session", "psycopg2.extensions.connection",
        "psycopg.Connection", "_duckdb.DuckDBPyConnection", "duckdb.duckdb.DuckDBPyConnection",
    },
    "a running generator": {
        "builtins.generator", "builtins.coroutine", "builtins.async_generator",
    },
    "a lock": {
        "_thread.lock", "_thread.RLock", "threading._RLock", "threading.Condition", "threading.Semaphore",
        "threading.Event", "asyncio.locks.Lock", "asyncio.locks.Event",
    },
    "a running thread": {"threading.Thread", "concurrent.futures.thread.ThreadPoolExecutor"},
    "a process": {"subprocess.Popen", "multiprocessing.process.BaseProcess"},
    "a tensor of torch, which may live on a GPU": {"torch.Tensor"},
    "an array on the GPU": {"cupy.ndarray", "cudf.core.dataframe.DataFrame"},
}  # fmt: skip
ELSEWHERE = frozenset(
    {
        "an open network connection", "an open file", "a database connection", "a running generator",
        "a running thread", "a process", "a tensor of torch, which may live on a GPU", "an array on the GPU",
    }
)  # fmt: skip
"""Kinds that no second run of a cell makes again in a container as they are."""


def _plain(writer: Writer, value: Any, depth: int) -> Form:
    if isinstance(value, int) and value.bit_length() > 4_000:
        raise NotCarried("it is a number of more than a thousand digits")
    return value


def _float(writer: Writer, value: float, depth: int) -> Form:
    return value if math.isfinite(value) else {"t": "float", "v": float.__repr__(value)}


def _text(writer: Writer, value: str, depth: int) -> Form:
    if len(value) > MAX_TEXT:
        raise NotCarried(f"it is a text of {len(value):,} characters")
    writer.take(len(value))
    return value


def _bytes(writer: Writer, value: bytes | bytearray, depth: int) -> Form:
    if len(value) > MAX_TEXT:
        raise NotCarried(f"it is {len(value):,} bytes long")
    writer.take(len(value) * 4 // 3)
    return {"t": type(value).__name__, "v": base64.b64encode(value).decode()}


def _list(writer: Writer, value: list[Any], depth: int) -> Form:
    return writer.forms(value[: writer.first(len(value), "items", depth)], depth)


def _collection(writer: Writer, value: Any, depth: int) -> Form:
    count = writer.first(len(value), "items", depth)
    items = [item for item, _ in zip(value, range(count), strict=False)]
    form = {"t": type(value).__name__, "v": writer.forms(items, depth)}
    return form | {"maxlen": value.maxlen} if type(value) is collections.deque else form


def _mapping(writer: Writer, value: Any, depth: int) -> Form:
    count = writer.first(len(value), "entries", depth)
    kind = type(value)
    # By the base class: what a subclass of the standard library adds is not asked.
    pairs = [pair for pair, _ in zip(dict.items(value), range(count), strict=False)]
    form = {"t": kind.__name__, "v": [writer.forms(pair, depth) for pair in pairs]}
    if kind is not collections.defaultdict:
        return form
    factory = value.default_factory
    if factory is not None and not any(factory is one for one in _FACTORIES):
        raise NotCarried("it is a defaultdict that makes its values by a function of yours")
    return form | {"factory": factory.__name__ if factory else None}


def _range(writer: Writer, value: range, depth: int) -> Form:
    return {"t": "range", "v": [value.start, value.stop, value.step]}


def zone_name(zone: Any) -> str | None:
    """The name of a time zone as pandas takes it; None where it has none. Only of known classes."""
    kind = type(zone)
    if kind is zoneinfo.ZoneInfo:
        return str(zone.key) if zone.key else None
    if kind is datetime.timezone:
        return str(zone)
    if type.__getattribute__(kind, "__module__").partition(".")[0] == "pytz":
        return str(zone.zone) if zone.zone else None
    return None


def _datetime(writer: Writer, value: datetime.datetime, depth: int) -> Form:
    zone = value.tzinfo
    if zone is None or type(zone) is datetime.timezone:
        return {"t": "datetime", "v": value.isoformat(), "zone": None}
    if type(zone) is not zoneinfo.ZoneInfo or not zone.key:
        raise NotCarried("it is a time in a zone that has no name")
    return {"t": "datetime", "v": value.replace(tzinfo=None).isoformat(), "zone": zone.key}


def _time(writer: Writer, value: datetime.time, depth: int) -> Form:
    if value.tzinfo is not None:
        raise NotCarried("it is a time of day in a zone")
    return {"t": "time", "v": value.isoformat()}


def _tagged(tag: str, parts: Callable[[Any], Form]) -> Callable[[Writer, Any, int], Form]:
    return lambda writer, value, depth: {"t": tag, "v": parts(value)}


Write = Callable[[Writer, Any, int], Form]

_WRITERS: dict[type, Write] = {
    int: _plain,
    float: _float,
    str: _text,
    bytes: _bytes,
    bytearray: _bytes,
    complex: lambda writer, value, depth: {
        "t": "complex",
        "v": [_float(writer, part, depth) for part in (value.real, value.imag)],
    },
    list: _list,
    tuple: _collection,
    set: _collection,
    frozenset: _collection,
    collections.deque: _collection,
    dict: _mapping,
    collections.OrderedDict: _mapping,
    collections.Counter: _mapping,
    collections.defaultdict: _mapping,
    range: _range,
    datetime.datetime: _datetime,
    datetime.time: _time,
    datetime.date: _tagged("date", datetime.date.isoformat),
    datetime.timedelta: _tagged("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    decimal.Decimal: _tagged("Decimal", decimal.Decimal.__str__),
    fractions.Fraction: _tagged("Fraction", lambda value: [value.numerator, value.denominator]),
    uuid.UUID: _tagged("UUID", uuid.UUID.__str__),
} | {kind: _tagged("Path", lambda value: value.as_posix()) for kind in _PATHS}


def _of_a_library(kind: type) -> Write | None:
    """Who writes a value of a data library; only for the library's own classes, so nothing is imported for it."""
    library = str(type.__getattribute__(kind, "__module__")).partition(".")[0]
    if library not in ("numpy", "pandas", "polars"):
        return None
    from . import neutral_tables

    return neutral_tables.writer_of(library, kind)


DEFINITIONS = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType)
"""What is not carried over but made again by the cell that defines or imports it. So are classes."""
