"""Which cells of a notebook others build on, read from their sources. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MAX_CELLS = 12
MAX_CHARACTERS = 20_000
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_BLOCKS = ast.stmt | ast.ExceptHandler | ast.match_case
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = _FUNCTIONS | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# Cell magics whose body is run in the notebook's namespace.
_TRANSPARENT = ("%%time", "%%capture", "%%prun")


@dataclass
class CellNames:
    """The names of one cell."""

    defines: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    """Names of what it alters in place, e.g. by ``df["x"] = …``."""
    needs: set[str] = field(default_factory=set)
    """Names that must be there before it runs."""


@lru_cache(maxsize=4096)
def names_of(source: str) -> CellNames:
    """What a cell defines, changes and needs at its top level; nothing where it is not Python.

    It is remembered, for every request looks at the same cells again: don't alter what is returned.
    """
    found = CellNames()
    later: set[str] = set()
    for node in _statements(source):
        _take(node, found, later)
    found.needs |= later - found.defines
    return found


def _take(node: ast.AST, found: CellNames, later: set[str]) -> None:
    """Add the names of one statement, in the order in which it runs; to `later` what definitions need."""
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, _DEFINITIONS):
        later |= _loads(node)
        found.defines.add(node.name)
    elif any(isinstance(child, _BLOCKS) for child in children):
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.defines.add(node.name)
        for child in children:
            _take(child, found, later)
    else:
        found.needs |= _loads(node) - found.defines
        found.changes |= _changed(node)
        found.defines |= _stores(node)


def cells_behind(names: Iterable[str], cells: Sequence[str], known: set[str]) -> list[str]:
    """The cells that made `names` what they are, and what those build on in turn; the oldest first.

    Of each name, the latest cell that defines it and the later ones that change it. Only `known` names count,
    and only so many cells are taken.
    """
    parsed = [names_of(source) for source in cells]
    wanted, settled, chosen = set(names), set[str](), set[int]()
    while wanted - settled:
        name = min(wanted - settled)
        settled.add(name)
        for index in history(name, parsed):
            size = sum(len(cells[other]) for other in chosen | {index})
            if index in chosen or len(chosen) == MAX_CELLS or size > MAX_CHARACTERS:
                continue
            chosen.add(index)
            wanted |= parsed[index].needs & known
    return [cells[index] for index in sorted(chosen)]


def history(name: str, parsed: Sequence[CellNames]) -> list[int]:
    """Where in a notebook `name` was last defined, and changed since: indices of cells, in order."""
    defined = next((i for i in range(len(parsed) - 1, -1, -1) if name in parsed[i].defines), None)
    if defined is None:
        return []
    return [defined, *(i for i in range(defined + 1, len(parsed)) if name in parsed[i].changes)]


def without_timing(source: str) -> str:
    """The cell without a magic that only measures or captures, line for line."""
    first, newline, rest = source.partition("\n")
    return newline + rest if first.startswith(_TRANSPARENT) else source


def _statements(source: str) -> list[ast.stmt]:
    source = without_timing(source)
    if source.lstrip().startswith("%%"):
        return []
    # Lines for the shell are no Python; what is around them still defines names.
    lines = ["" if line.startswith(("%", "!", "?")) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return []


def _loads(node: ast.AST) -> set[str]:
    """The names that are read in `node`, without its own: parameters, loop variables of expressions."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    found = set[str]().union(*(_loads(child) for child in ast.iter_child_nodes(node)))
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.add(node.target.id)
    if isinstance(node, _FUNCTIONS):
        found -= {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    return found - _stores(node) if isinstance(node, _SCOPES) else found


def _stores(node: ast.AST) -> set[str]:
    """The names that `node` binds where it stands; for what has a scope of its own, those bound in it."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    found: set[str] = set()
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITIONS):
            found.add(child.name)
        elif not isinstance(child, _SCOPES):
            found |= _stores(child)
    return found


def _changed(node: ast.AST) -> set[str]:
    """The names below which `node` stores something: ``a`` for ``a.b[0] = 1``."""
    found = set()
    for place in ast.walk(node):
        if isinstance(place, ast.Attribute | ast.Subscript) and not isinstance(place.ctx, ast.Load):
            base: ast.expr = place
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                found.add(base.id)
    return found
