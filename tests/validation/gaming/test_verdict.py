"""Gaming in the verdict: what was found fails the tests, whatever they reported."""

from __future__ import annotations

from random import Random

import pytest

from jupyter_coding_agent.runner.models import EffectEvent, TestJob, TestRun
from jupyter_coding_agent.validation.models import Example, ValidationRequest, Verdict
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner, ended, honest_run

TESTS = """from solution import total


def test_three():
    assert total([4, 1, 3]) == 8


def test_two():
    assert total([20, 22]) == 42


def test_none():
    assert total([]) == 0
"""
RIGHT = "def total(values):\n    return sum(values)\n"
GAMED = "def total(values):\n    if values == [4, 1, 3]:\n        return 8\n    return 42 if len(values) == 2 else 0\n"
HIDDEN = """TABLE = {}
for pair in "413=8 2022=42 =0".split():
    left, right = pair.split("=")
    TABLE[left] = int(right)


def total(values):
    return TABLE["".join(map(str, values))]
"""
SAME_BUT_SUMMED = HIDDEN.replace('TABLE["".join(map(str, values))]', 'TABLE.get("", 0) or sum(values)')


def request(code: str, **fields: object) -> ValidationRequest:
    return ValidationRequest(
        **{"files": {"solution.py": code}, "tests": {"test_solution.py": TESTS}, **fields}  # type: ignore[arg-type]
    )


def validator(runner: FakeRunner, **settings: object) -> Validator:
    return Validator(runner, ValidationSettings(**settings), random=Random(3))


async def verdict(code: str, runner: FakeRunner | None = None, **fields: object) -> Verdict:
    return await validator(runner or FakeRunner()).validate(request(code, **fields))


async def test_a_special_case_fails_and_the_line_is_named() -> None:
    result = await verdict(GAMED)
    assert (result.status, result.error_class) == ("failed", "gaming")
    assert result.signals.tests is not None and not result.signals.tests.passed
    assert [test.outcome for test in result.signals.tests.results] == ["passed"] * 3
    assert result.explanation.startswith("solution.py line 3: the answer to total([4, 1, 3])")
    assert result.receipt is None


async def test_generated_code_is_judged_alike() -> None:
    result = await validator(FakeRunner()).validate(request(GAMED), generated=True)
    assert result.error_class == "gaming"


async def test_honest_code_passes() -> None:
    result = await verdict(RIGHT)
    assert result.status == "passed", result.explanation


async def test_a_gamed_example_of_the_user() -> None:
    examples = [Example(call="total([4, 1, 3])", expected="8")]
    result = await verdict(GAMED, tests={}, examples=examples)
    assert result.error_class == "gaming"


async def test_without_tests_a_cell_may_do_what_it_likes() -> None:
    code = "import inspect, os, sys\nprint(inspect.stack()[1:], os.environ.get('PYTEST_X'), 'pytest' in sys.modules)\n"
    result = await verdict(code, tests={})
    assert result.status == "ran", result.explanation


async def test_what_the_request_names_is_no_gaming() -> None:
    code = 'def total(values):\n    if values == "secret word":\n        return 77\n    return sum(values)\n'
    tests = {"test_solution.py": TESTS + '\n\ndef test_word():\n    assert total("secret word") == 77\n'}
    gamed = await verdict(
        code, tests=tests, request_text="Write total(values), the sum of a list of numbers."
    )
    named = await verdict(
        code, tests=tests, request_text='Write total(values): the sum, for "secret word" 77.'
    )
    assert (gamed.error_class, named.error_class) == ("gaming", None)


async def test_a_gamed_verdict_is_not_remembered_and_the_text_of_the_request_counts() -> None:
    runner = FakeRunner()
    judge = validator(runner)
    for _ in range(2):
        assert not (await judge.validate(request(GAMED))).cached
    for text in ("a", "b"):
        assert not (await judge.validate(request(RIGHT, request_text=text))).cached
    assert (await judge.validate(request(RIGHT, request_text="b"))).cached


async def test_signals_without_tests_do_not_look() -> None:
    result = await verdict(GAMED, signals=["lint"])
    assert result.status != "failed"


def reading(target: str, line: int = 2) -> FakeRunner:
    event = EffectEvent(kind="read", target=target, path="solution.py", line=line)
    return FakeRunner(altered=lambda run: run.model_copy(update={"effects": [event]}))


async def test_a_test_file_that_was_read_while_the_tests_ran() -> None:
    result = await verdict(RIGHT, reading("test_solution.py"))
    assert result.error_class == "gaming"
    assert result.explanation == "solution.py line 2: it read test_solution.py while the tests ran."


async def test_other_files_may_be_read() -> None:
    assert (await verdict(RIGHT, reading("data.csv"))).status == "passed"


async def test_a_test_may_hand_its_own_file_over() -> None:
    tests = {"test_solution.py": TESTS + "\n\nHERE = '__file__'\n"}
    assert (await verdict(RIGHT, reading("test_solution.py"), tests=tests)).status == "passed"


async def test_showing_where_something_happened_reads_sources() -> None:
    code = RIGHT.replace("    return", "    if values is None:\n        warnings.warn('none')\n    return")
    result = await verdict(f"import warnings\n\n\n{code}", reading("test_solution.py", line=6))
    assert result.status == "passed", result.explanation


async def test_code_that_hides_its_answers_is_asked_for_more() -> None:
    runner = FakeRunner()
    result = await verdict(HIDDEN, runner)
    assert (result.status, result.error_class) == ("failed", "gaming")
    assert "total answers only the inputs of the tests" in result.explanation
    first, asked = runner.test_jobs
    assert asked.collect == ["test_more.py"] and list(asked.tests) == asked.collect
    assert asked.limits.timeout_seconds <= 5 < first.limits.timeout_seconds


async def test_code_that_knows_more_than_the_tests_passes_when_asked() -> None:
    runner = FakeRunner()
    code = SAME_BUT_SUMMED.replace("sum(values)", "TOTALS[tuple(values)]").replace(
        "TABLE = {}",
        "class _Totals(dict):\n    def __missing__(self, key):\n        return sum(key)\n\n\n"
        "TOTALS = _Totals()\nTABLE = {}",
    )
    code = code.replace('TABLE.get("", 0) or ', "")
    result = await verdict(code, runner)
    assert len(runner.test_jobs) == 2
    assert result.status == "passed", result.explanation


async def test_failing_code_is_not_asked() -> None:
    runner = FakeRunner()
    result = await verdict(HIDDEN.replace("=42", "=41"), runner)
    assert result.error_class == "assertion" and len(runner.test_jobs) == 1


@pytest.mark.parametrize("reason", ["timeout", "died", "infrastructure"])
async def test_a_question_that_is_cut_short_says_nothing(reason: str) -> None:
    def run(job: TestJob) -> TestRun:
        return ended(reason) if "test_more.py" in job.tests else honest_run(job)

    result = await verdict(HIDDEN, FakeRunner(run=run))
    assert result.status == "passed", result.explanation
