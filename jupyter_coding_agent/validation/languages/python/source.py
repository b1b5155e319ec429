"""Parsing Python on the host: notebook magics blanked out, no input ever raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ....core import syntax

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)

_MAGIC_LINE = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([ \t]*[\w.,\[\]'\" ]+?=)[ \t]*[%!].*$", re.MULTILINE)
_HELP = re.compile(r"^([ \t]*)[\w.]+\?{1,2}[ \t]*$", re.MULTILINE)


def parse(text: str) -> ast.Module | None:
    """The tree of a file or notebook cell; None where it is not Python."""
    for source in (text, without_magics(text)):
        try:
            return syntax.parse(source)
        except PARSE_ERRORS:
            continue
    return None


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement, however deeply nested, without descending into expressions."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("body", "orelse", "finalbody"):
            waiting += getattr(node, name, ())
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            waiting += part.body


def without_magics(text: str) -> str:
    """The source with every magic replaced by something harmless, line for line."""
    text = _MAGIC_LINE.sub(r"\1pass", text)
    return _HELP.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1 None", text))
