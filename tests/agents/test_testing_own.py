"""Tests for a cell of the user's own."""

from __future__ import annotations

from jupyter_coding_agent.agents.models import NotebookCell, OwnTests
from jupyter_coding_agent.core.errors import ModelUnavailable
from tests.agents.fakes import (
    HALF,
    NOT_JUDGED,
    PASS,
    TESTS,
    TESTS_REPLY,
    WRONG,
    ListRecorder,
    ScriptedJudge,
    ScriptedModel,
    run_plainly,
)

OWN = OwnTests(cell=WRONG, name="In [2]", cells=[NotebookCell(source="import math", name="In [1]")])


async def test_tests_are_written_for_the_cell_and_run_on_it_as_it_is():
    model, judge, recorder = ScriptedModel(TESTS_REPLY), ScriptedJudge(PASS), ListRecorder()
    outcome = await run_plainly(model, judge, recorder, own_tests=OWN)
    assert (outcome.status, outcome.tests) == ("passed", {"test_solution.py": TESTS})
    (attempt,) = outcome.attempts
    assert (attempt.origin, attempt.files, attempt.model) == ("given", {"solution.py": WRONG}, "scripted/one")
    assert judge.notebooks == [], "what the user wrote is not reformatted"
    assert len(judge.challenged) == 1
    assert "return a - b" in model.prompt(0) and "import math" in model.prompt(0)
    # The built-in templates must not answer with tests of something else.
    assert model.purposes == ["strengthen"]
    assert recorder.kinds[:2] == ["plan", "tests"]


async def test_what_fails_is_a_finding_and_nothing_is_repaired():
    model, judge = ScriptedModel(TESTS_REPLY), ScriptedJudge(HALF)
    outcome = await run_plainly(model, judge, own_tests=OWN)
    assert (outcome.status, len(outcome.attempts), model.left) == ("partial", 1, 0)
    assert outcome.explanation.splitlines() == [
        "1 test of 2 fails. In [2] was not changed: look whether it is wrong there, or the test expects what you "
        "don't want.",
        "test_negative: AssertionError: assert 1 == 0",
    ]


async def test_without_a_model_a_sentence_says_so():
    nobody = ModelUnavailable("No language model answers.")
    outcome = await run_plainly(ScriptedModel(nobody), ScriptedJudge(), own_tests=OWN)
    assert (outcome.status, outcome.best, outcome.explanation) == (
        "failed",
        None,
        "No language model answers.",
    )


async def test_tests_that_stand_already_are_not_written_again():
    recorder = ListRecorder()
    await run_plainly(
        ScriptedModel(TESTS_REPLY), ScriptedJudge(NOT_JUDGED, NOT_JUDGED, NOT_JUDGED), recorder, own_tests=OWN
    )
    outcome = await run_plainly(
        ScriptedModel(), ScriptedJudge(PASS), history=recorder.history(0), own_tests=OWN
    )
    assert outcome.status == "passed"
