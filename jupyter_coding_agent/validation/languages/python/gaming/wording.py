"""What the request itself names: a special case that it asks for is no special case for the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .forms import Frame
from .information import information

_MOST_TEXT = 50_000
_CALL = re.compile(r"\b[A-Za-z_]\w*\([^()\n]{0,200}(?:\([^()\n]{0,100}\)[^()\n]{0,100})?\)")
_EXAMPLE = re.compile(r"\b(examples?|for instance|e\.\s?g\.)|>>>|^\s*assert\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-Z`'\"(>])|\n")
_RANGE = re.compile(
    r"(-?\d+)`?\s*(?:-|–|—|\.\.\.?|to|through|till|until|up to|and|bis|<=?\s*\w+\s*<=?)\s*`?(-?\d+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?<!\w)(['\"`])([^'\"`\n]*\s[^'\"`\n]*\s[^'\"`\n]*)\1(?!\w)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
# Below this an atom says so little that it need not be named.
_NEGLIGIBLE = 2.0
_DETAILED = 10


class Request:
    """The rules of a request, without its examples: those are exactly what a special case would be made for."""

    def __init__(self, text: str) -> None:
        self.given = bool(text.strip())
        # A few words leave the vocabulary of their trade open; a description names what matters.
        self.detailed = len(text.split()) >= _DETAILED
        self.whole = text[:_MOST_TEXT].lower()
        rules = _rules(text[:_MOST_TEXT])
        # A quoted sentence is data; that a part of it stands in the request does not make that part a rule.
        self._quoted = {text.lower() for _, text in _QUOTED.findall(rules)}
        rules = _QUOTED.sub(" ", rules)
        self._text = rules.lower()
        self._numbers = {float(number) for number in _NUMBER.findall(rules)}
        self._ranges = [(int(low), int(high)) for low, high in _RANGE.findall(rules) if len(low + high) < 30]

    def names(self, value: Any) -> bool:
        """Is this value, or every part of it that says something, part of a rule?"""
        parts = [atom for atom in atoms(value) if information(atom) > _NEGLIGIBLE]
        return bool(parts) and all(map(self._has, parts[:100]))

    def spans(self, values: Iterable[Any]) -> bool:
        """Are these all whole numbers from one that it names to another, as in "1 to 12"?"""
        numbers = {value for value in values if isinstance(value, int)}
        if len(numbers) < 2 or max(numbers) - min(numbers) != len(numbers) - 1:
            return False
        ends = (min(numbers), max(numbers))
        return ends in self._ranges or all(float(end) in self._numbers for end in ends)

    def speaks_of(self, *words: str) -> bool:
        """Does one of these stand anywhere in the request, as a word or the beginning of one?"""
        return any(re.search(rf"\b{re.escape(word)}", self.whole) for word in words)

    def _has(self, atom: Any) -> bool:
        if isinstance(atom, int | float):
            return float(atom) in self._numbers
        if isinstance(atom, bytes):
            atom = atom.decode("latin-1")
        if not isinstance(atom, str):
            return False
        if atom.lower() in self._quoted:
            return True
        pattern = rf"(?<!\w){re.escape(atom.strip().lower())}(?!\w)"
        return re.search(pattern, self._text) is not None


def _rules(text: str) -> str:
    """The text without examples: calls, doctests, and what follows a word that announces one."""
    kept: list[str] = []
    in_examples = False
    for line in text.split("\n"):
        if not line.strip():
            in_examples = False
            continue
        for sentence in _SENTENCE.split(line):
            if _EXAMPLE.search(sentence):
                in_examples = in_examples or sentence.rstrip().endswith(":")
                continue
            if in_examples:
                continue
            kept.append(" " if _shows_a_result(sentence) else _CALL.sub(" ", sentence))
    return "\n".join(kept)


def _shows_a_result(sentence: str) -> bool:
    """A call with literals and what comes of it, as in ``add(2, 3) -> 5``."""
    call = _CALL.search(sentence)
    return call is not None and any(
        sign in sentence[call.end() :] for sign in ("==", "->", "→", "=>", "returns")
    )


def atoms(value: Any) -> list[Any]:
    """The texts and numbers of a value, however nested."""
    if isinstance(value, Frame):
        value = value.columns
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return [atom for part in list(value)[:100] for atom in atoms(part)]
    return [value]
