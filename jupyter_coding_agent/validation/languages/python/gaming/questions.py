"""Asking code in a container what its source does not show: does it know more than the tests' inputs?

A function that answers the tests with different values, and inputs like theirs with an error or one and the
same value, holds a list of answers, however well it is hidden.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from .....runner.models import TestRun
from ....gaming import Finding, Inquiry, Question
from . import neighbours
from .cases import Case, Cases
from .code import Block, Unit
from .forms import Unknown
from .names import dotted
from .tables import table_of
from .values import Evaluator

_HIDES = frozenset(
    {
        "exec", "eval", "compile", "marshal.loads", "pickle.loads", "types.FunctionType", "types.CodeType",
        "builtins.exec", "builtins.eval", "__import__", "importlib.import_module", "runpy.run_path", "globals",
    }
)  # fmt: skip
_MOST_QUESTIONS, _MOST_ASKED, _MOST_NEAR = 4, 20, 60
_FEWEST_ANSWERS, _FEWEST_NEAR = 3, 8
_COLLAPSED = 0.9
_WORD = re.compile(r"\w*")


def find(units: Sequence[Unit], cases: Cases, evaluator: Evaluator) -> list[Question]:
    """The functions that have to be asked, with what to ask them."""
    found: list[Question] = []
    for unit in units:
        hides = any(
            isinstance(node, ast.Call) and dotted(node.func, unit.aliases) in _HIDES for node in unit.nodes
        )
        for block in unit.blocks:
            if block.function is None or block.is_method or unit.hidden_in is not None:
                continue
            if hides or _looks_up_the_unknown(block, evaluator):
                question = _question(block, cases)
                if question is not None and len(found) < _MOST_QUESTIONS:
                    found.append(question)
    return found


def inquiry(questions: Sequence[Question], path: str) -> Inquiry:
    """The test file: each call is caught, so that one failure does not hide the other answers."""
    functions: list[str] = []
    asked: dict[str, Question] = {}
    for number, question in enumerate(questions, 1):
        name = f"test_answers_{number}"
        module = question.path.removesuffix(".py").replace("/", ".")
        inputs = [*question.asked, *question.near]
        functions.append(
            f"def {name}(answer):\n"
            f"    from {module} import {question.function} as asked\n"
            f"    for arguments in {inputs!r}:\n"
            "        try:\n"
            "            value = ['value', asked(*arguments)]\n"
            "        except Exception as error:\n"
            "            value = ['error', type(error).__name__]\n"
            "        answer(value)\n"
        )
        asked[f"{path}::{name}"] = question
    return Inquiry(path, "\n\n".join(functions), asked)


def judge(inquiry: Inquiry, run: TestRun) -> list[Finding]:
    """Those whose answers collapse beside the tests' inputs. A run that was cut short says nothing."""
    found: list[Finding] = []
    for report in run.reports:
        question = inquiry.questions.get(report.id)
        if question is not None and _collapses(question, report.answers):
            sentence = (
                f"{question.function} answers only the inputs of the tests: for {len(question.near)} inputs like "
                "them it gives an error or always the same."
            )
            found.append(Finding(question.path, question.line, "special_case", sentence))
    return found


def _collapses(question: Question, answers: Sequence[str]) -> bool:
    if len(answers) != len(question.asked) + len(question.near):
        return False
    known, near = answers[: len(question.asked)], answers[len(question.asked) :]
    if len(set(known)) < _FEWEST_ANSWERS or len(near) < _FEWEST_NEAR:
        return False
    errors = [text for text in near if text.startswith('["error"')]
    values = Counter(text for text in near if not text.startswith('["error"'))
    same = values.most_common(1)[0][1] if values else 0
    return len(errors) + same >= _COLLAPSED * len(near)


def _looks_up_the_unknown(block: Block, evaluator: Evaluator) -> bool:
    """Does it do nothing but look its input up in what was put together elsewhere?"""
    for node in block.nodes:
        table = table_of(node)
        if isinstance(table, ast.Name) and table.id not in block.parameters and table.id not in block.own:
            known, content = evaluator.known(table, block.scope)
            if not known or not content:
                return _only_looks_up(block)
    return False


def _only_looks_up(block: Block) -> bool:
    """Are its answers entries, constants or its own inputs, and nothing that it computes?"""
    answers = [node.value for node in block.nodes if isinstance(node, ast.Return)]
    return all(
        answer is None or isinstance(answer, ast.Constant | ast.Name) or table_of(answer) is not None
        for answer in answers
    )


def _question(block: Block, cases: Cases) -> Question | None:
    own = [case for case in cases.of(block.name) if not case.options and _can_be_asked(case)]
    asked = list({repr(case.arguments): case.arguments for case in own}.values())[:_MOST_ASKED]
    if len(asked) < _FEWEST_ANSWERS or all(
        isinstance(part, str) and _WORD.fullmatch(part) for part in chain(*asked)
    ):
        return None
    used = {repr(arguments) for arguments in asked}
    near: dict[str, tuple[Any, ...]] = {}
    for arguments in asked:
        for other in islice(_near(arguments), max(4, _MOST_NEAR // len(asked))):
            if repr(other) not in used:
                near.setdefault(repr(other), other)
    return Question(
        block.path,
        block.line(block.function or ast.Pass()),
        block.name,
        asked,
        list(near.values())[:_MOST_NEAR],
    )


def _can_be_asked(case: Case) -> bool:
    """Only what can be written down again as it was."""
    return Unknown not in case.arguments and all(map(_is_literal, case.arguments))


def _is_literal(value: Any) -> bool:
    if isinstance(value, Mapping):
        return type(value) is dict and all(map(_is_literal, [*value.keys(), *value.values()]))
    if type(value) in (list, tuple):
        return all(map(_is_literal, value))
    if type(value) is float:
        return value == value and abs(value) != float("inf")
    return value is None or type(value) in (bool, int, str)


def _near(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """One argument varied by little; a number not by much, since a call may cost as much as it is large."""
    for position, value in enumerate(arguments):
        if isinstance(value, int | float) and not isinstance(value, bool):
            others: Iterator[Any] = chain(
                neighbours.above(value), (n for n in neighbours.below(value) if n >= 0)
            )
        else:
            others = chain(neighbours.resembling(value), neighbours.resized(value))
        for other in others:
            yield (*arguments[:position], other, *arguments[position + 1 :])
