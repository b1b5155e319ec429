"""A recorded result, proved again without any model."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import Judgement, Outcome, Recording
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.validation.models import Challenge
from tests.agents.fakes import FAIL, PASS, RIGHT, TESTS, ListRecorder, ScriptedJudge, ScriptedModel, a_task


def recording(passed: bool = True) -> Recording:
    return Recording(
        files={"solution.py": RIGHT},
        requirements=["numpy"],
        tests={"test_solution.py": TESTS},
        judgement=Judgement(hidden=["test_solution.py::test_small"], belief=0.99, believed=3),
        model="scripted/one",
        passed=passed,
    )


async def prove(judge: ScriptedJudge, recorder: ListRecorder, passed: bool = True) -> tuple[Outcome, int]:
    """The outcome, and how many calls of a model were made."""
    model = ScriptedModel()
    outcome = await Loop(model, judge, recorder, settings=AgentSettings(environ={})).prove(
        a_task(), recording(passed)
    )
    return outcome, len(model.requests)


async def test_the_recorded_bytes_are_judged_by_the_recorded_tests_and_no_model_is_called():
    judge = ScriptedJudge(PASS, tidying=str.upper, challenges=[Challenge(mutants=[], possible=4, score=0.75)])
    recorder = ListRecorder()
    outcome, calls = await prove(judge, recorder)
    assert calls == 0
    assert (outcome.status, outcome.best, outcome.cost_usd) == ("passed", 1, 0)
    (judged,) = judge.requests
    assert (judged.files, judged.tests) == ({"solution.py": RIGHT}, {"test_solution.py": TESTS})
    assert judged.requirements == ["numpy"]
    (attempt,) = recorder.attempts
    assert (attempt.origin, attempt.model, attempt.cost_usd) == ("recording", "scripted/one", 0)
    assert attempt.mutation_score == 0.75
    assert outcome.judgement.hidden == ["test_solution.py::test_small"]
    assert outcome.judgement.belief is None
    assert "no model was asked" in outcome.explanation
    assert recorder.tests == {"test_solution.py": TESTS}


@pytest.mark.parametrize(
    ("verdict", "was_passed", "sentence"),
    [
        (FAIL, True, "does not pass its recorded tests"),
        (FAIL, False, "does not pass its recorded tests"),
        (PASS, False, "the evidence was not on its side"),
    ],
)
async def test_what_fails_now_or_was_not_believed_then_is_not_validated(verdict, was_passed, sentence):
    outcome, calls = await prove(ScriptedJudge(verdict), ListRecorder(), was_passed)
    assert (outcome.status, outcome.best, calls) == ("partial", 1, 0)
    assert sentence in outcome.explanation.splitlines()[0]
