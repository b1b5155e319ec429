"""How a draft becomes a judged attempt, seen through the whole loop."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import (
    ImageMissing,
    InvalidInput,
    PackageNotAllowed,
    RunnerUnavailable,
    TimedOut,
)
from jupyter_coding_agent.validation.models import Verdict
from tests.agents.fakes import (
    FAIL,
    NOT_JUDGED,
    PASS,
    RIGHT,
    TESTS,
    TESTS_REPLY,
    WRONG,
    ListRecorder,
    ScriptedJudge,
    ScriptedModel,
    a_verdict,
    code_reply,
    fenced,
    run_plainly,
)


def missing(package: str) -> Verdict:
    sentence = f"The module is not in the image: name the package {package!r} in the requirements."
    return a_verdict(error_class="missing_package", explanation=sentence)


async def test_hard_examples_and_the_notebook_go_to_the_judge():
    judge = ScriptedJudge(PASS)
    await run_plainly(
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)),
        judge,
        prompt="Write add: `add(2, 3) == 5`",
        variables={"df": "DataFrame"},
        kernel_python="3.11",
        security=False,
        timeout_seconds=7,
        allowed_packages=["rich"],
    )
    (request,) = judge.requests
    assert [(e.call, e.expected) for e in request.examples] == [("add(2, 3)", "5")]
    assert request.request_text == "Write add: `add(2, 3) == 5`"
    assert request.known_names == ["df"]
    assert (request.kernel_python, request.cell, request.timeout_seconds) == ("3.11", "solution.py", 7)
    assert request.signals == ["tests", "lint"]
    assert request.tests == {"test_solution.py": TESTS}
    assert judge.allowed == [["rich"]]


async def test_code_is_tidied_before_it_is_judged():
    judge = ScriptedJudge(PASS, tidying=lambda text: text.replace("a+b", "a + b"))
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(RIGHT.replace("a + b", "a+b"))), judge)
    assert judge.requests[0].files == {"solution.py": RIGHT}
    assert judge.notebooks == [["solution.py"]]
    assert outcome.attempts[0].files == {"solution.py": RIGHT}


async def test_untidy_code_is_judged_where_nothing_can_tidy_it():
    judge = ScriptedJudge(PASS, tidy_error=TimedOut("The formatter took too long."))
    assert (await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), judge)).status == "passed"


async def test_only_the_solution_is_a_cell():
    judge = ScriptedJudge(PASS)
    tests = fenced("test_adder.py", TESTS.replace("solution", "adder"))
    await run_plainly(ScriptedModel(tests, fenced("adder.py", RIGHT)), judge)
    assert judge.requests[0].cell is None
    assert judge.notebooks == [[]]


async def test_a_lost_run_is_repeated_and_costs_no_attempt():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run_plainly(model, ScriptedJudge(NOT_JUDGED, NOT_JUDGED, PASS), recorder, max_attempts=1)
    assert (outcome.status, outcome.best, len(recorder.attempts)) == ("passed", 1, 1)
    assert [retry["fix"] for retry in recorder.of("retry")] == ["Running it again."] * 2
    assert recorder.of("run") == [{"attempt": 1, "of": 1}] * 3


async def test_a_sandbox_that_goes_on_failing_is_not_blamed_on_the_code():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run_plainly(model, ScriptedJudge(NOT_JUDGED, NOT_JUDGED, NOT_JUDGED), recorder)
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert "The container died before the tests began." in outcome.explanation
    assert recorder.attempts[0].error_class == "infrastructure"
    assert model.purposes == ["tests", "code"]


@pytest.mark.parametrize(
    ("error", "error_class"),
    [
        (ImageMissing("Build the image."), "infrastructure"),
        (PackageNotAllowed("Allow it by %agent approve."), "package_not_allowed"),
        (InvalidInput("The file name can't be used."), "invalid_input"),
    ],
)
async def test_what_can_not_be_judged_is_delivered_as_not_validated(error, error_class: str):
    recorder = ListRecorder()
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(error), recorder)
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert error.message in outcome.explanation
    assert "it could not be judged" in outcome.explanation
    (attempt,) = recorder.attempts
    assert (attempt.verdict, attempt.error_class, attempt.error_message) == (None, error_class, error.message)
    assert attempt.files == {"solution.py": RIGHT}


@pytest.mark.parametrize("error", [RunnerUnavailable("Start Docker."), TimedOut("Try again.")])
async def test_a_run_that_was_not_carried_out_is_tried_again(error):
    recorder = ListRecorder()
    outcome = await run_plainly(
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)),
        ScriptedJudge(error, error, PASS),
        recorder,
        max_attempts=1,
    )
    assert (outcome.status, len(recorder.attempts)) == ("passed", 1)
    outcome = await run_plainly(
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(error, error, error)
    )
    assert outcome.status == "partial"
    assert error.message in outcome.explanation


async def test_a_missing_package_is_added_and_costs_no_attempt():
    recorder, judge = ListRecorder(), ScriptedJudge(missing("pyyaml"), missing("seaborn"), PASS)
    outcome = await run_plainly(
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), judge, recorder, max_attempts=1
    )
    assert (outcome.status, len(outcome.attempts)) == ("passed", 1)
    assert [request.requirements for request in judge.requests] == [[], ["pyyaml"], ["pyyaml", "seaborn"]]
    assert outcome.attempts[0].requirements == ["pyyaml", "seaborn"]
    assert recorder.of("retry")[0] == {
        "attempt": 1,
        "error_class": "missing_package",
        "reason": missing("pyyaml").explanation,
        "fix": "Adding pyyaml to the requirements.",
    }


async def test_a_missing_package_that_may_not_be_added_is_done_without():
    refusal = PackageNotAllowed("The package 'odd' is not well known. Say `%agent approve odd`.")
    recorder, judge = ListRecorder(), ScriptedJudge(missing("odd"), refusal, PASS)
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT))
    outcome = await run_plainly(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 2)
    first = recorder.attempts[0]
    assert (first.error_class, first.requirements) == ("missing_package", [])
    assert first.error_message.endswith("Say `%agent approve odd`.")
    assert "%agent approve odd" in model.prompt(2)
    assert judge.requests[2].requirements == []


async def test_a_package_that_the_user_names_is_allowed():
    judge = ScriptedJudge(PASS)
    code = code_reply(RIGHT) + "```requirements\nodd-lib\nother\n```\n"
    await run_plainly(
        ScriptedModel(TESTS_REPLY, code), judge, prompt="Add by using `odd_lib`, other things aside"
    )
    assert judge.allowed == [["odd-lib"]]


async def test_a_package_is_added_once_then_the_model_mends_it():
    code = code_reply(WRONG) + "```requirements\nPyYAML>=6\n```\n"
    model = ScriptedModel(TESTS_REPLY, code, code_reply(RIGHT))
    judge = ScriptedJudge(missing("pyyaml"), PASS)
    outcome = await run_plainly(model, judge)
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert [request.requirements for request in judge.requests] == [["PyYAML>=6"], ["PyYAML>=6"]]


async def test_a_package_that_needs_approval_stops_it():
    sentence = "The package foo needs your approval: %agent approve foo."
    refused = a_verdict(error_class="package_not_allowed", explanation=sentence)
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run_plainly(model, ScriptedJudge(refused))
    assert outcome.status == "partial"
    assert sentence in outcome.explanation
    assert model.purposes == ["tests", "code"]


async def test_the_same_code_again_is_recognised_and_not_run():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG), code_reply(RIGHT))
    recorder, judge = ListRecorder(), ScriptedJudge(FAIL, PASS)
    outcome = await run_plainly(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 3)
    assert len(judge.requests) == 2
    second = recorder.attempts[1]
    assert second.diff == ""
    assert second.error_message.startswith("The model gave the code of attempt 1 again. test_small: ")
    assert second.verdict == FAIL
    assert "repeated code" in model.prompt(3)
