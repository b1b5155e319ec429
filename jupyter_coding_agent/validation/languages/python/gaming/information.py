"""How much a literal says: a special case for ``0`` or ``[]`` is a base case, one for ``[3, 1, 2]`` is not.

The scale is rough bits. What is worth nothing is where rules begin (zero, one, nothing, empty); round and
customary numbers (10, 90, 360) and words that name a missing or a logical value are worth little.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from decimal import Decimal

from .forms import Frame

_CUSTOMARY = frozenset(
    {10, 12, 24, 30, 60, 64, 90, 100, 180, 255, 256, 270, 360, 365, 366, 1000, 1024, 10_000}
)
_PLAIN_WORDS = frozenset(
    {
        "true", "false", "none", "null", "nan", "inf", "-inf", "infinity", "yes", "no", "n/a", "na", "unknown",
        "utf-8", "utf8", "utf-8-sig", "ascii", "latin-1", "latin1", "iso-8859-1",
    }
)  # fmt: skip
_CUSTOMARY_BITS = 2.0
_LONGEST_WORD = 24
_MOST_PARTS = 500


def information(value: object) -> float:
    """The information of a value in rough bits."""
    total, waiting, seen = 0.0, [value], 0
    while waiting and seen < _MOST_PARTS:
        current = waiting.pop()
        seen += 1
        parts = _parts(current)
        if parts is None:
            total += _of_one(current)
        elif parts:
            # What repeats says little more than that it does.
            distinct = {repr(part): part for part in parts}
            waiting += distinct.values()
            total += 1 + len(parts)
    return total


def _parts(value: object) -> list[object] | None:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, Frame):
        return [*value.columns.keys(), *value.columns.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return None


def _of_one(value: object) -> float:
    if isinstance(value, bool) or value is None:
        return 0.0
    if isinstance(value, int):
        return _of_integer(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return 1.0
        return _of_integer(int(value)) if value == int(value) else 4 + min(len(repr(abs(value))), 12)
    if isinstance(value, str | bytes):
        return _of_text(value.decode("latin-1") if isinstance(value, bytes) else value)
    if isinstance(value, datetime.date | datetime.timedelta):
        return 8.0
    if isinstance(value, Decimal):
        return _of_one(float(value))
    return 3.0


def _of_integer(value: int) -> float:
    size = abs(value)
    if size <= 1:
        return 0.0
    if size <= 3:
        return size - 1.0
    if size in _CUSTOMARY:
        return _CUSTOMARY_BITS
    return 1 + math.log2(min(size, 1 << 60))


def _of_text(text: str) -> float:
    if not text.strip():
        return 0.0 if not text else 1.0
    if text.lower() in _PLAIN_WORDS or len(text) == 1:
        return 2.0
    return 3.0 + min(len(text), 3 * len(set(text)) - 2, _LONGEST_WORD)
