"""What of a file does nothing while tests run, and so can't serve them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeGuard

from .cases import Function

# With these a name is read that nobody spells.
_REFLECTS = frozenset({"globals", "vars", "locals", "eval", "exec", "getattr", "__import__", "sys"})


def idle_nodes(tree: ast.Module, as_main: bool) -> frozenset[int]:
    """The ids of nodes that do nothing while tests run: what stands under the main guard, where the file is
    imported, tests that came along, and the tables that nothing but these uses."""
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _is_test_class(node):
            own = _ids(node.body)
            if all(name.id != node.name or id(name) in own for name in read):
                found |= _ids([part for part in node.body if isinstance(part, Function)])
    guards = [] if as_main else [node for node in ast.walk(tree) if _is_main_guard(node)]
    if not guards:
        return frozenset(found)
    for guard in guards:
        found |= _ids(guard.body)
    used = {node.id for node in read if id(node) not in found}
    if not used & _REFLECTS:
        of_guards = {node.id for node in read if id(node) in found} - used
        found |= _ids([statement for statement in tree.body if _binds_only(statement, of_guards)])
    return frozenset(found)


def _ids(nodes: Iterable[ast.AST]) -> set[int]:
    return {id(child) for node in nodes for child in ast.walk(node)}


def _binds_only(statement: ast.stmt, names: set[str]) -> bool:
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id in names for target in statement.targets
    )


def _is_main_guard(node: ast.AST) -> TypeGuard[ast.If]:
    """``if __name__ == "__main__":``, no other condition on the name."""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            sides = {
                getattr(left, "id", getattr(left, "value", "")),
                getattr(right, "id", getattr(right, "value", "")),
            }
            return sides == {"__name__", "__main__"}
    return False


def _is_test_class(node: ast.ClassDef) -> bool:
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
    return "TestCase" in bases or node.name.startswith("Test")
