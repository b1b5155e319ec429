"""What makes an example: a call that needs nothing but the solution, and a literal."""

from __future__ import annotations

import ast
import builtins

from ...core import syntax
from ...validation.models import Example

MAX_CHARACTERS = 2_000
_BUILTINS = frozenset(dir(builtins))
# They do or say something else than they return, or reach around the solution.
_IMPURE = {
    "print", "input", "open", "exec", "eval", "compile", "exit", "quit", "help", "breakpoint", "globals",
    "locals", "vars", "dir", "id", "hash", "__import__", "setattr", "delattr", "super", "object",
}  # fmt: skip
_UNREADABLE = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)


def make_example(call: str, expected: str, source: str) -> Example | None:
    """The example, if the call needs nothing but the solution and the expected value is a literal."""
    node = statement(call.strip())
    literal = literal_text(expected)
    if literal is None or not isinstance(node, ast.Expr) or not _needs_only_the_solution(node.value):
        return None
    return Example(call=ast.unparse(node.value), expected=literal, source=source.strip())


def literal_text(text: str) -> str | None:
    """A literal as Python would write its value; None for anything else."""
    try:
        literal = repr(syntax.literal_eval(text.strip()))
        syntax.literal_eval(literal)  # "1e999" and "[1, ...]" are read as what has no literal
        return literal
    except _UNREADABLE:
        return None


def statement(source: str) -> ast.stmt | None:
    """The one statement that the source is; None where it is none, too long or too deep."""
    if len(source) > MAX_CHARACTERS:
        return None
    try:
        body = syntax.parse(source).body
        ast.unparse(ast.Module(body, []))  # what can be read but is nested too deeply to be written
    except _UNREADABLE:
        return None
    return body[0] if len(body) == 1 else None


def called_names(call: str) -> set[str]:
    """Names that an example's call takes from the solution."""
    return {node.id for node in _own(syntax.parse(call, mode="eval").body)}


def _needs_only_the_solution(expression: ast.expr) -> bool:
    """It calls a name of the solution; every other name is a pure builtin or bound in the expression itself."""
    nodes = list(ast.walk(expression))
    if any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in nodes):
        return False  # "f([1, 2, ...])" is a sketch of a call
    if any(isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for node in nodes):
        return False
    names = [node for node in nodes if isinstance(node, ast.Name)]
    if any(node.id in _IMPURE for node in names):
        return False
    own = {id(node) for node in _own(expression)}
    return bool(own) and all(id(node) in own or node.id in _BUILTINS | _bound(nodes) for node in names)


def _own(expression: ast.expr) -> list[ast.Name]:
    nodes = list(ast.walk(expression))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    outside = _BUILTINS | _bound(nodes)
    return [node for node in called if isinstance(node, ast.Name) and node.id not in outside]


def _bound(nodes: list[ast.AST]) -> set[str]:
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return bound | {node.arg for node in nodes if isinstance(node, ast.arg)}
