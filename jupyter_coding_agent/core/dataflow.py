"""The names of notebook cells, read from their sources. Nothing is run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache

from . import syntax

_CALLABLES = ast.FunctionDef | ast.AsyncFunctionDef
_DEFINITIONS = _CALLABLES | ast.ClassDef
_BLOCKS = ast.stmt | ast.ExceptHandler | ast.match_case
_FUNCTIONS = _CALLABLES | ast.Lambda
_SCOPES = _FUNCTIONS | ast.ClassDef | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# Cell magics whose body is run in the notebook's namespace.
_TRANSPARENT = ("%%time", "%%capture", "%%prun")
# A line for the shell or a magic: what is assigned from one still defines names, and %time runs what follows it.
_ASSIGNED = re.compile(r"^(\s*[\w\s,.\[\]*]+=\s*)[!%].*$")
_TIMED = re.compile(r"^(\s*)%time\s+")
# Methods that are called for what they do to their object. Others, such as ``df.head()`` and ``plt.show()``, stand for
# themselves as often as not: if each of them were a change, a notebook's cells would all build on one another.
_ALTERING = frozenset(
    re.findall(
        r"\w+",
        "append appendleft extend extendleft insert remove pop popleft popitem clear sort reverse rotate"
        " add discard update setdefault difference_update intersection_update symmetric_difference_update"
        " put fit partial_fit load_state_dict add_node add_edge add_nodes_from add_edges_from",
    )
)
# Modules that have functions of such names: ``os.remove(path)`` leaves `os` as it is.
_MODULES = frozenset({"os", "np", "numpy", "pd"})
_REMEMBERED_CHARACTERS = 10_000
_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")


@dataclass
class CellNames:
    """The names of one cell."""

    defines: set[str] = field(default_factory=set)
    """``*`` among them: what a module has, whatever that is."""
    changes: set[str] = field(default_factory=set)
    """Names of what it alters in place, e.g. by ``df["x"] = …`` or ``rows.append(…)``."""
    needs: set[str] = field(default_factory=set)
    """Names that must be there before it runs, or before the functions that it defines do."""
    deferred: set[str] = field(default_factory=set, compare=False)
    """Those of `needs` that only the functions' bodies use."""
    bodies: dict[str, set[str]] = field(default_factory=dict, compare=False)
    """Function or class → every name that is read in it."""


def names_of(source: str) -> CellNames:
    """What a cell defines, changes and needs at its top level; nothing where it is not Python.

    Most are remembered, for the same cells are looked at again and again: don't alter what is returned.
    """
    return _remembered(source) if len(source) <= _REMEMBERED_CHARACTERS else _read(source)


@lru_cache(maxsize=4096)
def _remembered(source: str) -> CellNames:
    return _read(source)


def _read(source: str) -> CellNames:
    found = CellNames()
    try:
        for node in _statements(source):
            _take(node, found)
    except RecursionError:
        # Nested deeper than anybody writes: what was found so far.
        pass
    later = set[str]().union(*found.bodies.values())
    found.deferred = later - found.defines - found.needs
    found.needs |= found.deferred
    return found


def definitions(source: str) -> set[str]:
    """The names that a cell binds by ``def``, ``class`` or ``import``."""
    nodes = [node for statement in _statements(source) for node in ast.walk(statement)]
    found = {node.name for node in nodes if isinstance(node, _DEFINITIONS)}
    return found.union(*(_stores(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)))


def without_timing(source: str) -> str:
    """The cell without a magic that only measures or captures, line for line."""
    first, newline, rest = source.partition("\n")
    return newline + rest if first.startswith(_TRANSPARENT) else source


