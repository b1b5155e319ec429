"""Where Python sources import something, in every form whose name can be read in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ...blocked import ImportSite
from .source import parse

_IMPORTERS = {"__import__", "import_module"}
_RUNNERS = {"exec", "eval", "compile"}
_DEPTH = 3
_MAGIC = re.compile(r"^[ \t]*[%!].*")
_IN_A_LINE = re.compile(r"\b(?:from\s+(?P<of>[\w.]+)\s+import|import\s+(?P<whole>[\w.]+))")


def import_sites(sources: Mapping[str, str]) -> list[ImportSite]:
    """Every import: by statement, by call with a literal name, in literal code for `exec`, on a magic's line."""
    found = []
    for path, text in sources.items():
        tree = parse(text)
        lines = text.splitlines()
        if tree is not None:
            found += [ImportSite(path, line, module) for line, module in _in(tree, _DEPTH)]
            lines = [line if _MAGIC.match(line) else "" for line in lines]
        found += [
            ImportSite(path, number, match["of"] or match["whole"])
            for number, line in enumerate(lines, start=1)
            for match in _IN_A_LINE.finditer(line)
        ]
    return found


def _in(tree: ast.AST, depth: int) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from _by_call(node, depth)


def _by_call(call: ast.Call, depth: int) -> Iterator[tuple[int, str]]:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    text = next((value for value in call.args[:1] if isinstance(value, ast.Constant)), None)
    if text is None or not isinstance(text.value, str):
        return
    if name in _IMPORTERS:
        yield call.lineno, text.value
    elif name in _RUNNERS and depth and (inner := parse(text.value)) is not None:
        yield from ((call.lineno, module) for _, module in _in(inner, depth - 1))
