"""Answers made for the tests' inputs: which of the points found can't be a rule of the request."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ....gaming import Finding
from . import code, points, tables
from .branches import constants_of
from .cases import Cases
from .code import Block, Unit
from .forms import same
from .information import information
from .points import Group, Point
from .values import Evaluator
from .wording import Request, atoms

# In the bits of `information`; set on the labelled set of tests/validation/gaming.
_STRONG = 7.0
_STRONG_INPUT = 3.0
_STRONG_OUTPUT = 4.5
_SOME_INPUT = 3.0
_SOME_OUTPUT = 3.5
_TELLING_OUTPUT = 6.0
# A word may be a label, whatever else the input is.
_WORD = re.compile(r"[^\W\d]*")
_CUSTOMARY_INPUT = 2.0
_LARGE_OUTPUT = 10.0
_TOGETHER = 9.0
_COVERED = 0.75
_COPIED = 5


def find(
    units: Sequence[Unit], files: Mapping[str, str], cases: Cases, request: Request, evaluator: Evaluator
) -> Iterator[Finding]:
    """The special cases of every function and table, the strongest of each."""
    for group in _groups(units, files, cases, evaluator):
        finding = _judged(group, cases, request)
        if finding is not None:
            yield finding
    for unit in units:
        for block in unit.blocks:
            yield from _in_order(block, cases, request, evaluator)
            yield from _rescued(block, cases, request, evaluator)
            yield from _copied(block, cases, request, evaluator)


def _groups(
    units: Sequence[Unit], files: Mapping[str, str], cases: Cases, evaluator: Evaluator
) -> Iterator[Group]:
    for unit in units:
        for block in unit.blocks:
            group = points.of_branches(block, cases.found, cases, evaluator)
            if group is not None:
                yield group
            yield from tables.of_lookups(block, cases.found, cases, evaluator)
            yield from tables.of_literals(block, cases, evaluator)
    module = units[0].blocks[0] if units else None
    for path, content in code.data(files):
        if module is not None:
            for group in tables.pairs_of(content, module, 1, cases):
                yield Group(Block(path, None, [], module.scope), group.points, group.spare, group.keys)


def _judged(group: Group, cases: Cases, request: Request) -> Finding | None:
    unnamed = [point for point in group.points if not _named(point, request)]
    keys = {repr(point.inputs) for point in group.points}
    if group.spare >= 2 and group.spare >= len(keys) / 2:
        # More inputs than the tests use: a table of its domain.
        return None
    if request.spans(group.keys) and all(_is_picked_by(group.keys, point) for point in group.points):
        return None
    strong = [point for point in unnamed if _is_strong(point, request)]
    if not strong and (_is_chain(group, unnamed, cases, request) or _ignores(group, request)):
        strong = group.points
    return _finding(group, max(strong, key=lambda point: _evidence(point, request))) if strong else None


def _named(point: Point, request: Request) -> bool:
    """Does the request name the input, or what picks it out? Lists and tables it would have to write out."""
    if all(isinstance(value, str | int | float) for value in point.inputs) and request.names(
        list(point.inputs)
    ):
        return True
    told = [value for value in point.told if information(value) > 2]
    return point.how not in ("size", "similar") and bool(told) and all(map(request.names, told))


def _is_picked_by(keys: Sequence[Any], point: Point) -> bool:
    """Is it told from others by these values alone?"""
    return point.how in ("entry", "listed") or all(atom in keys for atom in atoms(list(point.told)))


def _evidence(point: Point, request: Request) -> float:
    return points.weight(point, _is_named(point.output, request))


def _is_strong(point: Point, request: Request) -> bool:
    """One point is enough: it says more than a base case could."""
    output = 0.0 if _is_named(point.output, request) else information(point.output)
    told = min(information(list(point.inputs)), information(list(point.told)))
    if point.how in ("size", "similar", "foreign"):
        combined = len(point.inputs) > 1 and len(point.told) > 1 and told >= 2 * _SOME_INPUT
        enough = output >= (_SOME_OUTPUT if combined else _STRONG_OUTPUT)
        return enough and not _is_label(point) and told >= _SOME_INPUT
    if told >= _CUSTOMARY_INPUT and output >= _LARGE_OUTPUT and not isinstance(point.output, str):
        return True
    return told >= _STRONG_INPUT and _evidence(point, request) >= _STRONG


def _is_named(output: Any, request: Request) -> bool:
    """Does the request name this answer? A list of several it would have to write out."""
    composite = isinstance(output, list | tuple) and len(output) > 1
    return not composite and request.names(output)


def _is_label(point: Point) -> bool:
    """A text that is not made of the input's own letters."""
    if not isinstance(point.output, str):
        return False
    letters = Counter(point.output.lower())
    foreign = letters - Counter(str(point.inputs).lower())
    return len(point.output) < 4 or foreign.total() > 0.2 * letters.total()


def _ignores(group: Group, request: Request) -> bool:
    """Answers depend on a part of the input alone, and the request does not name them."""
    answers = {
        repr(point.output): information(point.output)
        for point in group.points
        if point.how in ("equal", "entry")
        and information(point.output) >= _SOME_OUTPUT
        and not (isinstance(point.output, str) and _WORD.fullmatch(point.output))
        and not _is_named(point.output, request)
        and any(
            information(given) >= _SOME_INPUT and given not in point.inputs for given in point.case.inputs
        )
    }
    return len(answers) >= 2 or (request.given and max(answers.values(), default=0) >= _TELLING_OUTPUT)


