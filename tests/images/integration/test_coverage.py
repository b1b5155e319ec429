"""The lines that the run reports and the statements that the analysis counts fit together."""

from __future__ import annotations

import pytest

from tests.images.integration.driver import Analysis, run_tests

pytestmark = pytest.mark.engine

ALL_EXECUTED = '''"""Every kind of statement, each of them executed."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from dataclasses import (
    dataclass,
    field,
)

TABLE = {
    "a": 1,
    "b": [
        2,
        3,
    ],
}
TEXT = (
    "one"
    f"{TABLE['a']}"
)
counter = 0


@dataclass
class Point:
    """A docstring."""

    x: int
    y: int = field(
        default=0,
    )

    @property
    def total(self) -> int:
        """Another."""
        return (
            self.x
            + self.y
        )


@functools.cache
@functools.wraps(print)
def cached(
    n: int,
    *more: int,
) -> int:
    global counter
    counter += 1
    if n < 1:
        return 0
    elif n == 1:
        return 1
    else:
        pass
    for item in range(
        n
    ):
        if item == 0:
            continue
        break
    else:
        assert False
    while True:
        n -= 1
        if not n:
            break
    try:
        raise ValueError(
            "x"
        )
    except (
        KeyError,
        ValueError,
    ) as error:
        kept = str(error)
    finally:
        done = True
    with contextlib.suppress(
        KeyError,
    ), contextlib.nullcontext() as nothing:
        del TABLE["none"]
    match kept:
        case "y":
            assert False
        case _:
            double = lambda value: (
                value * 2
            )
    values = [
        double(item)
        for item in range(3)
        if item
    ]
    return (
        sum(values)
        if done and nothing is None
        else 0
    )


async def wait():
    async with contextlib.AsyncExitStack():
        await asyncio.sleep(0)
    return [item async for item in numbers()]


async def numbers():
    yield 1


result = [
    cached(0), cached(1), cached(2),
    Point(1).total,
    asyncio.run(wait()),
]
'''


def test_code_that_ran_wholly_is_covered_wholly(analysis: Analysis) -> None:
    statements = set(analysis.analyze(ALL_EXECUTED)["statements"]["solution.py"])
    run = run_tests(ALL_EXECUTED, "import solution\n\ndef test_a():\n    assert solution.counter == 3\n")
    assert run.outcomes == {"test_a": "passed"}, run.errors
    lines = ALL_EXECUTED.splitlines()
    missed = {lines[number - 1].strip() for number in statements - set(run.lines["solution.py"])}
    assert missed == {"assert False"}


def test_what_did_not_run_is_missed(analysis: Analysis) -> None:
    source = "def f(x):\n    if x:\n        return 1\n    return 2\n\n\ndef g():\n    return 3\n"
    statements = set(analysis.analyze(source)["statements"]["solution.py"])
    run = run_tests(source, "from solution import f\n\ndef test_a():\n    assert f(1) == 1\n")
    assert statements - set(run.lines["solution.py"]) == {4, 8}
