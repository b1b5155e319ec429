"""What mutants did, judged on the host; over a runner that is honest in the small, and over made-up runs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, PackageNotAllowed, RunnerUnavailable
from jupyter_coding_agent.runner.models import Exit, MutationJob, MutationRun, Trial
from jupyter_coding_agent.validation.challenge import MOST
from jupyter_coding_agent.validation.models import Challenge, Example, Signals, ValidationRequest, Verdict
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import ISOLATION, FakeRunner, honest_mutation_run

CODE = "def largest(values):\n    if not values:\n        return 0\n    return max(values)\n"
STRONG = """from solution import largest


def test_largest():
    assert largest([1, 3, 2]) == 3


def test_empty():
    assert largest([]) == 0
"""
WEAK = "from solution import largest\n\n\ndef test_runs():\n    largest([1])\n    largest([])\n"
PASSED = Verdict(status="passed", signals=Signals(), duration_ms=40)


def request(code: str = CODE, tests: str = STRONG, **fields) -> ValidationRequest:
    return ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": tests}, **fields)


def validator(runner: FakeRunner) -> Validator:
    return Validator(runner, ValidationSettings(), random=Random(0))


async def challenged(
    mutation: Callable[[MutationJob], MutationRun] | None = None, **fields
) -> tuple[Challenge, FakeRunner]:
    runner = FakeRunner(mutation=mutation)
    return await validator(runner).challenge(request(**fields), PASSED), runner


def told(*trials: Trial, reason: str = "finished", lines: range = range(1, 5)) -> Callable[..., MutationRun]:
    """A run that said this, whatever it was asked."""
    return lambda _job: MutationRun(
        exit=Exit(reason=reason, detail="It was so."),  # type: ignore[arg-type]
        trials=list(trials),
        executed_lines={"solution.py": list(lines)},
        isolation=ISOLATION,
    )


async def test_strong_tests_kill_and_the_killers_are_named():
    challenge, _ = await challenged()
    assert challenge.score == 1.0
    assert {mutant.outcome for mutant in challenge.mutants} == {"killed"}
    assert {name for mutant in challenge.mutants for name in mutant.killed_by} == {
        "test_solution.py::test_largest",
        "test_solution.py::test_empty",
    }
    assert challenge.possible == len(challenge.mutants)
    assert challenge.reason == ""
    assert challenge.duration_ms > 0


async def test_weak_tests_leave_survivors_that_are_named_by_line():
    challenge, _ = await challenged(tests=WEAK)
    survivors = [(m.line, m.original, m.changed) for m in challenge.mutants if m.outcome == "survived"]
    assert (4, "max", "min") in survivors
    assert challenge.score is not None and challenge.score < 0.6


async def test_no_sentinels_are_planted():
    _, runner = await challenged()
    assert runner.mutation_jobs[0].tests == {"test_solution.py": STRONG.encode()}


async def test_hard_examples_kill_and_their_values_stay_on_the_host():
    hard = Example(call="largest([1, 31, 2])", expected="31")
    challenge, runner = await challenged(tests=WEAK, examples=[hard])
    killed = {m.changed: m.killed_by for m in challenge.mutants if m.outcome == "killed"}
    assert killed["min"] == ["test_examples.py::test_example_1"]
    sent = runner.mutation_jobs[0]
    assert b"largest([1, 31, 2])" in sent.tests["test_examples.py"]
    assert sent.tests["test_examples.py"].count(b"31") == 1


async def test_an_answer_that_is_as_before_is_not_sent_again():
    hard = Example(call="largest([1, 2])", expected="2")
    same, other = '{"int":"2"}', '{"int":"1"}'
    name = "test_examples.py::test_example_1"
    challenge, _ = await challenged(
        told(
            Trial(number=0, answers={name: [same]}),
            Trial(number=1),
            Trial(number=2, answers={name: [other]}),
            Trial(number=3, answers={name: []}),
        ),
        examples=[hard],
    )
    assert [mutant.outcome for mutant in challenge.mutants] == ["survived", "killed", "killed"]


async def test_equal_outputs_are_told_apart_and_do_not_count():
    one, other = "1" * 64, "2" * 64
    challenge, _ = await challenged(
        told(
            Trial(number=0, outputs=one),
            Trial(number=1, outputs=one),
            Trial(number=2, outputs=other),
            Trial(number=3, outputs=""),
            Trial(number=4, outputs=one, failed=["test_solution.py::test_empty"]),
        )
    )
    assert [m.outcome for m in challenge.mutants] == ["equivalent", "survived", "survived", "killed"]
    assert challenge.score == pytest.approx(1 / 3, abs=0.001)


async def test_nothing_is_equivalent_where_outputs_can_not_be_compared():
    challenge, _ = await challenged(told(Trial(number=0), Trial(number=1)))
    assert [mutant.outcome for mutant in challenge.mutants] == ["survived"]


async def test_a_score_needs_something_that_counts():
    one = "1" * 64
    challenge, _ = await challenged(told(Trial(number=0, outputs=one), Trial(number=1, outputs=one)))
    assert challenge.score is None and len(challenge.mutants) == 1


async def test_what_loops_or_dies_is_killed():
    challenge, _ = await challenged(
        told(Trial(number=0), Trial(number=1, cut=True), Trial(number=2, died=True))
    )
    assert [(m.outcome, m.cut) for m in challenge.mutants] == [("killed", True), ("killed", False)]


async def test_tests_that_do_not_pass_again_say_nothing():
    failing = Trial(number=0, failed=["test_solution.py::test_empty"], message="AssertionError: 1")
    challenge, _ = await challenged(told(failing, Trial(number=1)))
    assert (challenge.mutants, challenge.score) == ([], None)
    assert "test_empty did not pass again on the unchanged code (AssertionError: 1)" in challenge.reason


async def test_a_hard_example_that_fails_on_the_unchanged_code_says_nothing():
    challenge, _ = await challenged(examples=[Example(call="largest([1])", expected="5")])
    assert challenge.score is None and "test_example_1 did not pass again" in challenge.reason


@pytest.mark.parametrize("fields", [{"died": True}, {"cut": True}])
async def test_unchanged_code_that_does_not_come_to_its_end_says_nothing(fields):
    challenge, _ = await challenged(told(Trial(number=0, **fields), Trial(number=1)))
    assert (challenge.mutants, challenge.score) == ([], None)
    assert "before they were through" in challenge.reason


@pytest.mark.parametrize("reason", ["timeout", "died"])
async def test_a_run_without_the_unchanged_code_says_nothing(reason):
    challenge, _ = await challenged(told(reason=reason))
    assert challenge.score is None
    assert challenge.reason == "The challenge was not carried out: It was so."


@pytest.mark.parametrize(
    ("exit_reason", "says"),
    [
        ("timeout", "The time for it was over after 1 of 6 mutants."),
        ("died", "The run ended after 1 of 6 mutants: It was so."),
        ("finished", "5 of 6 mutants would be no valid Python."),
    ],
)
async def test_it_says_why_fewer_ran(exit_reason, says):
    challenge, _ = await challenged(told(Trial(number=0), Trial(number=1), reason=exit_reason))
    assert (challenge.possible, challenge.reason) == (6, says)


async def test_only_what_was_executed_is_possible():
    challenge, _ = await challenged(told(Trial(number=0), Trial(number=1), lines=range(4, 5)))
    assert challenge.possible == 2


async def test_tests_that_execute_nothing_are_told_so():
    challenge, _ = await challenged(told(Trial(number=0), lines=range(0)))
    assert (challenge.possible, challenge.score) == (0, None)
    assert challenge.reason == "The tests execute nothing that could be changed in a small way."


async def test_no_more_than_the_most_are_run():
    code = "VALUES = [" + ", ".join(map(str, range(200))) + "]\n"
    tests = "from solution import VALUES\n\n\ndef test_all():\n    assert VALUES == list(range(200))\n"
    challenge, runner = await challenged(code=code, tests=tests)
    assert (len(challenge.mutants), challenge.possible, challenge.score) == (MOST, 400, 1.0)
    assert challenge.reason == "At most 25 of the 400 possible mutants are run."
    assert runner.mutation_jobs[0].most == MOST


async def test_a_number_that_no_candidate_has_is_passed_over():
    challenge, _ = await challenged(told(Trial(number=0), Trial(number=1), Trial(number=999)))
    assert len(challenge.mutants) == 1


@pytest.mark.parametrize(("verdict_ms", "most"), [(40, 1.0), (2000, 3.0)])
async def test_the_budget_is_one_second_or_half_as_much_again_as_the_verdict(verdict_ms, most):
    runner = FakeRunner()
    await validator(runner).challenge(request(), PASSED.model_copy(update={"duration_ms": verdict_ms}))
    assert most - 0.5 < runner.budgets[0] < most


@pytest.mark.parametrize("status", ["failed", "ran", "error"])
async def test_only_code_that_passed_is_challenged(status):
    runner = FakeRunner()
    challenge = await validator(runner).challenge(request(), PASSED.model_copy(update={"status": status}))
    assert challenge.score is None and "Only code whose tests passed" in challenge.reason
    assert runner.mutation_jobs == []


async def test_code_that_can_not_be_changed_needs_no_container():
    challenge, runner = await challenged(code="import os\n", tests="def test_it():\n    assert True\n")
    assert (challenge.possible, challenge.score, runner.mutation_jobs) == (0, None, [])
    assert challenge.reason == "Nothing in the code can be changed in a small way."


async def test_challenges_are_remembered_like_verdicts():
    runner = FakeRunner()
    judge = validator(runner)
    first = await judge.challenge(request(), PASSED)
    again = await judge.challenge(request(), PASSED)
    assert again.mutants == first.mutants and len(runner.mutation_jobs) == 1
    await judge.challenge(request(tests=WEAK), PASSED)
    runner.digest = "sha256:other"
    await judge.challenge(request(), PASSED)
    assert len(runner.mutation_jobs) == 3


async def test_a_challenge_that_was_cut_short_is_not_remembered():
    def late(job: MutationJob) -> MutationRun:
        return honest_mutation_run(job).model_copy(update={"exit": Exit(reason="timeout")})

    runner = FakeRunner(mutation=late)
    judge = validator(runner)
    for _ in range(2):
        await judge.challenge(request(), PASSED)
    assert len(runner.mutation_jobs) == 2


async def test_it_refuses_what_a_verdict_refuses():
    runner = FakeRunner()
    with pytest.raises(PackageNotAllowed):
        await validator(runner).challenge(
            request(requirements=["no-such-package-known"]), PASSED, generated=True
        )
    with pytest.raises(InvalidInput):
        await validator(runner).challenge(request(language="cobol"), PASSED)
    runner.error = RunnerUnavailable("The engine is down.")
    with pytest.raises(RunnerUnavailable):
        await validator(runner).challenge(request(), PASSED)
