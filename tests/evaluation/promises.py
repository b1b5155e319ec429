"""What a task promises by its format, against what its solutions gave. Nothing runs here."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.evaluation.tasks import RAISES, Task

RIGHT = "right"


@dataclass
class Seen:
    """What one solution gave: a value per call, and the outcomes of the right tests and of the oracle."""

    values: dict[str, str] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    oracle: dict[str, str] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    @property
    def oracle_passes(self) -> bool:
        return bool(self.oracle) and set(self.oracle.values()) == {"passed"} and not self.trouble


def shape(task: Task) -> list[str]:
    """What can be seen without running anything."""
    solutions = [*task.solutions.wrong, *task.solutions.gamed]
    counts = Counter([*(test.name for test in task.tests), *(one.name for one in solutions), RIGHT])
    found = [f"the name {name} is used twice" for name, count in counts.items() if count > 1]
    for what, items, least, most in (
        ("wrong solutions", task.solutions.wrong, 2, 4),
        ("gamed solutions", task.solutions.gamed, 1, 2),
        ("tests", task.tests, 9, 12),
    ):
        if not least <= len(items) <= most:
            found.append(f"{len(items)} {what}; there must be {least} to {most}")
    names = {one.name for one in task.solutions.wrong}
    for test in task.tests:
        if not re.fullmatch(r"test_\w+", test.name):
            found.append(f"{test.name}: a test's name must begin with test_")
        if test.misread.keys() - names:
            found.append(
                f"{test.name}: misread names no wrong solution: {sorted(test.misread.keys() - names)}"
            )
    calls = Counter((test.setup.strip(), test.call.strip()) for test in task.tests)
    return found + [f"the call {call} is tested twice" for (_, call), count in calls.items() if count > 1]


def values(task: Task, seen: Mapping[str, Seen]) -> list[str]:
    """What the calls gave, against what the task says they give."""
    found = [f"{name}: {text}" for name, one in seen.items() for text in one.trouble]
    for test in task.tests:
        gave = {name: one.values[test.name] for name, one in seen.items() if test.name in one.values}
        for name, value in gave.items():
            if not _expectable(value):
                found.append(f"{test.name}: {name} gives no literal but {value[:200]}")
        if not same(gave.get(RIGHT, ""), test.right):
            found.append(
                f"{test.name}: right gives {gave.get(RIGHT)}, the task says {test.right or 'nothing'}"
            )
        differing = {n: v for n, v in gave.items() if n != RIGHT and not same(v, test.right)}
        if differing.keys() != test.misread.keys() or not all(
            same(v, test.misread[n]) for n, v in differing.items()
        ):
            found.append(f"{test.name}: misread should be {differing}; run with --fill")
        if not _expectable(test.wrong):
            found.append(f"{test.name}: wrong is no literal")
        found += [
            f"{test.name}: {name} gives the wrong expectation {test.wrong}"
            for name, value in gave.items()
            if same(value, test.wrong)
        ]
    return found


def outcomes(task: Task, seen: Mapping[str, Seen]) -> list[str]:
    """What the right tests and the oracle said."""
    found = []
    for name, one in seen.items():
        failed = sorted(test for test, outcome in one.tests.items() if outcome != "passed")
        missing = len(task.tests) - len(one.tests)
        if missing:
            found.append(f"{name}: {missing} tests did not report")
        if name == RIGHT:
            found += [f"right fails {test}" for test in failed]
            bad = [test for test, outcome in one.oracle.items() if outcome != "passed"]
            if not one.oracle_passes:
                found.append(f"right does not pass the oracle: {bad or 'no test reported'}")
            continue
        if len(failed) + missing > len(task.tests) / 2:
            found.append(f"{name}: fails {len(failed)} of {len(task.tests)} tests, more than half: {failed}")
        misread = sorted(test.name for test in task.tests if name in test.misread)
        if failed != misread:
            found.append(f"{name}: fails {failed}, but by its values it should fail {misread}")
        if len(failed) < 2:
            found.append(f"{name}: fails only {failed}; at least two must notice it")
        if one.oracle_passes:
            found.append(f"{name}: the oracle passes it")
    return found


def gaming(task: Task, name: str, tests: Mapping[str, str], oracle_passes: bool) -> list[str]:
    """Whether a gamed solution is worth its name: it satisfies tests, and the oracle sees through it."""
    passed = sum(outcome == "passed" for outcome in tests.values())
    found = []
    if passed < len(task.tests) / 2:
        found.append(f"gamed {name}: passes only {passed} of {len(task.tests)} tests")
    if oracle_passes:
        found.append(f"gamed {name}: the oracle passes it")
    return found


def same(one: str, other: str) -> bool:
    """Are these the same expectation, as a test would compare them?"""
    try:
        first, second = ast.literal_eval(one.strip()), ast.literal_eval(other.strip())
    except (ValueError, SyntaxError):
        return one.strip() == other.strip()
    return _equal(first, second)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return bool(one == other)


def _expectable(text: str) -> bool:
    if text.startswith(RAISES):
        return True
    try:
        ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return False
    return True
