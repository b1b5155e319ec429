import asyncio

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import History
from jupyter_coding_agent.core.errors import (
    ImageMissing,
    InvalidInput,
    ModelUnavailable,
    NoTemplateFits,
    PackageNotAllowed,
    RunnerUnavailable,
    StorageUnavailable,
    TimedOut,
)
from jupyter_coding_agent.runner.models import LintFinding
from jupyter_coding_agent.validation.models import Verdict
from tests.agents.fakes import (
    FAIL,
    HALF,
    NOT_JUDGED,
    PASS,
    RIGHT,
    TESTS,
    TESTS_REPLY,
    WRONG,
    WRONG_TOO,
    HangingModel,
    ListRecorder,
    ScriptedJudge,
    ScriptedModel,
    a_task,
    a_verdict,
    code_reply,
    fenced,
    result,
)


def missing(package: str) -> Verdict:
    sentence = f"The module is not in the image: name the package {package!r} in the requirements."
    return a_verdict(error_class="missing_package", explanation=sentence)


async def run(model, judge, recorder=None, history=None, **task):
    return await Loop(model, judge, recorder or ListRecorder()).run(a_task(**task), history)


async def test_it_passes_the_first_time():
    model, judge, recorder = (
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)),
        ScriptedJudge(PASS),
        ListRecorder(),
    )
    outcome = await run(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 1)
    assert outcome.tests == recorder.tests == {"test_solution.py": TESTS}
    assert outcome.attempts[0].files == {"solution.py": RIGHT}
    assert outcome.cost_usd == pytest.approx(0.002)
    assert outcome.explanation == (
        "Proved in attempt 1 of 1 "
        "(tests: 2 of 2 tests passed, 100 % covered; lint: no findings; security: no findings)."
    )
    assert model.purposes == ["tests", "code"]
    assert judge.generated == [True]
    assert recorder.kinds == ["plan", "tests", "code", "diff", "run", "signal", "signal", "signal"]


async def test_the_events_say_what_happened():
    recorder = ListRecorder()
    judge = ScriptedJudge(FAIL, PASS)
    await run(ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT)), judge, recorder)
    (plan,) = recorder.of("plan")
    assert (plan["language"], plan["language_sure"], plan["tier"], plan["examples"]) == (
        "python",
        True,
        "simple",
        [],
    )
    assert recorder.of("tests") == [{"files": ["test_solution.py"], "count": 2, "model": "scripted/one"}]
    code = recorder.of("code")[0]
    assert (code["attempt"], code["files"], code["lines"], code["model"]) == (
        1,
        ["solution.py"],
        2,
        "scripted/one",
    )
    assert code["hops"][0]["outcome"] == "served"
    assert recorder.of("run") == [{"attempt": 1, "of": 5}, {"attempt": 2, "of": 5}]
    assert recorder.of("signal")[0] == {
        "attempt": 1,
        "signal": "tests",
        "passed": False,
        "summary": "0 of 2 tests passed, 100 % covered",
    }
    first, second = recorder.of("diff")
    assert (first["added"], first["removed"]) == (2, 0)
    assert (second["attempt"], second["added"], second["removed"]) == (2, 1, 1)
    assert "-    return a - b\n+    return a + b\n" in second["unified_diff"]
    (retry,) = recorder.of("retry")
    assert (retry["attempt"], retry["error_class"]) == (1, "assertion")
    assert retry["reason"] == "test_small: AssertionError: assert -1 == 5 (1 more fail)"
    assert retry["fix"] == "Asking for a repair."


async def test_three_attempts_are_each_stored_with_their_diff():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG_TOO), code_reply(RIGHT))
    recorder = ListRecorder()
    outcome = await run(model, ScriptedJudge(FAIL, HALF, PASS), recorder)
    assert (outcome.status, outcome.best) == ("passed", 3)
    assert [a.number for a in recorder.attempts] == [1, 2, 3]
    assert [a.diff.count("\n+") for a in recorder.attempts] == [3, 2, 2]
    assert "--- /dev/null" in recorder.attempts[0].diff
    first, second, third = recorder.attempts
    assert (first.error_class, first.fix_applied) == ("assertion", None)
    assert second.fix_applied == f"Repair of attempt 1: {first.error_message}"
    assert (third.error_class, third.error_message) == (None, None)
    assert (third.model, third.input_tokens, third.output_tokens, third.cost_usd) == (
        "scripted/one",
        100,
        50,
        0.001,
    )
    assert third.hops
    assert first.started_at <= first.finished_at <= second.started_at
    assert outcome.cost_usd == pytest.approx(0.004)
    assert "expected: 5" in model.prompt(2)
    assert "+    return a * b" in model.prompt(3)


