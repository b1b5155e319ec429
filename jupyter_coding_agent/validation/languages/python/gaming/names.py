"""What names mean in a source: imports, assignments, functions of one expression."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from .forms import Unknown


def bound(target: ast.expr, value: Any) -> dict[str, Any]:
    """What an assignment of `value` gives the names of `target`.

    Raises:
        Unknown: the target is no name, or not of the value's length.
    """
    if isinstance(target, ast.Name):
        return {target.id: value}
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if isinstance(value, tuple | list) and parts and len(parts) == len(value):
        names: dict[str, Any] = {}
        for part, item in zip(parts, value, strict=True):
            names |= bound(part, item)
        return names
    raise Unknown


def dotted(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """``np.testing.assert_allclose`` as ``numpy.testing.assert_allclose``; None for other expressions."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(aliases.get(node.id, node.id))
    return ".".join(reversed(parts))


def imported(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Name → dotted name, for every import among these nodes."""
    aliases: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                aliases[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return aliases


def simple(functions: Iterable[ast.stmt]) -> dict[str, tuple[list[str], ast.expr]]:
    """Those that only return an expression of their parameters, for `Scope.functions`."""
    found: dict[str, tuple[list[str], ast.expr]] = {}
    for node in functions:
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            continue
        body = [part for part in node.body if not isinstance(part, ast.Expr)]
        arguments = node.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
            continue
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            found[node.name] = ([argument.arg for argument in arguments.args], body[0].value)
    return found