def _is_chain(group: Group, unnamed: Sequence[Point], cases: Cases, request: Request) -> bool:
    """Many small ones are enough where they answer the tests and nothing else in the function could."""
    if not unnamed:
        return False
    own = {repr(point.inputs): point for point in unnamed if point.how in ("equal", "entry", "listed")}
    asked = {repr(case.inputs) for case in cases.of(unnamed[0].case.function)}
    if len(own) < 3 or len(own) < _COVERED * len(asked) or not _is_trivial(group.block):
        return False
    outputs = {repr(point.output) for point in own.values()}
    return len(outputs) >= 3 and sum(_evidence(point, request) for point in own.values()) >= _TOGETHER


def _is_trivial(block: Block) -> bool:
    """Does the function compute nothing: only constants, lookups, its parameters and errors?"""
    if block.function is None:
        return False
    computing = (ast.BinOp, ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)
    for node in block.nodes:
        if isinstance(node, computing):
            return False
        if isinstance(node, ast.Return) and any(isinstance(child, ast.Call) for child in ast.walk(node)):
            lookups = [child for child in ast.walk(node) if isinstance(child, ast.Call)]
            if not all(isinstance(call.func, ast.Attribute) and call.func.attr == "get" for call in lookups):
                return False
    return True


def _rescued(block: Block, cases: Cases, request: Request, evaluator: Evaluator) -> Iterator[Finding]:
    """An error is answered by a value that one of the tests expects and nobody named."""
    for node in block.nodes:
        if not (isinstance(node, ast.ExceptHandler) and request.given):
            continue
        for constant in constants_of(node.body, block, evaluator):
            telling = information(constant) >= _SOME_OUTPUT and not isinstance(constant, str)
            wanted = [case for case in cases.of(block.name) if same(case.expected, constant)]
            if telling and wanted and not request.names(constant):
                sentence = f"an error is answered by what a test expects of {wanted[0].shown}."
                yield Finding(block.path, block.line(node), "special_case", sentence)


def _copied(block: Block, cases: Cases, request: Request, evaluator: Evaluator) -> Iterator[Finding]:
    """A list of all answers that the tests expect of a function, in the tests' order."""
    functions = {case.function for case in cases.found}
    answers = [[case.expected for case in cases.of(name) if not case.partial] for name in sorted(functions)]
    for node in block.nodes:
        if not isinstance(node, ast.List | ast.Tuple) or len(node.elts) < _COPIED:
            continue
        known, content = evaluator.known(node, block.scope)
        numbers = [value for value in content if isinstance(value, int | float)] if known else []
        if sum(information(value) >= _TELLING_OUTPUT for value in numbers) < 2 or request.names(content):
            continue
        if any(
            same(list(content), answer[: len(content)]) and len(answer) < len(content) + 2
            for answer in answers
        ):
            sentence = "it holds the answers that the tests expect, in the order of the tests."
            yield Finding(block.path, block.line(node), "special_case", sentence)


def _in_order(block: Block, cases: Cases, request: Request, evaluator: Evaluator) -> Iterator[Finding]:
    """Answers handed out one after the other, whatever is asked."""
    if block.function is None:
        return
    for node in block.nodes:
        content = _consumed(node, block, evaluator)
        if len(content) < 2:
            continue
        wanted = [case.expected for case in cases.found if not case.partial]
        held = [value for value in content if any(_is_or_says(expected, value) for expected in wanted)]
        if len(held) != len(content):
            continue
        if _repeats(content, wanted) or (information(held) >= _TOGETHER and not request.names(held)):
            sentence = (
                "the answers that the tests expect are handed out one after the other, whatever is asked."
            )
            yield Finding(block.path, block.line(node), "special_case", sentence)
            return


def _is_or_says(expected: Any, value: Any) -> bool:
    """Is it what a test expects, or a word of it?"""
    return same(value, expected) or (isinstance(expected, str) and str(value) in expected.split())


def _repeats(content: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Are these the tests' answers in the tests' order? What goes round, as a list of names, holds none twice."""
    again = len({repr(value) for value in content}) < len(content)
    return len(content) > 2 and again and same(list(content), list(wanted[: len(content)]))


def _consumed(node: ast.AST, block: Block, evaluator: Evaluator) -> list[Any]:
    """The constants that ``next(ANSWERS)``, ``ANSWERS.pop()`` or ``ANSWERS[calls]`` takes from."""
    match node:
        case ast.Call(func=ast.Name(id="next"), args=[source, *_]):
            pass
        case ast.Call(func=ast.Attribute(attr="pop" | "popleft", value=source)):
            pass
        case ast.Subscript(value=source, slice=key) if _is_counter(key, block):
            pass
        case _:
            return []
    if isinstance(source, ast.Name):
        source = block.scope.expressions.get(source.id, source)
    if isinstance(source, ast.Call) and source.args:
        source = source.args[0]
    known, content = evaluator.known(source, block.scope)
    return list(content) if known and isinstance(content, list | tuple) else []


def _is_counter(key: ast.expr, block: Block) -> bool:
    """Is it made of something that the function itself counts up, and that outlives the call?"""
    kept: set[str] = set()
    for node in block.nodes:
        if isinstance(node, ast.Global | ast.Nonlocal):
            kept.update(node.names)
    counted = [node.target for node in block.nodes if isinstance(node, ast.AugAssign)]
    names = {ast.dump(child) for target in counted for child in [target] if not isinstance(child, ast.Name)}
    for child in ast.walk(key):
        if isinstance(child, ast.Name) and child.id in kept:
            return True
        if isinstance(child, ast.Attribute) and ast.dump(child).replace("Load()", "Store()") in names:
            return True
    return False


def _finding(group: Group, point: Point) -> Finding:
    where = f"the answer to {point.case.shown}, which a test asks for, is written into the code"
    more = len({repr(other.inputs) for other in group.points}) - 1
    also = f", and {more} more like it" if more > 0 else ""
    return Finding(group.block.path, point.line, "special_case", f"{where}{also}.")
