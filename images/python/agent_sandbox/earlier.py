"""The statements of a notebook's earlier cells that are run again: what a cell needs and what was not carried over."""

import ast
import collections
import linecache

from . import notebook
from .workspace import ROOT

Statement = collections.namedtuple("Statement", "code cell line binds may_fail touches_values")
"""`binds`: names that are only missing where it fails, so that it fails nobody who does not need them."""

_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (*_DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# With one of these a cell may use any name without its source saying so.
_REFLECTION = frozenset(("globals", "locals", "vars", "eval", "exec", "get_ipython", "dir"))


def statements_of(sources, carried, missing, cell):
    """What to run of these cells, in order, for the source of `cell` (bytes). Raises SyntaxError.

    Left out is what makes or alters only `carried` names (a set): their values are there already, as they are
    after these cells; and what makes names that nothing after it reads. What makes `missing` names may fail.
    """
    nodes = [node for number, source in enumerate(sources, 1) for node in _parsed(source, number)]
    again = [(number, node, *_made(node)) for number, node in nodes]
    again = [one for one in again if not _is_there(one[1], one[2] | one[3], carried)]
    wanted = _read_by(cell)
    if wanted is not None:
        again = _needed(again, wanted)
    return [
        Statement(
            _compiled(node, number),
            number,
            node.lineno,
            frozenset() if altered else frozenset(made),
            isinstance(node, ast.Expr) or bool((made | altered) & (carried | missing)),
            bool((made | altered) & carried),
        )
        for number, node, made, altered in again
    ]


def _is_there(node, touched, carried):
    """Of a block or a call nobody can say which part of it made what."""
    whole = isinstance(node, ast.Expr) or _is_block(node)
    return bool(touched & carried) and (whole or touched <= carried)


def _needed(statements, wanted):
    """Those that make what is read: by the cell, or by another of them, whenever that is called."""
    chosen = set()
    while True:
        more = {
            place
            for place, (_, node, made, altered) in enumerate(statements)
            if place not in chosen and (isinstance(node, ast.Expr) or (made | altered) & wanted)
        }
        if not more:
            return [statement for place, statement in enumerate(statements) if place in chosen]
        chosen |= more
        wanted = wanted.union(*(_loaded(statements[place][1]) for place in more))


def _path(number):
    return f"{ROOT}/cell {number} before it"


def _parsed(source, number):
    path = _path(number)
    linecache.cache[path] = (len(source), None, source.splitlines(True), path)
    try:
        tree = ast.parse(notebook.to_python(source.encode("utf-8", "surrogatepass")), path)
    except SyntaxError as error:
        raise SyntaxError(f"cell {number} before it is no Python: {error}") from error
    return [(number, node) for node in tree.body]


def _compiled(node, number):
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return compile(ast.Module([node], []), _path(number), "exec", flags, dont_inherit=True)


def _read_by(cell):
    """The names that a cell's source reads; None where that may be any."""
    try:
        read = _loaded(ast.parse(notebook.to_python(cell)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if read & _REFLECTION else read


def _loaded(node):
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    # What is altered in place or by `+=` has to be there.
    return read | {part.target.id for part in ast.walk(node) if _augments_a_name(part)}


def _augments_a_name(node):
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)


def _made(node):
    """The names that a statement binds, and those that it alters in place, deletes or calls a method of."""
    made, altered = set(), set()
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            altered.add(_base(call))
    elif isinstance(node, _DEFINITIONS):
        made.add(node.name)
    elif isinstance(node, _IMPORTS):
        made.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node.ctx, ast.Del):
            altered.add(node.id)
    elif not isinstance(node, _SCOPES):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            altered.add(_base(node))
        if _augments_a_name(node):
            altered.add(node.target.id)
        for child in ast.iter_child_nodes(node):
            more, changed = _made(child)
            made |= more
            altered |= changed
    return made - {None}, altered - {None}


def _is_block(node):
    inner = (ast.stmt, ast.ExceptHandler, ast.match_case)
    definition = isinstance(node, _DEFINITIONS)
    return not definition and any(isinstance(child, inner) for child in ast.iter_child_nodes(node))


def _base(node):
    """The name at the beginning of ``a.b[0].c()``; None where it is no name."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
