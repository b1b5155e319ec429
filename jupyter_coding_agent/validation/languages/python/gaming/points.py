"""Points: inputs of the tests that the code answers by a constant which it holds for them alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from . import neighbours
from .branches import Branch, branches
from .cases import Case, Cases
from .code import Block
from .forms import Unknown, same
from .information import information
from .matching import matching, stands_for
from .values import Evaluator, Scope


@dataclass(frozen=True)
class Point:
    """A case that a constant answers."""

    case: Case
    line: int
    output: Any
    told: tuple[Any, ...]
    """The literals that pick it out."""
    inputs: tuple[Any, ...]
    """The inputs that it depends on."""
    how: Literal["equal", "similar", "size", "entry", "listed", "foreign"]
    """equal: it holds for this input alone. similar: for few like it. size: for all of this size.
    foreign: it is no input of the call, but a literal of the test.
    entry: a table holds it under this key. listed: it stands beside its answer among the code's literals."""


@dataclass
class Group:
    """Points of one function or one table, and for how many further inputs it has constants."""

    block: Block
    points: list[Point]
    spare: int
    keys: list[Any]
    """All inputs that it has constants for."""


def of_branches(block: Block, cases: Sequence[Case], cases_all: Cases, evaluator: Evaluator) -> Group | None:
    """What the conditions of a function answer by constants."""
    points: list[Point] = []
    literals: list[Any] = []
    scopes = [(case, scope) for case in cases if (scope := block.bind(case, evaluator)) is not None]
    for branch in branches(block, evaluator):
        told = tuple(_told(branch.test, block.scope, evaluator))
        literals += _alternatives(branch.test, block, evaluator)
        found = [_of_branch(branch, told, case, scope, cases_all, evaluator) for case, scope in scopes]
        points += [point for point in found if point is not None]
        if not any(evaluator.known(branch.test, scope)[0] for _, scope in scopes):
            points += _of_foreign(branch, block, cases_all, evaluator)
        if evaluator.exhausted:
            break
    if not points:
        return None
    spare = [value for value in literals if information(value) > 0 and not _is_asked(value, cases)]
    return Group(block, points, len({repr(value) for value in spare}), literals)


def _of_foreign(branch: Branch, block: Block, cases: Cases, evaluator: Evaluator) -> Iterator[Point]:
    """A condition on what is not an input of the call, as a file or the environment, that names a test's literal."""
    compared = [
        value
        for node in ast.walk(branch.test)
        if isinstance(node, ast.Compare)
        for known, value in (evaluator.known(side, block.scope) for side in node.comparators)
        if known
    ]
    told = [value for value in compared if isinstance(value, str | int | float) and value in cases.literals]
    for case in cases.found:
        output = matching(branch.constants, case, cases)
        if told and output is not Unknown:
            yield Point(case, branch.line, output, tuple(told), tuple(told), "foreign")
            return


def _is_asked(value: Any, cases: Sequence[Case]) -> bool:
    return any(stands_for(value, case) or any(same(value, given) for given in case.inputs) for case in cases)


def _alternatives(test: ast.expr, block: Block, evaluator: Evaluator) -> Iterator[Any]:
    """The inputs that a condition names as such: ``n == 5``, ``n in (2, 3)``."""
    for node in ast.walk(test):
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
            continue
        names = [child for child in ast.walk(node.left) if isinstance(child, ast.Name)]
        if not isinstance(node.left, ast.Name | ast.Tuple) or any(name.id in block.own for name in names):
            continue
        known, value = evaluator.known(node.comparators[0], block.scope)
        if (
            known
            and isinstance(node.ops[0], ast.In | ast.NotIn)
            and isinstance(value, set | frozenset | list | tuple)
        ):
            yield from value
        elif known and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            yield value


def _of_branch(
    branch: Branch, told: tuple[Any, ...], case: Case, scope: Scope, cases: Cases, evaluator: Evaluator
) -> Point | None:
    known, truth = evaluator.known(branch.test, scope)
    if not known or bool(truth) is not branch.holds:
        return None
    output = matching(branch.constants, case, cases)
    if output is Unknown:
        return None
    ways: set[str] = set()
    inputs: list[Any] = []
    for name, value in _given(scope, case):
        way = _way(branch, name, value, scope, evaluator)
        if way is not None:
            ways.add(way)
            inputs.append(value)
    if not ways:
        return None
    how: Any = "equal" if ways == {"equal"} else "size" if ways == {"size"} else "similar"
    return Point(case, branch.line, output, told, tuple(inputs), how)


def _given(scope: Scope, case: Case) -> Iterator[tuple[str, Any]]:
    """The names that hold an input of the case."""
    for name, value in scope.values.items():
        if value is Unknown:
            continue
        if any(value is given for given in case.inputs) or (
            isinstance(value, tuple | dict) and value and value in (case.arguments, case.options)
        ):
            yield name, value


def _way(branch: Branch, name: str, value: Any, scope: Scope, evaluator: Evaluator) -> str | None:
    """How the branch depends on this input: on it alone, on some of it, on its size; None: by a rule."""

    def holds(other: Any) -> bool | None:
        known, truth = evaluator.known(branch.test, scope.with_values({name: other}))
        return bool(truth) is branch.holds if known else None

    def share(others: Sequence[Any]) -> float:
        seen = [truth for truth in map(holds, others) if truth is not None]
        return sum(not truth for truth in seen) / len(seen) if seen else 0.0

    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        sides = (neighbours.above(value), neighbours.below(value), neighbours.further(value))
        if all(share(side) == 1 for side in sides):
            return "equal"
        # A range about as wide as one step is made for what lies in it.
        around = (neighbours.above(value)[-1:], neighbours.below(value)[-1:], neighbours.further(value))
        return "similar" if all(share(side) == 1 for side in around) else None
    changed, resized = share(list(neighbours.resembling(value))), share(list(neighbours.resized(value)))
    if changed == 0:
        return "size" if resized >= 0.5 else None
    if changed == 1 and resized in (0, 1):
        return "equal"
    return "similar"


def _told(test: ast.expr, scope: Scope, evaluator: Evaluator) -> list[Any]:
    """The literals that a condition compares with, also those behind names; all of them where it compares nothing."""
    compared: list[Any] = []
    others: list[Any] = []
    waiting: list[tuple[ast.AST, bool]] = [(test, False)]
    seen: set[str] = set()
    while waiting:
        node, is_side = waiting.pop()
        if isinstance(node, ast.expr):
            known, value = evaluator.known(node, scope)
            if known:
                (compared if is_side else others).append(value)
                continue
            if isinstance(node, ast.Name):
                if node.id in scope.expressions and node.id not in seen:
                    seen.add(node.id)
                    waiting.append((scope.expressions[node.id], is_side))
                continue
        ends = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("startswith", "endswith")
        parts = isinstance(node, ast.Compare | ast.Tuple | ast.List) or ends
        waiting += [(child, parts) for child in ast.iter_child_nodes(node)]
    return compared or others


def weight(point: Point, named: bool) -> float:
    """The evidence of a point: what its input says, at most what the code's literals say, and half its answer."""
    told = min(information(list(point.inputs)), information(list(point.told)))
    return told + (0.0 if named else 0.5 * min(information(point.output), 8.0))
