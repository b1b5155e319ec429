"""What Python source tells without running it. Notebook magics are understood as far as parsing needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?]|.*\S\?{1,2}[ \t]*$).*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([\w, \t]+=)[ \t]*[%!].*$", re.MULTILINE)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse(source: str) -> ast.Module | None:
    """The syntax tree of a module or a cell; None if it is not Python."""
    for text in (source, _MAGIC_VALUE.sub(r"\1 None", source), _without_magics(source)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
    return None


def _without_magics(source: str) -> str:
    return _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1 None", source))


def test_functions(source: str) -> dict[str, str]:
    """``function`` or ``Class::function`` → source of every test function, decorators included."""
    tree = parse(source)
    found: dict[str, str] = {}
    for name, node in _tests(tree.body) if tree else ():
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        found[name] = "\n".join(source.split("\n")[first - 1 : node.end_lineno])
    return found


def _tests(body: Iterable[ast.stmt]) -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, _Function) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from ((f"{node.name}::{name}", function) for name, function in _tests(node.body))


def imported_modules(source: str) -> set[str]:
    """Top-level names of the modules that the source imports, wherever the import stands."""
    tree = parse(source)
    found: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def defined_names(source: str) -> set[str]:
    """Names that a cell leaves in the notebook's namespace."""
    tree = parse(source)
    return set(_bound(tree.body)) if tree else set()


def _bound(body: Iterable[ast.AST]) -> Iterator[str]:
    for node in body:
        if isinstance(node, _Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (
                alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*"
            )
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from _bound(ast.iter_child_nodes(node))
