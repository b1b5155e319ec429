"""The loop from a request to an outcome."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.agents.models import Conversation, History
from jupyter_coding_agent.core.errors import (
    ImageMissing,
    ModelUnavailable,
    NoTemplateFits,
    StorageUnavailable,
)
from jupyter_coding_agent.runner.models import LintFinding
from tests.agents.fakes import (
    FAIL,
    HALF,
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
    a_verdict,
    code_reply,
    fenced,
    result,
    run_plainly,
)


async def test_it_passes_the_first_time():
    model, judge, recorder = (
        ScriptedModel(TESTS_REPLY, code_reply(RIGHT)),
        ScriptedJudge(PASS),
        ListRecorder(),
    )
    outcome = await run_plainly(model, judge, recorder)
    assert (outcome.status, outcome.best) == ("passed", 1)
    assert outcome.tests == recorder.tests == {"test_solution.py": TESTS}
    assert outcome.attempts[0].files == {"solution.py": RIGHT}
    assert outcome.cost_usd == pytest.approx(0.002)
    assert outcome.explanation.splitlines() == [
        "Tests: 2 of 2 tests passed (2 generated from the request).",
        "Coverage: the tests execute 100 % of the statements.",
        "Mutation: the tests were not challenged.",
        "Attempts: attempt 1 of 1.",
        "Not covered: your own data and rights: it ran in a sandbox on the tests' data.",
    ]
    assert model.purposes == ["tests", "code"]
    assert judge.generated == [True]
    assert recorder.kinds == ["plan", "tests", "code", "diff", "run", "signal", "signal", "signal"]


async def test_the_events_say_what_happened():
    recorder = ListRecorder()
    judge = ScriptedJudge(FAIL, PASS)
    await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT)), judge, recorder)
    (plan,) = recorder.of("plan")
    assert (plan["language"], plan["language_sure"], plan["tier"], plan["examples"]) == (
        "python",
        True,
        "simple",
        [],
    )
    counts = {"count": 2, "hard": 0, "hidden": 0}
    assert recorder.of("tests") == [
        {"files": ["test_solution.py"], **counts, "model": "scripted/one", "cost_usd": 0.001}
    ]
    code = recorder.of("code")[0]
    assert (code["attempt"], code["files"], code["lines"], code["model"]) == (
        1,
        ["solution.py"],
        2,
        "scripted/one",
    )
    assert (code["hops"][0]["outcome"], code["cost_usd"]) == ("served", 0.001)
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
    outcome = await run_plainly(model, ScriptedJudge(FAIL, HALF, PASS), recorder)
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
    outcome = await run_plainly(model, ScriptedJudge(FAIL, HALF, FAIL), max_attempts=3)
    assert (outcome.status, outcome.best, len(outcome.attempts)) == ("partial", 2, 3)
    assert outcome.explanation.startswith(
        "Not validated. The 3 attempts are used up. "
        "What is delivered is attempt 2 of 3. Why it did not pass: test_negative: AssertionError: assert 1 == 0\n"
        "Tests: 1 of 2 tests passed"
    )
    assert "what failed besides: attempt 1 – test_small" in outcome.explanation
    assert model.left == 0


async def test_one_attempt_is_one():
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG))
    outcome = await run_plainly(model, ScriptedJudge(FAIL), max_attempts=1)
    assert outcome.status == "partial"
    assert "The only attempt did not pass." in outcome.explanation


async def test_the_score_counts_complexity_and_attempts():
    replies = [code_reply(f"x = {n}\n") for n in range(4)]
    verdicts = [FAIL, FAIL, FAIL, PASS]
    prompt = (
        "Write a web app with a login page, a PostgreSQL database, the Stripe API and a React front end "
        "in JavaScript and Python, 300 lines"
    )
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, *replies), ScriptedJudge(*verdicts), prompt=prompt)
    verdict = outcome.attempts[-1].verdict
    assert outcome.plan.complexity.score > 8
    assert {part.name for part in verdict.quality_parts} == {"complexity", "attempts"}
    assert verdict.quality_score == 7.0


async def test_a_repair_may_not_touch_the_tests():
    cheating = code_reply(RIGHT) + fenced("test_solution.py", "def test_nothing():\n    pass\n")
    recorder, judge = ListRecorder(), ScriptedJudge(FAIL, PASS)
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(WRONG), cheating), judge, recorder)
    assert outcome.status == "passed"
    assert judge.requests[1].tests == {"test_solution.py": TESTS}
    assert judge.requests[1].files == {"solution.py": RIGHT}
    assert recorder.attempts[1].notes == ["test_solution.py was left out: the tests are read-only."]
    assert recorder.of("code")[1]["notes"] == recorder.attempts[1].notes


async def test_a_repair_of_nothing_but_tests_is_asked_for_again():
    cheating = fenced("test_solution.py", "def test_nothing():\n    pass\n")
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), cheating, code_reply(RIGHT))
    outcome = await run_plainly(model, ScriptedJudge(FAIL, PASS))
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert "the tests are read-only" in model.requests[3].messages[3].content


async def test_findings_alone_are_repaired_too():
    finding = LintFinding(
        path="solution.py", line=1, code="F821", severity="error", message="undefined name 'x'"
    )
    dirty = a_verdict([result("test_small")], lint=[finding], error_class="lint", explanation="1 lint error.")
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT))
    outcome = await run_plainly(model, ScriptedJudge(dirty, PASS))
    assert outcome.status == "passed"
    assert "F821 undefined name 'x'" in model.prompt(2)


@pytest.mark.parametrize(
    "error", [ModelUnavailable("No model answered. Run doctor."), NoTemplateFits("No template fits.")]
)
async def test_without_a_model_there_is_a_sentence(error):
    outcome = await run_plainly(ScriptedModel(error), ScriptedJudge())
    assert (outcome.status, outcome.best, outcome.attempts) == ("failed", None, [])
    assert outcome.explanation == error.message


async def test_whoever_answers_knows_whether_an_earlier_result_may_be_meant():
    error = NoTemplateFits("Only a model changes an earlier result.")
    for said, goes_on in ((Conversation(files={"solution.py": "x = 1"}), True), (Conversation(), False)):
        model = ScriptedModel(error)
        outcome = await run_plainly(model, ScriptedJudge(), conversation=said)
        assert (model.requests[0].goes_on, outcome.explanation) == (goes_on, error.message)


async def test_no_code_after_the_tests_fails_and_keeps_the_tests():
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, "no", "no"), ScriptedJudge())
    assert outcome.status == "failed"
    assert outcome.tests == {"test_solution.py": TESTS}
    assert "answered twice" in outcome.explanation
    assert outcome.cost_usd == pytest.approx(0.003)


async def test_templates_that_can_not_repair_deliver_what_there_is():
    error = ModelUnavailable("Templates can't repair. Set up a model.")
    outcome = await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(WRONG), error), ScriptedJudge(HALF))
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert (
        "Templates can't repair. Set up a model. What is delivered is attempt 1 of 1" in outcome.explanation
    )


async def test_a_language_that_can_not_be_proved_asks_no_model():
    model = ScriptedModel()
    outcome = await run_plainly(
        model, ScriptedJudge(), prompt="Write a Java class for a queue", language=None
    )
    assert outcome.status == "failed"
    assert "for java, which can't be proved yet" in outcome.explanation
    assert model.requests == []


async def whole_run(max_attempts: int = 5) -> ListRecorder:
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(WRONG_TOO), code_reply(RIGHT))
    await run_plainly(model, ScriptedJudge(FAIL, HALF, PASS), recorder, max_attempts=max_attempts)
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
    outcome = await run_plainly(model, ScriptedJudge(*verdicts), recorder, interrupted.history(stored))
    assert (outcome.status, outcome.best, len(outcome.attempts)) == ("passed", 3, 3)
    assert [a.number for a in recorder.attempts] == list(range(stored + 1, 4))
    assert (len(model.requests), model.left) == (len(replies), 0)
    assert "tests" not in recorder.kinds
    assert outcome.cost_usd == pytest.approx(0.004)


async def test_the_history_stays_as_it_was():
    history = (await whole_run()).history(1)
    await run_plainly(ScriptedModel(code_reply(RIGHT)), ScriptedJudge(PASS), history=history)
    assert len(history.attempts) == 1


async def test_an_empty_history_is_a_beginning():
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    assert (await run_plainly(model, ScriptedJudge(PASS), history=History())).status == "passed"


async def test_stored_attempts_that_are_used_up_are_delivered():
    history = (await whole_run()).history(2)
    outcome = await run_plainly(ScriptedModel(), ScriptedJudge(), history=history, max_attempts=2)
    assert (outcome.status, outcome.best) == ("partial", 2)


async def test_a_stored_attempt_without_verdict_ends_as_it_would_have():
    recorder = ListRecorder()
    model = ScriptedModel(TESTS_REPLY, code_reply(RIGHT))
    first = await run_plainly(model, ScriptedJudge(ImageMissing("Build it.")), recorder)
    again = await run_plainly(ScriptedModel(), ScriptedJudge(), history=recorder.history())
    assert again == first


async def test_what_the_recorder_raises_goes_through():
    recorder = ListRecorder("code", StorageUnavailable("The disk is full."))
    with pytest.raises(StorageUnavailable):
        await run_plainly(ScriptedModel(TESTS_REPLY, code_reply(RIGHT)), ScriptedJudge(PASS), recorder)
    assert recorder.attempts == []


async def test_cancelling_stops_it():
    model = HangingModel()
    task = asyncio.create_task(run_plainly(model, ScriptedJudge()))
    await model.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