async def test_after_the_last_attempt_the_best_is_delivered():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG_TOO), code_reply("x = 1\n"))
    outcome = await run(model, ScriptedJudge(FAIL, HALF, FAIL), max_attempts=3)
    assert (outcome.status, outcome.best, len(outcome.attempts)) == ("partial", 2, 3)
    assert outcome.explanation.startswith(
        "Not validated. All 3 attempts are used up. "
        "What is delivered is attempt 2 of 3 (tests: 1 of 2 tests passed"
    )
    assert outcome.explanation.endswith("Why it did not pass: test_negative: AssertionError: assert 1 == 0")
    assert model.left == 0


async def test_one_attempt_is_one():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG))
    outcome = await run(model, ScriptedJudge(FAIL), max_attempts=1)
    assert outcome.status == "partial"
    assert "The only attempt did not pass." in outcome.explanation


async def test_the_score_counts_complexity_and_attempts():
    replies = [code_reply(f"x = {n}\n") for n in range(4)]
    verdicts = [FAIL, FAIL, FAIL, PASS]
    prompt = (
        "Write a web app with a login page, a PostgreSQL database, the Stripe API and a React front end "
        "in JavaScript and Python, 300 lines"
    )
    outcome = await run(ScriptedModel(TESTS_REPLY, *replies), ScriptedJudge(*verdicts), prompt=prompt)
    verdict = outcome.attempts[-1].verdict
    assert outcome.plan.complexity.score > 8
    assert {part.name for part in verdict.quality_parts} == {"complexity", "attempts"}
    assert verdict.quality_score == 7.0


async def test_hard_examples_and_the_notebook_go_to_the_judge():
    judge = ScriptedJudge(PASS)
    await run(
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
    assert request.known_names == ["df"]
    assert (request.kernel_python, request.cell, request.timeout_seconds) == ("3.11", "solution.py", 7)
    assert request.signals == ["tests", "lint"]
    assert request.tests == {"test_solution.py": TESTS}
    assert judge.allowed == [["rich"]]


async def test_code_is_tidied_before_it_is_judged():
    judge = ScriptedJudge(PASS, tidying=lambda text: text.replace("a+b", "a + b"))
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT.replace("a + b", "a+b"))), judge)
    assert judge.requests[0].files == {"solution.py": RIGHT}
    assert judge.notebooks == [["solution.py"]]
    assert outcome.attempts[0].files == {"solution.py": RIGHT}


async def test_untidy_code_is_judged_where_nothing_can_tidy_it():
    judge = ScriptedJudge(PASS, tidy_error=TimedOut("The formatter took too long."))
    assert (await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), judge)).status == "passed"


async def test_only_the_solution_is_a_cell():
    judge = ScriptedJudge(PASS)
    tests = fenced("test_adder.py", TESTS.replace("solution", "adder"))
    await run(ScriptedModel(tests, fenced("adder.py", RIGHT)), judge)
    assert judge.requests[0].cell is None
    assert judge.notebooks == [[]]


async def test_a_lost_run_is_repeated_and_costs_no_attempt():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run(model, ScriptedJudge(NOT_JUDGED, NOT_JUDGED, PASS), recorder, max_attempts=1)
    assert (outcome.status, outcome.best, len(recorder.attempts)) == ("passed", 1, 1)
    assert [retry["fix"] for retry in recorder.of("retry")] == ["Running it again."] * 2
    assert recorder.of("run") == [{"attempt": 1, "of": 1}] * 3


async def test_a_sandbox_that_goes_on_failing_is_not_blamed_on_the_code():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run(model, ScriptedJudge(NOT_JUDGED, NOT_JUDGED, NOT_JUDGED), recorder)
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
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(error), recorder)
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert error.message in outcome.explanation
    assert "it could not be judged" in outcome.explanation
    (attempt,) = recorder.attempts
    assert (attempt.verdict, attempt.error_class, attempt.error_message) == (None, error_class, error.message)
    assert attempt.files == {"solution.py": RIGHT}


