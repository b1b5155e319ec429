"""The module and its functions, each as its statements in order, and small questions about expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Found = tuple[Literal["chained_assignment", "leakage", "failed_install"], int, str]
"""Kind, line, message."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Scope:
    """A function (`node`), or the module."""

    node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
    statements: Sequence[ast.stmt]
    """In order, those of branches and loops after their header; functions inside are scopes of their own."""

    def nodes(self) -> Iterator[ast.AST]:
        """Everything in the scope."""
        for statement in self.statements:
            yield from nodes(statement)


def scopes(tree: ast.Module) -> list[Scope]:
    """The module first, then every function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    return [Scope(node, list(_ordered(node.body))) for node in (tree, *functions)]


def _ordered(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef):
            yield node
        inside = [child for name in _BODIES for child in getattr(node, name, ())]
        waiting += reversed(inside)


def nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and its expressions, without the statements inside it; calls that come first first."""
    waiting: list[ast.AST] = [statement]
    found: list[ast.AST] = []
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
        ]
    return reversed(found)


def calls(statement: ast.AST) -> Iterator[ast.Call]:
    """The calls in a statement, inner ones first."""
    return (node for node in nodes(statement) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last part of what is called: ``fit`` of ``a.b.fit(x)``."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def root(node: ast.AST | None) -> str:
    """The name that an expression starts from: ``df`` of ``df.loc[m]["a"].values``; empty where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def names(node: ast.AST) -> set[str]:
    """Every name that an expression reads."""
    return {part.id for part in nodes(node) if isinstance(part, ast.Name)}


def text(node: ast.AST | None) -> str | None:
    """The value of a string constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts(node: ast.AST | None) -> list[str] | None:
    """The values of a list of string constants, or of one alone; None for anything else."""
    one = text(node)
    if one is not None:
        return [one]
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    found = [text(item) for item in node.elts]
    return [item for item in found if item is not None] if None not in found else None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def is_constant(node: ast.AST | None, value: object) -> bool:
    """Is it just this constant?"""
    return isinstance(node, ast.Constant) and node.value is value


def targets(statement: ast.AST) -> list[ast.expr]:
    """What a statement assigns to, tuples taken apart."""
    if isinstance(statement, ast.Assign):
        waiting = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        waiting = [statement.target]
    else:
        return []
    found = []
    while waiting:
        target = waiting.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            waiting = [*target.elts, *waiting]
        else:
            found.append(target)
    return found
