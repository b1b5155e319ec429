"""What Python source tells without running it. Notebook magics are understood as far as parsing needs."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from ...core import syntax

_MAGIC_LINE = re.compile(r"^([ \t]*+)(?:[%!?].*|\S.*(?<=\?)[ \t]*)$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([\w, \t]+=)[ \t]*[%!].*$", re.MULTILINE)
Function = ast.FunctionDef | ast.AsyncFunctionDef

# What tests import beside the solution: the standard library comes on top.
_KNOWN_MODULES = frozenset({
    "pytest", "hypothesis", "numpy", "pandas", "matplotlib", "scipy", "sklearn", *sys.stdlib_module_names,
})  # fmt: skip


def parse(source: str) -> ast.Module | None:
    """The syntax tree of a module or a cell; None if it is not Python."""
    for text in (source, _MAGIC_VALUE.sub(r"\1 None", source), _without_magics(source)):
        try:
            return syntax.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
    return None


def _without_magics(source: str) -> str:
    return _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1 None", source))


def lines_of(source: str) -> list[str]:
    """The lines as the parser counts them, with their ends: joined they are the source again."""
    return list(io.StringIO(source, newline=""))


def test_functions(source: str) -> dict[str, str]:
    """``function`` or ``Class::function`` → source of every test function, decorators included."""
    tree, lines = parse(source), lines_of(source)
    found: dict[str, str] = {}
    for name, node in test_nodes(tree.body) if tree else ():
        found[name] = "".join(lines[first_line(node) - 1 : node.end_lineno]).rstrip("\r\n")
    return found


def first_line(node: ast.stmt) -> int:
    """The line that a statement begins in, its decorators included."""
    decorators = node.decorator_list if isinstance(node, Function | ast.ClassDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def test_nodes(body: Iterable[ast.stmt]) -> Iterator[tuple[str, Function]]:
    """Every test function of a module's body, named as in `test_functions`."""
    for node in body:
        if is_test(node):
            yield node.name, node
        elif is_test_class(node):
            yield from ((f"{node.name}::{name}", function) for name, function in test_nodes(node.body))


def is_test(node: ast.AST) -> TypeGuard[Function]:
    """Whether pytest runs it: a function named test… that is no fixture."""
    return (
        isinstance(node, Function)
        and node.name.startswith("test")
        and not any(last_name(decorator) == "fixture" for decorator in node.decorator_list)
    )


def is_test_class(node: ast.AST) -> TypeGuard[ast.ClassDef]:
    """Whether pytest looks for tests in it."""
    return isinstance(node, ast.ClassDef) and node.name.startswith("Test")


def last_name(node: ast.expr) -> str:
    """``b`` of ``a.b`` and of ``a.b(…)``; empty where there is none."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def solution_names(tree: ast.Module) -> dict[str, str]:
    """Name → what it stands for (``module`` or ``module.name``), for what tests import of the solution.

    Whatever is neither of the standard library nor of what tests are written with is taken for it.
    """
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] not in _KNOWN_MODULES:
                    found[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module.partition(".")[0] not in _KNOWN_MODULES:
                found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
    return found


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
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (
                alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*"
            )
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from _bound(ast.iter_child_nodes(node))
