"""The values that the interpreter knows: plain ones, and a small model of data frames."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_WEIGHT = 20_000
_DEEPEST = 50


class Unknown(Exception):
    """A value that parsing can't tell."""


class Column(list[Any]):
    """A series or array of values: a list whose operators work by element."""


@dataclass(frozen=True)
class Frame:
    """A data frame, as far as its columns were written out."""

    columns: Mapping[Any, list[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def rows(self) -> list[dict[Any, Any]]:
        """Each row as a mapping from column to value."""
        return [{name: items[number] for name, items in self.columns.items()} for number in range(len(self))]


@dataclass(frozen=True)
class _Located:
    """What ``.iloc`` or ``.loc`` of a frame or column gives."""

    of: Frame | Column


def weight(value: object) -> int:
    """How large a value is, in parts.

    Raises:
        Unknown: too large, nested or repeated too often to be looked at.
    """
    total = 0
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        total += 1
        parts: Iterable[object] = ()
        if isinstance(current, str | bytes):
            total += len(current) // 8
        elif isinstance(current, int):
            total += current.bit_length() // 64
        elif isinstance(current, Mapping):
            parts = (*current.keys(), *current.values())
        elif isinstance(current, Frame):
            parts = current.columns.values()
        elif isinstance(current, list | tuple | set | frozenset):
            parts = current
        waiting += [(part, depth + 1) for part in parts]
        if total + len(waiting) > MOST_WEIGHT or depth > _DEEPEST:
            raise Unknown
    return total


def bits(number: object) -> int:
    """The size of an integer; other numbers don't grow."""
    return number.bit_length() if isinstance(number, int) else 1


def plain(value: object) -> list[Any]:
    """The items of something that is iterated."""
    if isinstance(value, Frame):
        return list(value.columns)
    if isinstance(value, str | bytes | list | tuple | Mapping):
        return list(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise Unknown


def item(value: Any, index: Any) -> Any:
    """``value[index]``."""
    if isinstance(value, Frame):
        return Column(value.columns[index])
    if isinstance(value, _Located):
        return _located(value.of, index)
    if isinstance(value, str | bytes | list | tuple | Mapping):
        return value[index]
    raise Unknown


def _located(value: Frame | Column, index: Any) -> Any:
    if isinstance(value, Column):
        return value[index]
    if isinstance(index, tuple):
        row, column = index
        names = list(value.columns)
        return value.rows()[row][names[column] if isinstance(column, int) else column]
    return value.rows()[index]


def attribute(value: Any, name: str) -> Any:
    """``value.name`` of frames and columns."""
    if isinstance(value, Frame | Column):
        if name in ("iloc", "loc", "iat", "at"):
            return _Located(value)
        if name == "empty":
            return len(value) == 0
        if name == "shape":
            return (len(value), len(value.columns)) if isinstance(value, Frame) else (len(value),)
        if name == "size":
            return len(value) * (len(value.columns) if isinstance(value, Frame) else 1)
        if name == "columns" and isinstance(value, Frame):
            return Column(value.columns)
        if name == "values" and isinstance(value, Column):
            return value
        if isinstance(value, Frame) and name in value.columns:
            return Column(value.columns[name])
    raise Unknown


def same(one: Any, other: Any) -> bool:
    """Equality as a test would have it: a tuple equals the list of its items, a float what is near."""
    if isinstance(one, Column | list | tuple) and isinstance(other, Column | list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        try:
            return math.isclose(one, other, rel_tol=1e-6) or one == other or (one != one and other != other)
        except OverflowError:
            return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, Frame) and isinstance(other, Frame):
        return one.columns == other.columns
    return type(one) is type(other) and bool(one == other)
