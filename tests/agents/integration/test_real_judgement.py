"""The judging loop with a scripted model and real containers."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from tests.acceptance.medians import (
    GAMED,
    PROMPT,
    RIGHT,
    RIGHT_AS_WELL,
    RIGHT_TOO,
    WEAK,
    fenced,
    second_suite,
    solution,
    suite,
)
from tests.agents.fakes import ListRecorder, a_task
from tests.agents.world import PurposeModel

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

UPPER = """\
def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
"""
SECOND = fenced("test_solution_second.py", second_suite())


def suite_with(**wrong: float) -> str:
    """The reply of a model that wrote the tests; `wrong` names those with another expectation."""
    return fenced("test_solution.py", suite(**wrong))


async def run(judge, recorder=None, **replies):
    loop = Loop(
        PurposeModel(**replies), judge, recorder or ListRecorder(), settings=AgentSettings(environ={})
    )
    return await loop.run(a_task(PROMPT))


async def test_a_wrong_test_is_set_aside_by_the_agreement_of_independent_solutions(judge):
    recorder = ListRecorder()
    outcome = await run(
        judge,
        recorder,
        tests=[suite_with(even=3), SECOND],
        code=[solution(RIGHT)],
        repair=[solution(RIGHT)],
        alternative=[solution(RIGHT_TOO), solution(RIGHT_AS_WELL), solution(RIGHT)],
    )
    assert outcome.status == "passed", outcome.explanation
    (test,) = outcome.judgement.quarantined
    assert test.id == "test_solution.py::test_even"
    assert "2.5 == 3" in test.reason
    assert recorder.of("quarantine")
    assert outcome.judgement.challenge is not None
    assert outcome.judgement.challenge.score > 0.6, outcome.judgement.challenge


async def test_code_that_obeys_a_wrong_test_does_not_win(judge):
    """The test shares the misreading of a plausible wrong solution."""
    outcome = await run(
        judge,
        tests=[suite_with(even=3), SECOND],
        code=[solution(UPPER)],
        repair=[solution(RIGHT_TOO)],
        alternative=[solution(RIGHT), solution(RIGHT_AS_WELL), solution(UPPER), solution(RIGHT_TOO)],
    )
    assert outcome.status == "passed", outcome.explanation
    best = outcome.attempts[outcome.best - 1]
    assert "ordered[len(ordered) // 2]\n" not in best.files["solution.py"]


async def test_gamed_code_is_refused_with_the_reason(judge):
    outcome = await run(
        judge,
        tests=[suite_with(), SECOND],
        code=[solution(GAMED)],
        repair=[solution(RIGHT)],
        alternative=[solution(RIGHT_TOO), solution(RIGHT_AS_WELL)],
    )
    first = outcome.attempts[0]
    assert first.error_class == "gaming", first.error_message
    assert "line" in first.error_message
    assert (outcome.status, outcome.best) == ("passed", 2), outcome.explanation


async def test_a_weak_suite_is_strengthened(judge):
    recorder = ListRecorder()
    outcome = await run(
        judge,
        recorder,
        tests=[fenced("test_solution.py", WEAK), fenced("test_solution_second.py", WEAK)],
        code=[solution(RIGHT)],
        strengthen=[fenced("test_solution_more.py", suite())],
        alternative=[solution(RIGHT_TOO), solution(RIGHT_AS_WELL)],
    )
    assert outcome.status == "passed", outcome.explanation
    weak, strong = [event["score"] for event in recorder.of("challenge")][:2]
    assert weak < 0.6 < strong
    assert "test_solution_more.py" in outcome.tests
