"""Which names in a test file depend on the code under test."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from copy import copy

from .expected import Function
from .source import statements

# A chain of names that is longer is followed no further: a file may be made to have no end.
_PASSES = 10


class Dependence:
    """The names that depend on the code: imported from it, made by it, or handed to it to be changed."""

    def __init__(self, module: ast.Module, modules: Collection[str]) -> None:
        imported = dict(_imported(module))
        self._names = {name for name, source in imported.items() if source in modules}
        self._never = frozenset(imported) - self._names
        """Libraries: nothing that is done with them makes them depend on the code."""
        self._spread(module.body)
        definitions = [node for node in module.body if isinstance(node, Function | ast.ClassDef)]
        for _ in range(_PASSES):
            helpers = {node.name for node in definitions if node.name not in self._names and self.of(node)}
            if not helpers:
                break
            self._names |= helpers

    def within(self, function: Function, marks: Iterable[ast.expr] = ()) -> Dependence:
        """As seen in a function's body: fixtures may be made by the code, parametrized values are not.

        `marks` are decorators of the classes around it.
        """
        inner = copy(self)
        given = set(_parametrized([*function.decorator_list, *marks]))
        arguments = function.args
        names = {node.arg for node in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        inner._names = (self._names - given) | (names - given)
        inner._spread(function.body)
        return inner

    def of(self, node: ast.AST) -> bool:
        """Does what this gives depend on the code?"""
        return any(isinstance(child, ast.Name) and child.id in self._names for child in ast.walk(node))

    def _spread(self, body: Iterable[ast.stmt]) -> None:
        """Follow assignments; definitions inside are looked at apart."""
        edges = [edge for node in statements(body) for edge in _edges(node)]
        for _ in range(_PASSES):
            before = len(self._names)
            for names, sources in edges:
                if sources & self._names:
                    self._names |= names - self._never
            if len(self._names) == before:
                break


def _edges(node: ast.stmt) -> Iterator[tuple[set[str], set[str]]]:
    """Names that a statement sets, and the names that what they are set to depends on."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield _names(targets), _names([node.value] if node.value else [])
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield _names([node.target]), _names([node.iter])
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars:
                yield _names([item.optional_vars]), _names([item.context_expr, *node.body])
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _changed(node.value)
    for inner in (inner for child in _expressions(node) for inner in ast.walk(child)):
        if isinstance(inner, ast.NamedExpr):
            yield _names([inner.target]), _names([inner.value])
        elif isinstance(inner, ast.comprehension):
            yield _names([inner.target]), _names([inner.iter])


def _changed(call: ast.Call) -> Iterator[tuple[set[str], set[str]]]:
    """A call whose value is not used is made for what it does to its object and its arguments."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "print" and not name.startswith("assert"):
        called = _names([call.func]) if isinstance(call.func, ast.Name) else set()
        yield _names([call]) - called, _names([call])


def _expressions(node: ast.stmt) -> Iterator[ast.expr]:
    return (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {child.id for node in nodes for child in ast.walk(node) if isinstance(child, ast.Name)}


def _imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Name → the module that it is or comes from."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, node.module or "") for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name


def _parametrized(decorators: Iterable[ast.expr]) -> Iterator[str]:
    """Names that ``pytest.mark.parametrize`` gives."""
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") == "parametrize":
            for node in ast.walk(decorator.args[0]) if decorator.args else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from (name.strip() for name in node.value.split(","))