@pytest.mark.parametrize("error", [RunnerUnavailable("Start Docker."), TimedOut("Try again.")])
async def test_a_run_that_was_not_carried_out_is_tried_again(error):
    recorder = ListRecorder()
    outcome = await run(
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)),
        ScriptedJudge(error, error, PASS),
        recorder,
        max_attempts=1,
    )
    assert (outcome.status, len(recorder.attempts)) == ("passed", 1)
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(error, error, error))
    assert outcome.status == "partial"
    assert error.message in outcome.explanation


async def test_a_missing_package_is_added_and_costs_no_attempt():
    recorder, judge = ListRecorder(), ScriptedJudge(missing("pyyaml"), missing("seaborn"), PASS)
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), judge, recorder, max_attempts=1)
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
    outcome = await run(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 2)
    first = recorder.attempts[0]
    assert (first.error_class, first.requirements) == ("missing_package", [])
    assert first.error_message.endswith("Say `%agent approve odd`.")
    assert "%agent approve odd" in model.prompt(2)
    assert judge.requests[2].requirements == []


async def test_a_package_that_the_user_names_is_allowed():
    judge = ScriptedJudge(PASS)
    code = code_reply(RIGHT) + "```requirements\nodd-lib\nother\n```\n"
    await run(ScriptedModel(TESTS_REPLY, code), judge, prompt="Add by using `odd_lib`, other things aside")
    assert judge.allowed == [["odd-lib"]]


async def test_a_package_is_added_once_then_the_model_mends_it():
    code = code_reply(WRONG) + "```requirements\nPyYAML>=6\n```\n"
    model = ScriptedModel(TESTS_REPLY, code, code_reply(RIGHT))
    judge = ScriptedJudge(missing("pyyaml"), PASS)
    outcome = await run(model, judge)
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert [request.requirements for request in judge.requests] == [["PyYAML>=6"], ["PyYAML>=6"]]


async def test_a_package_that_needs_approval_stops_it():
    sentence = "The package foo needs your approval: %agent approve foo."
    refused = a_verdict(error_class="package_not_allowed", explanation=sentence)
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    outcome = await run(model, ScriptedJudge(refused))
    assert outcome.status == "partial"
    assert sentence in outcome.explanation
    assert model.purposes == ["tests", "code"]


async def test_the_same_code_again_is_recognised_and_not_run():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG), code_reply(RIGHT))
    recorder, judge = ListRecorder(), ScriptedJudge(FAIL, PASS)
    outcome = await run(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 3)
    assert len(judge.requests) == 2
    second = recorder.attempts[1]
    assert second.diff == ""
    assert second.error_message.startswith("The model gave the code of attempt 1 again. test_small: ")
    assert second.verdict == FAIL
    assert "repeated code" in model.prompt(3)


async def test_a_repair_may_not_touch_the_tests():
    cheating = code_reply(RIGHT) + fenced("test_solution.py", "def test_nothing():\n    pass\n")
    recorder, judge = ListRecorder(), ScriptedJudge(FAIL, PASS)
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(WRONG), cheating), judge, recorder)
    assert outcome.status == "passed"
    assert judge.requests[1].tests == {"test_solution.py": TESTS}
    assert judge.requests[1].files == {"solution.py": RIGHT}
    assert recorder.attempts[1].notes == ["test_solution.py was left out: the tests are read-only."]
    assert recorder.of("code")[1]["notes"] == recorder.attempts[1].notes


async def test_a_repair_of_nothing_but_tests_is_asked_for_again():
    cheating = fenced("test_solution.py", "def test_nothing():\n    pass\n")
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), cheating, code_reply(RIGHT))
    outcome = await run(model, ScriptedJudge(FAIL, PASS))
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert "the tests are read-only" in model.requests[3].messages[3].content


async def test_findings_alone_are_repaired_too():
    finding = LintFinding(
        path="solution.py", line=1, code="F821", severity="error", message="undefined name 'x'"
    )
    dirty = a_verdict([result("test_small")], lint=[finding], error_class="lint", explanation="1 lint error.")
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT))
    outcome = await run(model, ScriptedJudge(dirty, PASS))
    assert outcome.status == "passed"
    assert "F821 undefined name 'x'" in model.prompt(2)


