"""Inputs that differ slightly from a given one and keep its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any

from .forms import Column, Frame

_POSITIONS = 5
# 3_603_600 is a multiple of every number to 16, of 100 and of 400: it keeps most remainders.
_STRIDE = 3_603_600


def below(number: float) -> list[float]:
    """Numbers a little smaller."""
    return [number - 1, number - 2]


def above(number: float) -> list[float]:
    """Numbers a little larger."""
    return [number + 1, number + 2]


def further(number: float) -> list[float]:
    """Numbers that share divisors or remainders with it."""
    others = [number * 2, number * 10, number + 10, number + _STRIDE]
    return [other for other in others if other != number]


def resembling(value: Any) -> Iterator[Any]:
    """Values of the same size: one part changed."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (*above(value), *below(value), *further(value))
        case str():
            yield from _changed_text(value)
        case date():
            yield from (value + timedelta(days=days) for days in (1, -1, 7, 371))
        case list() | tuple():
            for position in _spread(len(value)):
                for other in islice(resembling(value[position]), 2):
                    yield _like(value, [*value[:position], other, *value[position + 1 :]])
        case Frame():
            for name, items in value.columns.items():
                for other in islice(resembling(items), 2):
                    yield Frame({**value.columns, name: other})
        case Mapping():
            for key in islice(value, _POSITIONS):
                for other in islice(resembling(value[key]), 2):
                    yield {**value, key: other}


def resized(value: Any) -> Iterator[Any]:
    """Values of another size, of the same kinds of parts."""
    match value:
        case str() if value:
            yield value + value[-1]
            yield value[:-1]
            yield value + value
        case list() | tuple() if value:
            yield _like(value, [*value, value[-1]])
            yield _like(value, list(value[:-1]))
            yield _like(value, [*value, *value])
        case Frame() if len(value):
            yield Frame({name: [*items, items[-1]] for name, items in value.columns.items()})
            yield Frame({name: items[:-1] for name, items in value.columns.items()})
        case Mapping() if value:
            yield dict(list(value.items())[:-1])


def _like(value: Any, items: list[Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(items)
    return Column(items) if isinstance(value, Column) else items


def _spread(length: int) -> list[int]:
    if length <= _POSITIONS:
        return list(range(length))
    return sorted({0, length - 1, *(length * part // _POSITIONS for part in range(1, _POSITIONS))})


def _changed_text(text: str) -> Iterator[str]:
    """Letters and digits become others of their kind, so that a format stays a format."""
    for position in _spread(len(text)):
        other = _other_character(text[position])
        if other != text[position]:
            yield text[:position] + other + text[position + 1 :]


def _other_character(character: str) -> str:
    if character.isdigit() and character.isascii():
        return str((int(character) + 1) % 10)
    if character.isalpha() and character.isascii():
        first = ord("a" if character.islower() else "A")
        return chr(first + (ord(character) - first + 1) % 26)
    return character
