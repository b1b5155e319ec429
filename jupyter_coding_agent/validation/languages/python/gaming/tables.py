"""Tables that hold the tests' answers: looked up, or written down beside the inputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .cases import Case, Cases
from .code import Block
from .forms import Unknown, same
from .matching import matching, same_or_written, stands_for
from .points import Group, Point
from .values import Evaluator

_MOST_TABLE = 500


def of_lookups(
    block: Block, cases: Sequence[Case], cases_all: Cases, evaluator: Evaluator
) -> Iterator[Group]:
    """Tables that a function looks its inputs up in, whatever is made of them before."""
    inner: set[int] = set()
    for node in block.nodes:
        table = table_of(node)
        if table is None or id(node) in inner:
            continue
        inner.update(id(child) for child in ast.walk(node))
        known, content = evaluator.known(table, block.scope)
        if not known or not isinstance(content, Mapping | list | tuple | str) or not content:
            continue
        assert isinstance(node, ast.expr)
        group = _of_lookup(node, content, block, cases, cases_all, evaluator)
        if group is not None:
            yield group


def _of_lookup(
    node: ast.expr, content: Any, block: Block, cases: Sequence[Case], cases_all: Cases, evaluator: Evaluator
) -> Group | None:
    points: list[Point] = []
    used: set[str] = set()
    keys = list(_keys(node))
    for case in cases:
        scope = block.bind(case, evaluator)
        if scope is None:
            continue
        indices = [evaluator.known(key, scope) for key in keys]
        known, held = evaluator.known(node, scope)
        first = indices[-1][1]
        if not known or not all(known for known, _ in indices) or not _has(content, first):
            continue
        used.add(repr(first))
        output = matching([held], case, cases_all)
        if output is not Unknown:
            told = tuple(index for _, index in indices)
            inputs = [given for given in case.inputs if any(same(given, index) for index in told)]
            points.append(Point(case, block.line(node), output, told, tuple(inputs or case.inputs), "entry"))
    if not points:
        return None
    every = (
        list(content) if isinstance(content, Mapping) else [part for point in points for part in point.inputs]
    )
    return Group(block, points, len(content) - len(used), every)


def _has(content: Any, key: Any) -> bool:
    try:
        return content[key] is not Unknown
    except (LookupError, TypeError):
        return False


def table_of(node: ast.AST) -> ast.expr | None:
    """What a lookup, also one within another, begins with."""
    table: ast.expr | None = None
    while True:
        match node:
            case ast.Subscript(slice=ast.expr() as key) if not isinstance(key, ast.Slice):
                node = table = node.value
            case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault", value=value), args=[_, *_]):
                node = table = value
            case _:
                return table


def _keys(node: ast.AST) -> Iterator[ast.expr]:
    """The keys of a lookup, the last one first."""
    while True:
        match node:
            case ast.Subscript(slice=key):
                yield key
                node = node.value
            case ast.Call(func=ast.Attribute(value=value), args=[key, *_]):
                yield key
                node = value
            case _:
                return


def of_literals(block: Block, cases: Cases, evaluator: Evaluator) -> Iterator[Group]:
    """Literals of a function or module in which inputs of tests stand beside their answers."""
    inside: set[int] = set()
    for node in block.nodes:
        if id(node) in inside or not isinstance(
            node, ast.Dict | ast.List | ast.Tuple | ast.Set | ast.Call | ast.DictComp
        ):
            continue
        known, content = evaluator.known(node, block.scope)
        if not known:
            continue
        inside.update(id(child) for child in ast.walk(node))
        yield from pairs_of(content, block, block.line(node), cases)


def pairs_of(content: Any, block: Block, line: int, cases: Cases) -> Iterator[Group]:
    """The group that a table or list of pairs makes, if any of its pairs is a case."""
    points: list[Point] = []
    pairs = _pairs(content)[:_MOST_TABLE]
    spare = 0
    for key, output in pairs:
        asked = [case for case in cases.found if stands_for(key, case)]
        spare += not asked
        right = [case for case in asked if not case.partial and same_or_written(output, case.expected)]
        points += [Point(case, line, output, (key,), tuple(case.inputs), "listed") for case in right]
    if points:
        yield Group(block, points, spare, [key for key, _ in pairs])


def _pairs(content: Any) -> list[tuple[Any, Any]]:
    if isinstance(content, Mapping):
        return list(content.items())
    if not isinstance(content, list | tuple | set):
        return []
    pairs: list[tuple[Any, Any]] = []
    for row in content:
        if isinstance(row, Mapping):
            row = tuple(row.values())
        if isinstance(row, list | tuple) and len(row) >= 2:
            pairs.append((row[0] if len(row) == 2 else tuple(row[:-1]), row[-1]))
    return pairs
