"""Constants that a condition chooses: what is returned or assigned, and when."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .code import Block
from .values import Evaluator


@dataclass(frozen=True)
class Branch:
    """Where `test` comes out as `holds`, one of `constants` is what the code answers."""

    test: ast.expr
    holds: bool
    constants: tuple[Any, ...]
    line: int


def branches(block: Block, evaluator: Evaluator) -> Iterator[Branch]:
    """Every such branch of a function or module."""
    for node in block.nodes:
        for test, holds, body in choices(node):
            constants = constants_of(body, block, evaluator)
            if constants:
                at = body[0] if body else node
                yield Branch(test, holds, constants, block.line(at))
    yield from _fall_through(block, evaluator)


Choice = tuple[ast.expr, bool, Sequence[ast.AST]]


def choices(node: ast.AST) -> Iterator[Choice]:
    """Conditions within a node with what follows where they hold, or don't."""
    match node:
        case ast.If():
            yield node.test, True, node.body
            if node.orelse and not isinstance(node.orelse[0], ast.If):
                yield node.test, False, node.orelse
        case ast.IfExp():
            yield node.test, True, [node.body]
            yield node.test, False, [node.orelse]
        case ast.Match():
            for item in node.cases:
                test = _pattern(item.pattern, node.subject)
                if test is not None:
                    yield test, True, item.body
        case ast.Return(value=ast.Compare() as test):
            yield test, True, [ast.copy_location(ast.Constant(True), test)]
        case ast.Return(value=ast.BoolOp() as choice):
            yield from _operands(choice)
        case ast.BinOp(op=ast.Mult(), left=ast.Compare() as test, right=other):
            yield test, True, [other]
        case ast.BinOp(op=ast.Mult(), left=other, right=ast.Compare() as test):
            yield test, True, [other]
        case ast.Subscript(value=ast.Tuple() | ast.List() as pair, slice=ast.Compare() as test):
            if len(pair.elts) == 2:
                yield test, False, [pair.elts[0]]
                yield test, True, [pair.elts[1]]


def _operands(choice: ast.BoolOp) -> Iterator[Choice]:
    """``return n == 7 or general(n)`` answers True where its first operand holds."""
    value = isinstance(choice.op, ast.Or)
    for operand in choice.values:
        if isinstance(operand, ast.Compare):
            yield operand, value, [ast.copy_location(ast.Constant(value), operand)]


def _pattern(pattern: ast.pattern, subject: ast.expr) -> ast.expr | None:
    """The comparison that a pattern of literals stands for."""
    match pattern:
        case ast.MatchOr():
            tests = [_pattern(part, subject) for part in pattern.patterns]
            known = [test for test in tests if test is not None]
            return ast.BoolOp(ast.Or(), known) if known else None
        case ast.MatchAs(pattern=inner) if inner is not None:
            return _pattern(inner, subject)
    literal = _literal(pattern, ast.Tuple if isinstance(subject, ast.Tuple) else ast.List)
    return None if literal is None else ast.Compare(subject, [ast.Eq()], [literal])


def _literal(pattern: ast.pattern, sequence: type[ast.Tuple | ast.List]) -> ast.expr | None:
    match pattern:
        case ast.MatchValue():
            return pattern.value
        case ast.MatchSingleton():
            return ast.Constant(pattern.value)
        case ast.MatchSequence():
            # Patterns don't tell lists from tuples; a subject that is written as a tuple does.
            parts = [_literal(part, ast.List) for part in pattern.patterns]
            known = [part for part in parts if part is not None]
            return sequence(known, ast.Load()) if len(known) == len(parts) else None
    return None


def _fall_through(block: Block, evaluator: Evaluator) -> Iterator[Branch]:
    """``if n != 7: return general(n)`` and then a constant."""
    bodies = [getattr(node, "body", []) for node in block.nodes if isinstance(node, ast.stmt)]
    bodies.append(block.function.body if block.function else [])
    for body in bodies:
        for one, following in pairwise(body):
            if not (isinstance(one, ast.If) and not one.orelse and isinstance(following, ast.Return)):
                continue
            if isinstance(one.body[-1], ast.Return | ast.Raise):
                constants = constants_of([following], block, evaluator)
                if constants:
                    yield Branch(one.test, False, constants, block.line(following))


def constants_of(body: Sequence[ast.AST], block: Block, evaluator: Evaluator) -> tuple[Any, ...]:
    """What a body answers, if all that it does is to give constants."""
    found: list[Any] = []
    filled: set[str] = set()
    for node in body:
        if isinstance(node, ast.Pass) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id in filled:
            continue
        filled |= _filled(node)
        if isinstance(node, ast.expr):
            value: ast.expr | None = node
        elif isinstance(node, ast.Return | ast.Assign | ast.AnnAssign):
            value = node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
            value = node.value.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and len(node.value.args) == 1:
            value = node.value.args[0]
        else:
            return ()
        constants = [None] if value is None else list(_leaves(value, block, evaluator))
        if not constants:
            return ()
        found += constants
    return tuple(found)


def _operands_of(value: ast.Call | ast.Dict | ast.List | ast.Tuple) -> list[ast.expr]:
    if isinstance(value, ast.Call):
        return [*value.args, *(keyword.value for keyword in value.keywords)]
    return value.values if isinstance(value, ast.Dict) else value.elts


def _filled(node: ast.AST) -> set[str]:
    """The tables that an assignment gives an entry: ``table[key] = …``"""
    targets = node.targets if isinstance(node, ast.Assign) else []
    tables = [target.value for target in targets if isinstance(target, ast.Subscript)]
    return {table.id for table in tables if isinstance(table, ast.Name)}


def _leaves(value: ast.expr, block: Block, evaluator: Evaluator) -> Iterator[Any]:
    """The constants that an expression gives, wherever it only chooses, cuts or wraps them."""
    known, constant = evaluator.known(value, block.scope)
    if known:
        yield constant
    elif isinstance(value, ast.IfExp):
        yield from _leaves(value.body, block, evaluator)
        yield from _leaves(value.orelse, block, evaluator)
    elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        yield from _leaves(value.value, block, evaluator)
    elif isinstance(value, ast.Call | ast.Dict | ast.List | ast.Tuple):
        parts = [
            constant
            for part in _operands_of(value)
            for known, constant in [evaluator.known(part, block.scope)]
            if known and isinstance(constant, list | tuple | Mapping) and len(constant) > 1
        ]
        if len(parts) > 1:
            # A test that looks at a part of the answer finds it in one of these; what is written down is all.
            yield tuple(parts)
        yield from parts
