"""Mutation operators: which small changes of a Python node are worth trying.

The classes are the usual ones of mutation testing (Offutt et al., "An experimental determination of sufficient
mutant operators", 1996): relational, arithmetic and logical replacement, boundary values, statement deletion;
and those for returns and exceptions that Python code lives by.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...candidates import Operator
from .text import Span, Text

_LARGEST = 10**15
_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: (r"not\s+in", "in"),
    ast.Is: ("is", "is not"), ast.IsNot: (r"is\s+not", "is"),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"), ast.Sub: ("-", "+"), ast.Mult: (r"\*", "/"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "*"), ast.Pow: (r"\*\*", "*"),
}  # fmt: skip
# Replacing a comparison by its opposite negates the condition already.
_OPPOSITES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
_SEQUENCES = (ast.List, ast.Tuple, ast.ListComp, ast.JoinedStr)
# Functions and methods that answer a neighbouring question.
_NEIGHBOURS: dict[str, tuple[Operator, str]] = {
    "min": ("comparison", "max"), "max": ("comparison", "min"), "any": ("boolean", "all"),
    "all": ("boolean", "any"), "startswith": ("comparison", "endswith"), "endswith": ("comparison", "startswith"),
    "mean": ("arithmetic", "max"), "sum": ("arithmetic", "max"), "head": ("boundary", "tail"),
    "tail": ("boundary", "head"), "floor": ("boundary", "ceil"), "ceil": ("boundary", "floor"),
}  # fmt: skip
# Methods whose result is of the kind that they are called on: the step may be left out.
_STEPS = frozenset(
    {
        "strip", "lstrip", "rstrip", "lower", "upper", "title", "casefold", "copy", "abs", "sort_values",
        "sort_index", "dropna", "fillna", "drop_duplicates", "reset_index", "clip", "shift", "cumsum",
    }
)  # fmt: skip
_CHOICES = {
    "how": {
        "left": "inner",
        "inner": "outer",
        "outer": "inner",
        "right": "inner",
        "any": "all",
        "all": "any",
    },
    "keep": {"first": "last", "last": "first"},
}
_RUNTIME_ERRORS = frozenset(("RuntimeError", "NotImplementedError", "RecursionError"))
_ANY_ERROR = frozenset(("Exception", "BaseException"))


@dataclass(frozen=True)
class Edit:
    """The bytes of `span` are replaced by `text`."""

    operator: Operator
    span: Span
    text: str


Edits = Iterator[Edit]


def edits(node: ast.AST, source: Text) -> Edits:
    """Every change that starts at this node; those of its children come with them."""
    make = _MAKERS.get(type(node))
    if make is not None:
        yield from make(node, source)


def _compare(node: ast.Compare, source: Text) -> Edits:
    operands = [node.left, *node.comparators]
    for left, op, right in zip(operands, node.ops, node.comparators, strict=False):
        yield from _between("comparison", source, left, right, *_COMPARISONS[type(op)])


def _binary(node: ast.BinOp, source: Text) -> Edits:
    if type(node.op) in _ARITHMETIC and not (_is_sequence(node.left) or _is_sequence(node.right)):
        yield from _between("arithmetic", source, node.left, node.right, *_ARITHMETIC[type(node.op)])


def _augmented(node: ast.AugAssign, source: Text) -> Edits:
    if type(node.op) in _ARITHMETIC and not _is_sequence(node.value):
        old, new = _ARITHMETIC[type(node.op)]
        yield from _between("arithmetic", source, node.target, node.value, old + "=", new + "=")
    yield from _removed(node, source)


def _logical(node: ast.BoolOp, source: Text) -> Edits:
    words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from _between("boolean", source, left, right, *words)


def _between(operator: Operator, source: Text, left: ast.expr, right: ast.expr, old: str, new: str) -> Edits:
    """Replace the operator that stands between two operands; with a comment there it is left alone."""
    before, after = source.span(left), source.span(right)
    if before is None or after is None:
        return
    gap = source.bytes[before.end : after.start].decode(errors="replace")
    found = re.fullmatch(rf"[\s)\\]*({old})[\s(\\]*", gap)
    if found is not None:
        yield Edit(operator, Span(before.end + found.start(1), before.end + found.end(1)), new)


def _is_sequence(node: ast.expr) -> bool:
    """Text and lists can't be subtracted: such a change is noticed by anything."""
    return isinstance(node, _SEQUENCES) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )


def _unary(node: ast.UnaryOp, source: Text) -> Edits:
    span = source.span(node)
    if span is not None and isinstance(node.op, ast.Not):
        yield Edit("boolean", Span(span.start, span.start + len("not")), "")


def _constant(node: ast.Constant, source: Text) -> Edits:
    span, value = source.span(node), node.value
    if span is None:
        return
    if isinstance(value, bool):
        yield Edit("boolean", span, repr(not value))
    elif isinstance(value, int | float) and abs(value) < _LARGEST:
        yield Edit("boundary", span, repr(value + 1))
        yield Edit("boundary", span, repr(value - 1) if value >= 1 else f"({value - 1!r})")


