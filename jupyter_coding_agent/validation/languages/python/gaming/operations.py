"""What the interpreter of `values` can do: pure operations whose cost and result are bounded."""

from __future__ import annotations

import base64
import binascii
import codecs
import datetime
import hashlib
import json
import math
import operator
import re
import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .....core import syntax
from .forms import MOST_WEIGHT, Column, Frame, Unknown, plain

_MOST_NUMBERS = 2_000
_CODECS = frozenset({"rot13", "rot_13", "hex", "base64", "utf-8", "utf8", "ascii", "latin-1"})


def method(value: Any, name: str, arguments: list[Any], options: dict[str, Any]) -> Any:
    """``value.name(...)``, of what is known to be pure."""
    for kind, methods in _METHODS.items():
        if isinstance(value, kind) and name in methods:
            return methods[name](value, *arguments, **options)
    raise Unknown


def _text(name: str) -> Callable[..., Any]:
    return lambda text, *arguments: getattr(str, name)(text, *arguments)


def _joined(text: str, parts: Any) -> str:
    items = plain(parts)
    if len(text) * len(items) > MOST_WEIGHT:
        raise Unknown
    return text.join(items)


def _replaced(text: str, old: str, new: str, *count: int) -> str:
    if (len(text) + 1) * (len(new) + 1) > MOST_WEIGHT * 8:
        raise Unknown
    return text.replace(old, new, *count)


def _decoded(value: Any, codec: str = "utf-8", *_errors: str) -> Any:
    if codec.lower() not in _CODECS:
        raise Unknown
    return codecs.decode(value, codec)


def _encoded(value: str, codec: str = "utf-8", *_errors: str) -> Any:
    if codec.lower() not in _CODECS:
        raise Unknown
    return value.encode(codec)


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, MOST_WEIGHT * 4)


def _range(*arguments: int) -> list[int]:
    numbers = range(*arguments)
    if len(numbers) > _MOST_NUMBERS:
        raise Unknown
    return list(numbers)


def _frame(data: Any = None, **_options: Any) -> Frame:
    if isinstance(data, Frame):
        return data
    if isinstance(data, Mapping):
        columns = {name: list(items) for name, items in data.items()}
    elif isinstance(data, list) and all(isinstance(row, Mapping) for row in data):
        names = list(dict.fromkeys(name for row in data for name in row))
        columns = {name: [row.get(name) for row in data] for name in names}
    else:
        raise Unknown
    if len({len(items) for items in columns.values()}) > 1:
        raise Unknown
    return Frame(columns)


def _equal(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    return bool(one.columns == other.columns) if isinstance(one, Frame) else list(one) == list(other)


def _hashed(value: Any) -> int:
    # The hash of text differs from process to process.
    parts = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(part, int | float) for part in parts):
        raise Unknown
    return hash(value)


def _matched(match: Callable[[str, str], object]) -> Callable[[str, str], bool | None]:
    """``re.fullmatch`` and the like, of patterns that only spell a text: others may take for ever."""

    def matched(pattern: str, text: str) -> bool | None:
        if set(pattern) & set("*+?{|(["):
            raise Unknown
        return True if match(pattern, text) else None

    return matched


def _mapped(function: Callable[..., Any], items: Any) -> list[Any]:
    return [function(entry) for entry in plain(items)]


def _rounded(value: Any, digits: int | None = None) -> Any:
    if digits is not None and abs(digits) > 20:
        raise Unknown
    return round(value, digits)


def _decimal(value: Any = 0) -> Decimal:
    number = Decimal(value)
    if abs(number.adjusted()) > 100:
        raise Unknown
    return number


class _Digest:
    """A hash of the standard library, as ``hashlib.md5(data)`` gives it."""

    def __init__(self, name: str, data: bytes = b"") -> None:
        self._hash = hashlib.new(name, data, usedforsecurity=False)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def digest(self) -> bytes:
        return self._hash.digest()


def _digest(name: str) -> Callable[..., _Digest]:
    return lambda data=b"", **_options: _Digest(name, data)