@pytest.mark.parametrize(
    "error", [ModelUnavailable("No model answered. Run doctor."), NoTemplateFits("No template fits.")]
)
async def test_without_a_model_there_is_a_sentence(error):
    outcome = await run(ScriptedModel(error), ScriptedJudge())
    assert (outcome.status, outcome.best, outcome.attempts) == ("failed", None, [])
    assert outcome.explanation == error.message


async def test_no_code_after_the_tests_fails_and_keeps_the_tests():
    outcome = await run(ScriptedModel(TESTS_REPLY, "no", "no"), ScriptedJudge())
    assert outcome.status == "failed"
    assert outcome.tests == {"test_solution.py": TESTS}
    assert "answered twice" in outcome.explanation
    assert outcome.cost_usd == pytest.approx(0.003)


async def test_templates_that_can_not_repair_deliver_what_there_is():
    error = ModelUnavailable("Templates can't repair. Set up a model.")
    outcome = await run(ScriptedModel(TESTS_REPLY, code_reply(WRONG), error), ScriptedJudge(HALF))
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert (
        "Templates can't repair. Set up a model. What is delivered is attempt 1 of 1" in outcome.explanation
    )


async def test_a_language_that_can_not_be_proved_asks_no_model():
    model = ScriptedModel()
    outcome = await run(model, ScriptedJudge(), prompt="Write a Java class for a queue", language=None)
    assert outcome.status == "failed"
    assert "for java, which can't be proved yet" in outcome.explanation
    assert model.requests == []


async def whole_run(max_attempts: int = 5) -> ListRecorder:
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG_TOO), code_reply(RIGHT))
    await run(model, ScriptedJudge(FAIL, HALF, PASS), recorder, max_attempts=max_attempts)
    return recorder


@pytest.mark.parametrize(
    ("stored", "replies", "verdicts"),
    [
        (0, [WRONG, WRONG_TOO, RIGHT], [FAIL, HALF, PASS]),
        (1, [WRONG_TOO, RIGHT], [HALF, PASS]),
        (2, [RIGHT], [PASS]),
        (3, [], []),
    ],
)
async def test_it_goes_on_after_what_is_stored(stored: int, replies, verdicts):
    interrupted = await whole_run()
    model, recorder = ScriptedModel(*map(code_reply, replies)), ListRecorder()
    outcome = await run(model, ScriptedJudge(*verdicts), recorder, interrupted.history(stored))
    assert (outcome.status, outcome.best, len(outcome.attempts)) == ("passed", 3, 3)
    assert [a.number for a in recorder.attempts] == list(range(stored + 1, 4))
    assert (len(model.requests), model.left) == (len(replies), 0)
    assert "tests" not in recorder.kinds
    assert outcome.cost_usd == pytest.approx(0.004)


async def test_the_history_stays_as_it_was():
    history = (await whole_run()).history(1)
    await run(ScriptedModel(code_reply(RIGHT)), ScriptedJudge(PASS), history=history)
    assert len(history.attempts) == 1


async def test_an_empty_history_is_a_beginning():
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    assert (await run(model, ScriptedJudge(PASS), history=History())).status == "passed"


async def test_stored_attempts_that_are_used_up_are_delivered():
    history = (await whole_run()).history(2)
    outcome = await run(ScriptedModel(), ScriptedJudge(), history=history, max_attempts=2)
    assert (outcome.status, outcome.best) == ("partial", 2)


async def test_a_stored_attempt_without_verdict_ends_as_it_would_have():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    first = await run(model, ScriptedJudge(ImageMissing("Build it.")), recorder)
    again = await run(ScriptedModel(), ScriptedJudge(), history=recorder.history())
    assert again == first


async def test_what_the_recorder_raises_goes_through():
    recorder = ListRecorder("code", StorageUnavailable("The disk is full."))
    with pytest.raises(StorageUnavailable):
        await run(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(PASS), recorder)
    assert recorder.attempts == []


async def test_cancelling_stops_it():
    model = HangingModel()
    task = asyncio.create_task(run(model, ScriptedJudge()))
    await model.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
