from jupyter_coding_agent.agents.summaries import (
    in_words,
    of_data,
    of_lint,
    of_security,
    of_tests,
    signal_events,
)
from jupyter_coding_agent.runner.models import DataFinding, LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import (
    DataSignal,
    LintSignal,
    SecuritySignal,
    Signals,
    TestsSignal,
    Verdict,
)
from tests.agents.fakes import HALF, NOT_JUDGED, result


def lint(severity: str) -> LintFinding:
    return LintFinding(path="solution.py", line=1, code="X1", severity=severity, message="m")


def security(severity: str) -> SecurityFinding:
    return SecurityFinding(
        path="solution.py", line=1, severity=severity, confidence="high", type="B1", message="m"
    )


def test_a_failing_verdict_in_words():
    assert list(signal_events(HALF)) == [
        {"signal": "tests", "passed": False, "summary": "1 of 2 tests passed, 100 % covered"},
        {"signal": "lint", "passed": True, "summary": "no findings"},
        {"signal": "security", "passed": True, "summary": "no findings"},
    ]
    assert (
        in_words(HALF)
        == "tests: 1 of 2 tests passed, 100 % covered; lint: no findings; security: no findings"
    )


def test_signals_that_were_not_asked_for_are_not_spoken_of():
    assert list(signal_events(NOT_JUDGED)) == []
    only = Verdict(status="passed", signals=Signals(lint=LintSignal(passed=True)))
    assert in_words(only) == "lint: no findings"


def test_warnings_about_data_are_told_with_the_first():
    rows = DataFinding(kind="row_count", message="merge turned 3 rows into 5", path="solution.py", line=4)
    verdict = Verdict(status="passed", signals=Signals(data=DataSignal(passed=False, findings=[rows])))
    summary = "1 warning, line 4: merge turned 3 rows into 5"
    assert list(signal_events(verdict)) == [{"signal": "data", "passed": False, "summary": summary}]
    assert of_data(DataSignal(passed=False, findings=[rows, rows])).startswith(
        "2 warnings, first line 4: merge"
    )
    assert of_data(DataSignal(passed=True)) == "no warnings"


def test_tests_that_say_nothing_have_a_reason():
    assert (
        of_tests(TestsSignal(passed=False, reason="It ended early."))
        == "0 of 0 tests passed. It ended early."
    )
    judged = TestsSignal(passed=True, results=[result("a"), result("b", "not_judged")])
    assert of_tests(judged) == "1 of 2 tests passed, 1 not judged"


def test_findings_are_counted():
    assert (
        of_lint(LintSignal(passed=False, findings=[lint("error"), lint("warning")]))
        == "2 findings, 1 blocking"
    )
    assert of_lint(LintSignal(passed=True, findings=[lint("warning")])) == "1 finding"
    found = [security("medium"), security("high"), security("medium")]
    assert of_security(SecuritySignal(passed=False, findings=found)) == "1 high, 2 medium"
