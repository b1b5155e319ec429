"""Where the nodes of a tree stand in the bytes of a source."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from ....core import syntax
from .source import PARSE_ERRORS, without_magics

_NEWLINE = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Span:
    """Bytes from `start` to `end`."""

    start: int
    end: int


class Text:
    """A source file or notebook cell; `tree` is None where it is not Python."""

    def __init__(self, text: str) -> None:
        self.bytes = text.encode(errors="replace")
        self.tree: ast.Module | None = None
        parsed = text
        for parsed in (text, without_magics(text)):
            try:
                self.tree = syntax.parse(parsed)
                break
            except PARSE_ERRORS:
                continue
        breaks = [match.span() for match in _NEWLINE.finditer(self.bytes)]
        self._starts = [0, *(end for _, end in breaks)]
        ours, theirs = _NEWLINE.split(self.bytes), _NEWLINE.split(parsed.encode(errors="replace"))
        self._same = [one == other for one, other in zip(ours, theirs, strict=False)]

    def span(self, node: Any) -> Span | None:
        """Where a node stands; None where its lines hold a magic, which the tree does not show."""
        first, last = node.lineno, node.end_lineno
        if first < 1 or last > len(self._same) or not all(self._same[first - 1 : last]):
            return None
        start = self._starts[first - 1] + node.col_offset
        end = self._starts[last - 1] + node.end_col_offset
        return Span(start, end) if 0 <= start < end <= len(self.bytes) else None

    def line(self, position: int) -> int:
        """The line that holds a byte, counted from 1."""
        return bisect_right(self._starts, position)

    def of(self, span: Span) -> str:
        """The source of a span."""
        return self.bytes[span.start : span.end].decode(errors="replace")