CONSTANTS: dict[str, float] = {
    **{f"{module}.{name}": math.nan for module in ("math", "numpy") for name in ("nan", "NaN")},
    **{f"{module}.inf": math.inf for module in ("math", "numpy")},
    **{f"{module}.pi": math.pi for module in ("math", "numpy")},
    **{f"{module}.e": math.e for module in ("math", "numpy")},
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "sum": lambda items: sum(items),
    "min": lambda *items: min(*items),
    "max": lambda *items: max(*items),
    "abs": abs,
    "round": _rounded,
    "sorted": lambda items, reverse=False: sorted(plain(items), reverse=reverse),
    "reversed": lambda items: plain(items)[::-1],
    "tuple": lambda items=(): tuple(plain(items)),
    "list": lambda items=(): plain(items),
    "set": lambda items=(): set(plain(items)),
    "frozenset": lambda items=(): frozenset(plain(items)),
    "dict": lambda *items, **more: dict(*items, **more),
    "zip": lambda *items, **_options: list(zip(*map(plain, items), strict=False)),
    "enumerate": lambda items, start=0: list(enumerate(plain(items), start)),
    "range": _range,
    "map": _mapped,
    "any": lambda items: any(plain(items)),
    "all": lambda items: all(plain(items)),
    "str": lambda value="": str(value),
    "repr": repr,
    "int": lambda value=0, base=None: int(value) if base is None else int(value, base),
    "float": float,
    "bool": bool,
    "ord": ord,
    "chr": chr,
    "bytes": lambda items=(): bytes(plain(items)),
    "bytes.fromhex": bytes.fromhex,
    "hash": _hashed,
    "operator.eq": operator.eq,
    "operator.ne": operator.ne,
    "json.loads": lambda text: json.loads(text),
    "json.dumps": lambda value, sort_keys=False, **_options: json.dumps(value, sort_keys=sort_keys),
    "ast.literal_eval": syntax.literal_eval,
    "base64.b64decode": lambda data: base64.b64decode(data),
    "base64.b64encode": base64.b64encode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.b32decode": lambda data: base64.b32decode(data),
    "base64.b85decode": base64.b85decode,
    "base64.a85decode": lambda data: base64.a85decode(data),
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.crc32": binascii.crc32,
    "codecs.decode": _decoded,
    "zlib.crc32": zlib.crc32,
    "zlib.adler32": zlib.adler32,
    "zlib.decompress": _inflated,
    "math.prod": lambda items: math.prod(plain(items)[:64]),
    "math.isclose": math.isclose,
    "hashlib.md5": _digest("md5"),
    "hashlib.sha1": _digest("sha1"),
    "hashlib.sha256": _digest("sha256"),
    "hashlib.sha512": _digest("sha512"),
    "re.fullmatch": _matched(re.fullmatch),
    "re.match": _matched(re.match),
    "pytest.approx": lambda value, *_arguments, **_options: value,
    "pandas.DataFrame": _frame,
    "pandas.Timestamp": lambda text, **_options: str(text),
    "pandas.Series": lambda data, **_options: Column(plain(data)),
    "numpy.array": lambda data, **_options: Column(plain(data)),
    "copy.deepcopy": lambda value: value,
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    "datetime.timedelta": datetime.timedelta,
    "decimal.Decimal": _decimal,
}

_COLUMN: dict[str, Callable[..., Any]] = {
    "tolist": lambda items: list(items),
    "to_list": lambda items: list(items),
    "sum": lambda items: sum(items),
    "max": lambda items: max(items),
    "min": lambda items: min(items),
    "mean": lambda items: sum(items) / len(items),
    "equals": _equal,
    "copy": lambda items: items,
}
_TEXT_METHODS = (
    "lower", "upper", "strip", "lstrip", "rstrip", "split", "splitlines", "startswith", "endswith", "count",
    "find", "index", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "title", "capitalize",
    "casefold", "swapcase", "removeprefix", "removesuffix", "partition", "rpartition",
)  # fmt: skip
_METHODS: dict[type | tuple[type, ...], Mapping[str, Callable[..., Any]]] = {
    Column: _COLUMN,
    Frame: {
        "equals": _equal,
        "copy": lambda frame, **_options: frame,
        "to_dict": lambda frame, orient="dict": (
            frame.rows()
            if orient == "records"
            else {name: list(items) for name, items in frame.columns.items()}
            if orient == "list"
            else {name: dict(enumerate(items)) for name, items in frame.columns.items()}
        ),
    },
    str: {
        **{name: _text(name) for name in _TEXT_METHODS},
        "join": _joined,
        "replace": _replaced,
        "encode": _encoded,
    },
    bytes: {"decode": _decoded, "hex": lambda data: data.hex()},
    (list, tuple): {
        "index": lambda items, *arguments: items.index(*arguments),
        "count": lambda items, value: items.count(value),
        "copy": lambda items: items[:],
    },
    dict: {
        "get": lambda table, key, default=None: table.get(key, default),
        "keys": lambda table: list(table),
        "values": lambda table: list(table.values()),
        "items": lambda table: list(table.items()),
        "copy": lambda table: dict(table),
    },
    int: {"bit_length": lambda number: number.bit_length()},
    _Digest: {"hexdigest": _Digest.hexdigest, "digest": _Digest.digest},
}