def _slice(node: ast.Slice, source: Text) -> Edits:
    for bound in (node.lower, node.upper):
        yield from _shifted(bound, source)


def _call(node: ast.Call, source: Text) -> Edits:
    if isinstance(node.func, ast.Name) and node.func.id == "range" and 1 <= len(node.args) <= 3:
        yield from _shifted(node.args[0 if len(node.args) == 1 else 1], source)
    function, span = source.span(node.func), source.span(node)
    if function is None or span is None:
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _NEIGHBOURS:
        operator, neighbour = _NEIGHBOURS[name]
        yield Edit(operator, Span(function.end - len(name), function.end), neighbour)
    before = source.span(node.func.value) if isinstance(node.func, ast.Attribute) and name in _STEPS else None
    if before is not None:
        step = Span(before.end, span.end)
        yield Edit("removed", step, "\n" * source.of(step).count("\n"))


def _keyword(node: ast.keyword, source: Text) -> Edits:
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    choice = _CHOICES.get(node.arg or "", {}).get(value) if isinstance(value, str) else None
    span = source.span(node.value)
    if choice is not None and span is not None:
        yield Edit("boolean", span, repr(choice))


def _shifted(bound: ast.expr | None, source: Text) -> Edits:
    span = None if bound is None or isinstance(bound, ast.Starred) else source.span(bound)
    if span is None or isinstance(bound, ast.Constant | ast.UnaryOp):
        return
    for step in (" + 1", " - 1"):
        yield Edit("boundary", span, f"({source.of(span)}){step}")


def _condition(node: Any, source: Text) -> Edits:
    yield from _negated(node.test, source)


def _comprehension(node: ast.comprehension, source: Text) -> Edits:
    for test in node.ifs:
        yield from _negated(test, source)


def _guard(node: ast.match_case, source: Text) -> Edits:
    if node.guard is not None:
        yield from _negated(node.guard, source)


def _negated(test: ast.expr, source: Text) -> Edits:
    opposite = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], _OPPOSITES)
    negation = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    span = source.span(test)
    if span is not None and not (opposite or negation or isinstance(test, ast.Constant)):
        yield Edit("boolean", span, f"not ({source.of(span)})")


def _return(node: ast.Return, source: Text) -> Edits:
    if node.value is not None and not _is_none(node.value):
        yield from _statement("return", node, source, "return None")


def _yield(node: ast.Yield, source: Text) -> Edits:
    span = None if node.value is None or _is_none(node.value) else source.span(node.value)
    if span is not None and "\n" not in source.of(span):
        yield Edit("return", span, "None")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _expression(node: ast.Expr, source: Text) -> Edits:
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(value, ast.Call):
        yield from _removed(node, source)


def _assignment(node: ast.Assign, source: Text) -> Edits:
    if all(isinstance(target, ast.Subscript | ast.Attribute) for target in node.targets):
        yield from _removed(node, source)


def _removed(node: ast.stmt, source: Text) -> Edits:
    yield from _statement("removed", node, source, "pass")


def _statement(operator: Operator, node: ast.stmt, source: Text, text: str) -> Edits:
    """Replace a whole statement, and leave as many lines as it had."""
    span = source.span(node)
    if span is not None:
        yield Edit(operator, span, text + "\n" * source.of(span).count("\n"))


def _raise(node: ast.Raise, source: Text) -> Edits:
    yield from _statement("exception", node, source, "pass")
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "")
    span = None if kind is None else source.span(kind)
    if span is not None and name[:1].isupper() and name not in _ANY_ERROR:
        yield Edit("exception", span, "ValueError" if name in _RUNTIME_ERRORS else "RuntimeError")


def _handler(node: ast.ExceptHandler, source: Text) -> Edits:
    span = None if node.type is None else source.span(node.type)
    if span is not None and getattr(node.type, "id", "") not in _ANY_ERROR and "\n" not in source.of(span):
        yield Edit("exception", span, "Exception")


_MAKERS: dict[type[ast.AST], Callable[[Any, Text], Edits]] = {
    ast.Compare: _compare, ast.BinOp: _binary, ast.AugAssign: _augmented, ast.BoolOp: _logical,
    ast.UnaryOp: _unary, ast.Constant: _constant, ast.Slice: _slice, ast.Call: _call, ast.keyword: _keyword,
    ast.If: _condition,
    ast.While: _condition, ast.IfExp: _condition, ast.comprehension: _comprehension, ast.match_case: _guard,
    ast.Return: _return, ast.Yield: _yield, ast.Expr: _expression, ast.Assign: _assignment,
    ast.Delete: _removed, ast.Continue: _removed, ast.Break: _removed, ast.Raise: _raise,
    ast.ExceptHandler: _handler,
}  # fmt: skip
