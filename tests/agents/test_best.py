from jupyter_coding_agent.agents.best import best_attempt
from jupyter_coding_agent.agents.models import Attempt, Judgement
from jupyter_coding_agent.runner.models import LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import Verdict
from tests.agents.fakes import NOT_JUDGED, PASS, RIGHT, a_verdict, result

LINT = LintFinding(path="solution.py", line=1, code="F821", severity="error", message="undefined")
HIGH = SecurityFinding(
    path="solution.py", line=1, severity="high", confidence="high", type="B602", message="shell"
)


def attempts(*verdicts: Verdict | None) -> list[Attempt]:
    return [
        Attempt(number=n, files={"solution.py": RIGHT}, diff="", verdict=v, started_at="", finished_at="")
        for n, v in enumerate(verdicts, start=1)
    ]


def best(*verdicts: Verdict | None) -> int:
    found = best_attempt(attempts(*verdicts), Judgement())
    assert found is not None
    return found.number


def verdict_with(hard: int, soft: int, **values) -> Verdict:
    results = [result(f"h{n}", kind="hard", outcome="passed" if n < hard else "failed") for n in range(3)]
    results += [result(f"s{n}", outcome="passed" if n < soft else "failed") for n in range(3)]
    return a_verdict(results, error_class="assertion", **values)


def test_no_attempt_has_no_best():
    assert best_attempt([], Judgement()) is None


def test_a_pass_beats_everything():
    assert best(verdict_with(3, 3), PASS, verdict_with(3, 3)) == 2


def test_hard_tests_weigh_more_than_soft_ones():
    assert best(verdict_with(0, 3), verdict_with(1, 0), verdict_with(0, 3)) == 2


def test_soft_tests_weigh_more_than_security():
    assert best(verdict_with(1, 1), verdict_with(1, 2, security=[HIGH])) == 2


def test_security_weighs_more_than_lint_and_lint_more_than_quality():
    assert best(verdict_with(1, 1, security=[HIGH]), verdict_with(1, 1, lint=[LINT])) == 2
    low = verdict_with(1, 1).model_copy(update={"quality_score": 1.0})
    assert best(verdict_with(1, 1, lint=[LINT]), low) == 2


def test_quality_decides_then_the_earlier():
    low = verdict_with(1, 1).model_copy(update={"quality_score": 1.0})
    assert best(low, verdict_with(1, 1)) == 2
    assert best(low, low) == 1


def test_what_was_not_judged_comes_last():
    assert best(None, verdict_with(0, 0)) == 2
    assert best(NOT_JUDGED, verdict_with(0, 0)) == 2
    assert best(None) == 1


def test_the_mutation_score_weighs_more_than_quality():
    low = verdict_with(1, 1).model_copy(update={"quality_score": 1.0})
    first, second = attempts(verdict_with(1, 1), low)
    second = second.model_copy(update={"mutation_score": 0.9})
    assert best_attempt([first, second], Judgement()) is second


def test_what_is_believed_is_delivered_whatever_else_passes():
    first, second = attempts(low_pass := PASS.model_copy(update={"quality_score": 1.0}), PASS)
    assert low_pass is first.verdict
    assert best_attempt([first, second], Judgement()) is second
    assert best_attempt([first, second], Judgement(believed=1)) is first
