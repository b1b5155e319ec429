"""What a request as a whole says that makes its examples uncertain."""

from __future__ import annotations

import re

from ...core import syntax
from .calls import called_names
from .candidate import Candidate

_REPORT = re.compile(
    r"\b(?:bugs?|buggy|fix|wrong\w*|incorrect\w*|broken|misbehav\w*|debug\w*)\b", re.IGNORECASE
)
_ANY_ORDER = re.compile(
    r"\bany order\b|\bunordered\b|\bno particular order\b"
    r"|\border\b[^.\n]{0,40}\b(?:matter|important|relevant|guaranteed)\b"
    r"|\bregardless of (?:the )?order\b|\border is (?:not|un)",
    re.IGNORECASE,
)
_ASYNC = re.compile(r"\basync\w*\b|\bcoroutines?\b|\bawait\w*\b", re.IGNORECASE)
_LAZY = re.compile(
    r"\bgenerator (?:function|that|which)\b|\b(?:a|as a) generator\b|\biterators?\b|\blaz(?:y|ily)\b"
    r"|\byield(?:s|ing)?\b",
    re.IGNORECASE,
)
_PRINTS = re.compile(r"\bprint(?:s|ed|ing)?\b|\bdisplays?\b|\bstdout\b", re.IGNORECASE)
_TOLERANT = re.compile(
    r"\bapprox\w*|\btoleranc\w*|\bwithin\b|±|≈|~|\bestimat\w*|\bnumerical\w*", re.IGNORECASE
)
_ROUNDED = re.compile(r"\bround(?:s|ed|ing)?\b|\bdecimals?\b|\bdecimal places?\b|\bdigits?\b", re.IGNORECASE)
_RANDOM = re.compile(
    r"rand|shuffl|sampl|uuid|guid|today|(?:^|_)now|timestamp|token|passw|nonce|guess|dice|roll|toss|flip_coin",
    re.IGNORECASE,
)
_NOT_RANDOM = re.compile(r"\bseed\b|rolling|enroll|payroll|scroll|tokeni[sz]|brand|operand", re.IGNORECASE)
_FOR_TESTS = re.compile(
    r"\b(?:writ|creat|generat|add|mak)\w*\s+(?:\w+\s+){0,3}tests?\s+(?:for|of|that)\b", re.IGNORECASE
)
_READS = re.compile(r"\b(?:read|load|open|import|fetch|download|scrap|request|query|get)\w*\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"https?://|\.(?:csv|tsv|json|txt|xlsx?|parquet|png|jpe?g|pdf|xml|html?|ya?ml|toml|db|sqlite|zip|gz|log|md|ipynb)\b"
)
_WHOLE = ("list(", "tuple(", "sorted(", "set(", "next(", "dict(", "len(", "sum(", "bool(")
_FULL_PRECISION = 12


class Doubts:
    """The doubts that a request raises, once for all its examples."""

    def __init__(self, prompt: str) -> None:
        self._for_tests = _FOR_TESTS.search(prompt) is not None
        self._reads = _READS.search(prompt) is not None
        self._report = _REPORT.search(prompt) is not None
        self._any_order = _ANY_ORDER.search(prompt) is not None
        self._async = _ASYNC.search(prompt) is not None
        self._lazy = _LAZY.search(prompt) is not None
        self._prints = _PRINTS.search(prompt) is not None
        self._tolerant = _TOLERANT.search(prompt) is not None
        self._rounded = _ROUNDED.search(prompt) is not None

    def about(self, candidate: Candidate) -> bool:
        """Could a right solution give something else for this example?"""
        call, expected = candidate.example.call, syntax.literal_eval(candidate.example.expected)
        if self._for_tests or (self._reads and _OUTSIDE.search(call)):
            return True  # what is asked for are tests, or what it reads is not in the sandbox
        if self._async or any(_is_random(name) for name in called_names(call)):
            return True
        if self._report and not candidate.normative:
            return True  # it may show what goes wrong
        several = isinstance(expected, list | tuple) and len(expected) > 1
        if self._any_order and several and not call.startswith("sorted("):
            return True
        if self._lazy and isinstance(expected, list | tuple) and not call.startswith(_WHOLE):
            return True
        if candidate.kind == "session" and self._prints and not isinstance(expected, str):
            return True  # "5" is what printing 5 shows as well
        return candidate.kind != "code" and any(self._inexact(value, call) for value in _floats(expected))

    def _inexact(self, value: float, call: str) -> bool:
        """May it be a rounded way of writing the value that is meant?"""
        if self._tolerant:
            return not value.is_integer()
        digits = repr(abs(value)).partition(".")[2]
        plain = len(digits) <= 1 or (len(digits) == 2 and digits[1] == "5") or (value * 8).is_integer()
        if plain or self._rounded or "e" in digits:
            return False
        if len(repr(abs(value)).replace(".", "").lstrip("0")) >= _FULL_PRECISION:
            return False
        given = [len(match[1]) for match in re.finditer(r"\d\.(\d+)", call)]
        return max(given, default=0) < len(digits)


def _is_random(name: str) -> bool:
    return _RANDOM.search(name) is not None and _NOT_RANDOM.search(name) is None


def _floats(value: object) -> list[float]:
    """The floats in a literal, however deep; it was parsed, so its depth is bounded."""
    if isinstance(value, float):
        return [value]
    if isinstance(value, dict):
        return [number for pair in value.items() for item in pair for number in _floats(item)]
    if isinstance(value, list | tuple | set | frozenset):
        return [number for item in value for number in _floats(item)]
    return []
