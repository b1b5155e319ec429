"""The statements of a notebook's earlier cell that are run again: those whose results were not carried over."""

import ast
import collections
import linecache

from . import notebook
from .workspace import ROOT

Statement = collections.namedtuple("Statement", "code line may_fail imports touches_values")

_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (*_DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_PLACES = (ast.Name, ast.Attribute, ast.Subscript)


def statements_of(source, number, carried, missing):
    """The statements to run of the `number`-th cell. Raises SyntaxError.

    Left out is what makes or alters `carried` names (a set): their values are there already, as they are after
    these cells. What makes names that are `missing`, or is only an expression, may fail.
    """
    path = f"{ROOT}/cell {number} before it"
    linecache.cache[path] = (len(source), None, source.splitlines(True), path)
    tree = ast.parse(notebook.to_python(source.encode("utf-8", "surrogatepass")), path)
    found = []
    for node in tree.body:
        defines = isinstance(node, (*_IMPORTS, *_DEFINITIONS))
        made = set() if defines else _made(node)
        if made & carried and (made <= carried or isinstance(node, ast.Expr) or _is_block(node)):
            continue
        code = compile(
            ast.Module([node], []), path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
        )
        may_fail = isinstance(node, ast.Expr) or bool(made & (carried | missing))
        imports = _imported(node) if isinstance(node, _IMPORTS) else ()
        found.append(Statement(code, node.lineno, may_fail, imports, bool(made & carried)))
    return found


def _made(node):
    """The names that a statement binds, alters in place or deletes, or whose method it calls for its own sake."""
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        method = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        return {_base(call)} - {None} if method else set()
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    if isinstance(node, _SCOPES):
        return set()
    if isinstance(node, _IMPORTS):
        return set(_imported(node))
    found = set()
    if isinstance(node, _PLACES) and not isinstance(node.ctx, ast.Load):
        found.add(_base(node))
    for child in ast.iter_child_nodes(node):
        found |= _made(child)
    return found - {None}


def _is_block(node):
    return any(
        isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))
        for child in ast.iter_child_nodes(node)
    )


def _imported(node):
    return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]


def _base(node):
    """The name at the beginning of ``a.b[0].c()``; None where it is no name."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
