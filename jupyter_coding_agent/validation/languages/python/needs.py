"""Which names a notebook's code takes from the cells before it, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .source import parse

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BLOCKS = ast.stmt | ast.ExceptHandler | ast.match_case


def needs(sources: Iterable[str]) -> frozenset[str]:
    """The names that these cells, run in this order, read without having made them."""
    made: set[str] = set()
    needed: set[str] = set()
    later: set[str] = set()
    for source in sources:
        tree = parse(source)
        for node in tree.body if tree else []:
            _take(node, made, needed, later)
    return frozenset(needed | (later - made))


def _take(node: ast.AST, made: set[str], needed: set[str], later: set[str]) -> None:
    """One statement, in the order in which it runs; what definitions need is needed when they are called."""
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, _DEFINITIONS):
        later |= _loads(node)
        made.add(node.name)
    elif any(isinstance(child, _BLOCKS) for child in children):
        for child in children:
            _take(child, made, needed, later)
    else:
        needed |= _loads(node) - made
        made |= _stores(node)


def _loads(node: ast.AST) -> set[str]:
    found: set[str] = set()
    own: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            (found if isinstance(part.ctx, ast.Load) else own).add(part.id)
        elif isinstance(part, ast.arg):
            own.add(part.arg)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return found | {node.target.id}
    scoped = isinstance(node, _FUNCTIONS) or not isinstance(node, ast.stmt)
    return found - own if scoped else found - _inner(node)


def _inner(node: ast.AST) -> set[str]:
    """Names that only comprehensions and functions inside a statement bind."""
    scopes = (*_FUNCTIONS.__args__, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, scopes):
            for inner in ast.walk(part):
                if isinstance(inner, ast.arg):
                    found.add(inner.arg)
                elif isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                    found.add(inner.id)
    return found


def _stores(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in part.names}
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif isinstance(part, _DEFINITIONS):
            found.add(part.name)
    return found
