import pytest

from jupyter_coding_agent.agents.signature import failure_signature, normalized
from jupyter_coding_agent.runner.models import LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import Verdict
from tests.agents.fakes import a_verdict, result


def failing(message: str, *names: str, error_class="assertion") -> Verdict:
    return a_verdict(
        [result(name, "failed", message=message) for name in names or ("test_a",)], error_class=error_class
    )


SAME = {
    "numbers": ("assert 3 == 5", "assert -4.5e3 == 12"),
    "addresses": ("<solution.A object at 0x7f3a1c>", "<solution.A object at 0x10Bdef>"),
    "paths": ("can't open /tmp/job1/data.csv:12", "can't open /var/x-9/a/b.csv"),
    "windows paths": ("can't open C:\\job1\\data.csv", "can't open D:\\x\\y.csv"),
    "durations": ("took 12.5 s and more", "took 900 ms and more"),
    "long quotations": (f"KeyError: '{'a' * 30}'", f"KeyError: '{'b' * 90}'"),
    "blanks": ("two  words\n", "two words"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_what_differs_from_run_to_run_does_not_count(one: str, other: str):
    assert failure_signature(failing(one)) == failure_signature(failing(other))


DIFFERENT = {
    "exception": ("KeyError: 'a'", "ValueError: 'a'"),
    "short quotation": ("KeyError: 'city'", "KeyError: 'town'"),
    "operator": ("assert 3 == 5", "assert 3 < 5"),
    "name with a digit": ("name 'x1' is not defined", "name 'x2' is not defined"),
    "past a long text": ("x" * 3000, "y" * 3000),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_another_message_is_another_failure(one: str, other: str):
    assert failure_signature(failing(one)) != failure_signature(failing(other))


def test_the_class_and_the_tests_count():
    assert failure_signature(failing("m")) != failure_signature(failing("m", error_class="exception"))
    assert failure_signature(failing("m")) != failure_signature(failing("m", "test_a", "test_b"))
    assert failure_signature(failing("m", "test_a", "test_b")) == failure_signature(
        failing("m", "test_b", "test_a")
    )


def test_only_what_failed_counts():
    quarantined = result("test_q", "quarantined", message="wrong")
    failed = result("test_a", "failed", message="m")
    assert failure_signature(a_verdict([failed, quarantined], error_class="assertion")) == failure_signature(
        failing("m")
    )


def test_without_failing_tests_findings_and_the_explanation_count():
    def lint(code: str) -> Verdict:
        return a_verdict(
            lint=[LintFinding(path="solution.py", line=3, code=code, severity="error", message="undefined")],
            error_class="lint",
        )

    def security(kind: str) -> Verdict:
        finding = SecurityFinding(
            path="s.py", line=1, severity="high", confidence="high", type=kind, message="m", fix_suggestion=""
        )
        return a_verdict(security=[finding], error_class="security")

    assert failure_signature(lint("F821")) != failure_signature(lint("F822"))
    assert failure_signature(security("B602")) != failure_signature(security("B307"))
    took = a_verdict(error_class="timeout", explanation="The run took longer than 5 s and was ended.")
    took_again = a_verdict(error_class="timeout", explanation="The run took longer than 12 s and was ended.")
    died = a_verdict(error_class="timeout", explanation="The run died.")
    assert failure_signature(took) == failure_signature(took_again) != failure_signature(died)


def test_it_stays_short_and_tells_long_ones_apart():
    names = [f"test_{'x' * 40}_{n}" for n in range(100)]
    one, other = failure_signature(failing("m", *names)), failure_signature(failing("m", *names[:-1]))
    assert len(one) <= 1_000
    assert one != other


@pytest.mark.parametrize("piece", ["a", "/", "a/", "'", "1", ".", "-", "\\", " "])
def test_only_the_beginning_of_a_long_message_is_normalized(piece: str):
    """Paths take the square of what is read."""
    assert normalized(piece * 1_000_000) == normalized(piece * 2_000)
