"""Patterns of data code that fails without an error, found by parsing: never raises, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .....runner.models import DataFinding
from ..source import PARSE_ERRORS, parse
from . import chained, leakage
from .scopes import Found, scopes

_PARSED_CHARACTERS = 100_000
_INSTALL = r"\b(?:pip3?|conda|mamba|uv\s+pip)\s+(?:\S+\s+)*?install\b"
# A shell line, or a command in quotes, whose failure is thrown away.
_HIDDEN = re.compile(rf"^\s*!.*{_INSTALL}.*(?:\|\|\s*(?:true|:)|;\s*true)\s*$")
_SYSTEM = re.compile(rf"^\s*os\.system\(.*{_INSTALL}")


def failures(sources: Mapping[str, str]) -> list[DataFinding]:
    """The findings in these files (path → text), each kind once per line."""
    found: dict[tuple[str, str, int], DataFinding] = {}
    for path, text in sources.items():
        if len(text) <= _PARSED_CHARACTERS:
            for kind, line, message in _of(text):
                finding = DataFinding(kind=kind, message=message, path=path, line=line, seen="source")
                found.setdefault((kind, path, line), finding)
    return list(found.values())


def _of(text: str) -> Iterator[Found]:
    yield from _installs(text)
    try:
        tree = parse(text)
        if tree is not None:
            found = scopes(tree)
            yield from chained.find(tree, found)
            yield from leakage.find(tree, found)
    except PARSE_ERRORS:
        return  # as deep or as strange as no data code is


def _installs(text: str) -> Iterator[Found]:
    for number, line in enumerate(text.splitlines(), 1):
        if "install" in line and len(line) < 1000 and (_HIDDEN.match(line) or _SYSTEM.match(line)):
            message = "an install that may fail without an error: name the package as a requirement."
            yield "failed_install", number, message
