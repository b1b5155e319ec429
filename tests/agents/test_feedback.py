from jupyter_coding_agent.agents.classify import why
from jupyter_coding_agent.agents.feedback import BUDGET, MAX_FAILURES, Feedback, build_feedback
from jupyter_coding_agent.agents.models import Attempt
from jupyter_coding_agent.runner.models import LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import Verdict
from tests.agents.fakes import FAIL, TESTS, WRONG, a_verdict, result


def an_attempt(verdict: Verdict | None, number: int = 2, **values) -> Attempt:
    given = {"diff": "--- a/solution.py\n+++ b/solution.py\n-old\n+new\n", "files": {"solution.py": WRONG}}
    judged = {"error_class": verdict and verdict.error_class, "error_message": verdict and why(verdict)}
    return Attempt(number=number, verdict=verdict, started_at="", finished_at="", **(given | judged | values))


def titles(feedback: Feedback) -> list[str]:
    return [section.title for section in feedback.sections]


def text_of(feedback: Feedback, title: str) -> str:
    return next(section.text for section in feedback.sections if section.title == title)


def build(verdict: Verdict, **values) -> Feedback:
    return build_feedback(an_attempt(verdict), {"test_solution.py": TESTS}, **values)


def test_a_failing_test_comes_with_all_that_is_known_of_it():
    failing = result(
        "test_small",
        "failed",
        message="AssertionError: assert -1 == 5",
        expected="5",
        actual="-1",
        traceback="test_solution.py:5: AssertionError",
        locals={"a": "2", "b": "3"},
    )
    text = text_of(build(a_verdict([failing], error_class="assertion")), "failing test 1")
    assert text.split("\n") == [
        "test_solution.py::test_small",
        "expected: 5",
        "actual:   -1",
        "message:  AssertionError: assert -1 == 5",
        "source of the test:",
        "def test_small():",
        "    assert add(2, 3) == 5",
        "traceback:",
        "test_solution.py:5: AssertionError",
        "names where it failed:",
        "  a = 2",
        "  b = 3",
    ]


def test_class_meaning_and_diff_are_told():
    feedback = build(FAIL)
    assert feedback.attempt == 2
    assert feedback.meaning == "A test found a wrong result."
    assert titles(feedback) == [
        "what went wrong",
        "failing test 1",
        "failing test 2",
        "what the last attempt changed",
    ]


def test_the_first_attempt_has_no_change_to_show():
    feedback = build_feedback(an_attempt(FAIL, number=1), {})
    assert "what the last attempt changed" not in titles(feedback)


def test_parameters_are_no_part_of_a_test_s_name():
    verdict = a_verdict([result("test_small[2-3]", "failed")], error_class="assertion")
    assert "source of the test:" in text_of(build(verdict), "failing test 1")


def test_hard_tests_come_first_and_equal_failures_are_one():
    same = "NameError: name 'x' is not defined"
    results = [result(f"test_{n}", "failed", message=same) for n in range(3)]
    results.append(result("example_1", "failed", kind="hard", message="wrong", expected="5", actual="4"))
    feedback = build(a_verdict(results, error_class="exception"))
    assert text_of(feedback, "failing test 1").startswith(
        "test_solution.py::example_1 (the user's own example)"
    )
    assert "the same in: test_solution.py::test_1, test_solution.py::test_2" in text_of(
        feedback, "failing test 2"
    )
    assert "failing test 3" not in titles(feedback)


def test_only_so_many_failures_are_shown_whole():
    results = [result(f"test_{n}", "failed", message=f"assert {n}") for n in range(MAX_FAILURES + 3)]
    feedback = build(a_verdict(results, error_class="assertion"))
    assert sum(title.startswith("failing test") for title in titles(feedback)) == MAX_FAILURES
    assert text_of(feedback, "further failing tests").count("\n") == 2


def test_findings_come_with_their_line_and_blocking_ones_first():
    lint = [
        LintFinding(path="solution.py", line=1, code="F821", severity="error", message="undefined name"),
        LintFinding(path="solution.py", line=99, code="W291", severity="warning", message="trailing space"),
    ]
    security = [
        SecurityFinding(
            path="solution.py", line=2, severity="high", confidence="high", type="B602", message="shell",
            fix_suggestion="Use a list.",
        )
    ]  # fmt: skip
    feedback = build(a_verdict(lint=lint, security=security, error_class="lint"))
    assert text_of(feedback, "findings that must go").split("\n") == [
        "solution.py:1: F821 undefined name",
        "    def add(a, b):",
        "solution.py:2: B602 shell Suggested: Use a list.",
        "    return a - b",
    ]
    assert text_of(feedback, "findings that cost quality") == "solution.py:99: W291 trailing space"


def test_output_shows_its_end():
    verdict = a_verdict(error_class="timeout", stdout="x" * 5000 + "the end", stderr="oops")
    feedback = build(verdict)
    assert text_of(feedback, "end of stdout").endswith("the end")
    assert len(text_of(feedback, "end of stdout")) <= 1500
    assert text_of(feedback, "end of stderr") == "oops"


def test_the_budget_holds_and_keeps_the_most_useful():
    results = [
        result(f"test_{n}", "failed", message=f"assert {n} " + "m" * 5000, traceback="t" * 50_000)
        for n in range(10)
    ]
    verdict = a_verdict(results, error_class="assertion", stdout="s" * 100_000, stderr="e" * 100_000)
    feedback = build_feedback(an_attempt(verdict, diff="d" * 100_000), {"test_solution.py": TESTS})
    assert sum(len(section.text) for section in feedback.sections) <= BUDGET
    assert titles(feedback)[:2] == ["what went wrong", "failing test 1"]
    assert "Left out for length: end of stdout." in feedback.left_out


def test_a_small_budget_leaves_out_and_says_so():
    feedback = build(FAIL, budget=300)
    assert titles(feedback)[0] == "what went wrong"
    assert feedback.left_out


def test_a_repetition_is_told():
    assert "repeated code" in build(FAIL, unchanged=True).advice
    assert "repeated code" not in build(FAIL).advice


def test_an_attempt_without_verdict_has_little_to_tell():
    assert titles(build_feedback(an_attempt(None, error_message="Gone."), {})) == ["what went wrong"]