def only_magics(source: str) -> bool:
    """Is there nothing in the cell but magics, lines for the shell and comments?"""
    lines = [line.strip() for line in source.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and lines[0].startswith("%%"):
        return not lines[0].startswith(_TRANSPARENT)
    return all(_MAGIC.match(line) and not _TIMED.match(line) for line in lines)


def _statements(source: str) -> list[ast.stmt]:
    source = without_timing(source)
    if source.lstrip().startswith("%%"):
        return []
    try:
        return syntax.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    try:
        return syntax.parse("\n".join(map(_plain, source.splitlines()))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _plain(line: str) -> str:
    """A line that IPython understands as one of Python that defines the same names."""
    line = _TIMED.sub(r"\1", line)
    line = _ASSIGNED.sub(r"\1None", line)
    return _MAGIC.sub(r"\1pass", line)


def _take(node: ast.AST, found: CellNames) -> None:
    """Add the names of one statement, in the order in which it runs."""
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, _DEFINITIONS):
        found.needs |= _at_once(node) - found.defines
        found.bodies.setdefault(node.name, set()).update(_loads(node))
        found.defines |= {node.name, *_globals(node)}
    elif any(isinstance(child, _BLOCKS) for child in children):
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.defines.add(node.name)
        for child in children:
            _take(child, found)
    else:
        found.needs |= _loads(node) - found.defines
        found.changes |= _changed(node)
        found.defines |= _stores(node)


def _at_once(node: ast.AST) -> set[str]:
    """What a definition reads when it is made: decorators, defaults, bases, a class's own statements."""
    if not isinstance(node, _DEFINITIONS):
        return _loads(node)
    found = set[str]().union(*map(_loads, node.decorator_list))
    if isinstance(node, _CALLABLES):
        found |= set().union(*map(_loads, [*node.args.defaults, *filter(None, node.args.kw_defaults)]))
        annotated = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        annotations = [argument.annotation for argument in annotated] + [node.returns]
        return found.union(*map(_loads, filter(None, annotations)))
    found |= set().union(*map(_loads, [*node.bases, *node.keywords]))
    own: set[str] = set()
    for statement in node.body:
        found |= _at_once(statement) - own
        own |= {statement.name} if isinstance(statement, _DEFINITIONS) else _stores(statement)
    return found


def _loads(node: ast.AST) -> set[str]:
    """The names that are read in `node`, without its own: parameters, loop variables of expressions."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    found = set[str]().union(*(_loads(child) for child in ast.iter_child_nodes(node)))
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.add(node.target.id)
    if isinstance(node, _FUNCTIONS):
        found -= {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    return found - (_stores(node) - _globals(node)) if isinstance(node, _SCOPES) else found


def _stores(node: ast.AST) -> set[str]:
    """The names that `node` binds where it stands; for what has a scope of its own, those bound in it."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    found: set[str] = set()
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        found.add(node.name)
    elif isinstance(node, ast.MatchMapping) and node.rest:
        found.add(node.rest)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITIONS):
            found.add(child.name)
        elif not isinstance(child, _SCOPES):
            found |= _stores(child)
    return found


def _globals(node: ast.AST) -> set[str]:
    """The names of the notebook that functions in `node` may bind."""
    return {name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}


def _changed(node: ast.AST) -> set[str]:
    """The names of what `node` alters in place: ``a`` for ``a.b[0] = 1`` and for ``a["b"].append(1)``."""
    places: list[ast.AST] = [
        place
        for place in ast.walk(node)
        if isinstance(place, ast.Attribute | ast.Subscript) and not isinstance(place.ctx, ast.Load)
    ]
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _alters(call, call.func):
            places.append(call.func)
    return {name for place in places if (name := _base(place)) is not None}


def _alters(call: ast.Call, method: ast.Attribute) -> bool:
    """Whether a call whose value nobody takes alters what it is a method of, as far as its name tells."""
    if isinstance(method.value, ast.Name) and method.value.id in _MODULES:
        return False
    return method.attr in _ALTERING or any(
        keyword.arg == "inplace" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )


def _base(place: ast.AST) -> str | None:
    while isinstance(place, ast.Attribute | ast.Subscript):
        place = place.value
    return place.id if isinstance(place, ast.Name) else None
