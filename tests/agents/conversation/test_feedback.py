import re

import pytest

from jupyter_coding_agent.agents.classify import why
from jupyter_coding_agent.agents.conversation.feedback import (
    BUDGET_TOKENS,
    MAX_FAILURES,
    Feedback,
    build_feedback,
    what_went_wrong,
)
from jupyter_coding_agent.agents.conversation.fencing import tokens
from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.agents.models import Attempt
from jupyter_coding_agent.runner.models import DataFinding, LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import DataSignal, Verdict
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
    assert sum(tokens(section.text) for section in feedback.sections) <= BUDGET_TOKENS
    assert titles(feedback)[:2] == ["what went wrong", "failing test 1"]
    assert "Left out for length: end of stdout." in feedback.left_out


def test_a_small_budget_leaves_out_and_says_so():
    feedback = build(FAIL, budget_tokens=100)
    assert titles(feedback)[0] == "what went wrong"
    assert feedback.left_out


def test_a_repetition_is_told():
    assert "repeated code" in build(FAIL, unchanged=True).advice
    assert "repeated code" not in build(FAIL).advice


def test_an_attempt_without_verdict_has_little_to_tell():
    assert titles(build_feedback(an_attempt(None, error_message="Gone."), {})) == ["what went wrong"]


def test_what_a_soft_test_expected_is_read_where_it_shows():
    failing = result(
        "test_small",
        "failed",
        message="AssertionError: assert -1 == 5 (where -1 = add(2, 3))",
        traceback="test_solution.py:5: in test_small\n    assert add(2, 3) == 5",
    )
    text = text_of(build(a_verdict([failing], error_class="assertion")), "failing test 1")
    assert "expected: 5\nactual:   -1\n" in text


def test_silent_failures_come_with_their_line():
    findings = [
        DataFinding(kind="row_count", message="merge made 6 rows of 3", path="solution.py", line=2),
        DataFinding(kind="empty_plot", message="a figure has no data"),
    ]
    verdict = a_verdict(error_class="lint")
    verdict.signals.data = DataSignal(passed=False, findings=findings)
    assert text_of(build(verdict), "what may go wrong silently with the data").split("\n") == [
        "solution.py:2: row_count merge made 6 rows of 3",
        "    return a - b",
        "empty_plot a figure has no data",
    ]


SUITE = """\
from solution import add

SECRETS = [(1717, "mauve-walrus")]


def test_shown():
    assert add(2, 3) == 5


def test_lurking():
    # the quiet heron
    assert add(4141, 1) == 8642
    assert add("copper-gecko", "") == "copper-gecko"


@pytest.mark.parametrize(("a", "b"), SECRETS)
def test_rows(a, b):
    assert add(a, 0) == b


def test_doubtful():
    assert add(9393, 0) == "olive-stoat"
"""
HIDDEN = ["test_solution.py::test_lurking", "test_solution.py::test_rows"]
SECRETS = [
    "lurking", "test_rows", "doubtful", "4141", "8642", "copper-gecko", "1717", "mauve-walrus", "9393",
    "olive-stoat", "quiet heron", "SECRETS", "31337", "amber-otter",
]  # fmt: skip
LEAK = "8642 31337 amber-otter copper-gecko mauve-walrus"
SHOWN = result("test_shown", "failed", message="AssertionError: assert -1 == 5", locals={"x": "-1"})


def lurking(name: str = "test_lurking", outcome: str = "failed", **values):
    """A secret test's result in which everything tells of it."""
    told = {
        "message": f"AssertionError: {LEAK}",
        "traceback": f"test_solution.py:12: in {name}\n    assert add(4141, 1) == 8642\nE   {LEAK}",
        "locals": {"secret": LEAK},
        "expected": LEAK,
        "actual": LEAK,
    }
    return result(name, outcome, **(told | values))


def everything(attempt: Attempt, hidden=tuple(HIDDEN)) -> str:
    """The whole prompt that a repair gets, and the one that a fresh start gets."""
    tests = {"test_solution.py": SUITE}
    feedback = build_feedback(attempt, tests, hidden=hidden, unchanged=True)
    context = {"prompt": "Write add.", "examples": [], "kernel_python": None, "variables": "", "cells": []}
    prompts = Prompts()
    context["language"] = prompts.language("python")
    repair = prompts.render(
        "repair", feedback=feedback, files=attempt.files, requirements=[], unseen=True, **context
    )
    wrong = what_went_wrong([attempt], tests, hidden=hidden)
    text = repair + prompts.render("fresh", wrong=wrong, tests={}, unseen=True, **context)
    return re.sub(r"data-[0-9a-f]{12}", "data", text)  # digits of chance


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_the_attack_would_show_in_what_is_looked_at():
    text = everything(an_attempt(a_verdict([lurking()], error_class="assertion")), hidden=())
    assert {"lurking", "4141", "8642", "copper-gecko", "amber-otter"} <= set(leaks(text))


QUARANTINED = lurking("test_doubtful", "quarantined")
ATTACKS = {
    "beside a shown one": [SHOWN, lurking(), lurking("test_rows[1717-mauve-walrus]")],
    "alone": [result("test_shown"), lurking()],
    "with the same message": [
        result("test_shown", "failed", message="NameError: name 'x' is not defined"),
        lurking(message="NameError: name 'x' is not defined"),
    ],
    "first of the same message": [
        lurking(message="NameError: name 'x' is not defined"),
        result("test_shown", "failed", message="NameError: name 'x' is not defined"),
    ],
    "quarantined": [SHOWN, QUARANTINED],
    "an unknown test": [SHOWN, lurking("TestOther::test_lurking")],
    "among many": [*(lurking(f"test_lurking[{n}]", message=f"{LEAK} {n}") for n in range(20)), SHOWN],
    "called by a shown one": [
        result("test_shown", "failed", message="m", traceback=lurking().traceback.partition("E ")[0])
    ],
    "passing": [SHOWN, lurking(outcome="passed")],
    "not judged": [SHOWN, lurking(outcome="not_judged")],
}  # fmt: skip
CLASSES = ["assertion", "exception", "timeout", "early_exit", "gaming", "collection", "import", "lint"]


@pytest.mark.parametrize("error_class", CLASSES)
@pytest.mark.parametrize("results", ATTACKS.values(), ids=ATTACKS.keys())
def test_nothing_of_a_hidden_test_reaches_whoever_repairs(results, error_class: str):
    verdict = a_verdict(
        results,
        error_class=error_class,
        stdout=f"running test_lurking\n{LEAK}\n",
        stderr=f"{LEAK} 4141\n",
        explanation="Ended during test_solution.py::test_lurking: 8642.",
        reason="test_rows never reported: 1717.",
        lint=[
            LintFinding(path="test_solution.py", line=3, code="F841", severity="warning", message="test_rows")
        ],
    )
    verdict.signals.data = DataSignal(
        passed=False,
        findings=[
            DataFinding(kind="row_count", message="4141 rows became 1"),
            DataFinding(kind="leakage", message="add", path="test_solution.py", line=12),
        ],
    )
    diff = (
        "--- a/solution.py\n+++ b/solution.py\n-old\n+new\n"
        "--- a/test_solution.py\n+++ b/test_solution.py\n-    assert add(4141, 1) == 8642\n+copper-gecko\n"
    )
    text = everything(an_attempt(verdict, diff=diff))
    assert leaks(text) == []
    assert "leakage" not in text
    assert "+new" in text


@pytest.mark.parametrize(
    "message",
    [
        "test_lurking: assert 8641 == 8642",
        "The model gave the code of attempt 1 again. test_lurking: 8642",
        "add('copper-gecko') is a special case.\nSo is 1717.\nIt must go.",
        "E       assert add(4141, 1) == 8642",
        "<bound method X.test_lurking of 1>",
    ],
)
def test_an_error_message_does_not_tell(message: str):
    verdict = a_verdict([SHOWN, lurking()], error_class="gaming")
    text = everything(an_attempt(verdict, error_message=message))
    assert leaks(text) == []
    assert ("It must go." in text) == ("It must go." in message)


@pytest.mark.parametrize("error_class", ["assertion", "exception"])
def test_what_came_out_of_a_hidden_test_is_not_told_even_without_its_name(error_class: str):
    verdict = a_verdict([SHOWN, lurking()], error_class=error_class)
    assert "teal-lynx" not in everything(an_attempt(verdict, error_message="assert 'teal-lynx' == 8"))


def test_an_error_message_does_not_tell_of_a_quarantined_test():
    verdict = a_verdict([SHOWN, QUARANTINED], error_class="lint")
    text = everything(an_attempt(verdict, error_message="test_doubtful: no\n9393\nIt must go."), hidden=())
    assert "It must go." in text
    assert "doubtful" not in text
    assert "9393" not in text


def test_results_that_are_called_hidden_are_hidden():
    verdict = a_verdict([SHOWN, lurking(hidden=True)], error_class="assertion")
    text = everything(an_attempt(verdict), hidden=())
    assert "amber-otter" not in text
    assert "test_lurking" not in text


def unseen(*results) -> Feedback:
    attempt = an_attempt(a_verdict(results, error_class="assertion"))
    return build_feedback(attempt, {"test_solution.py": SUITE}, hidden=HIDDEN)


def test_how_many_hidden_tests_fail_is_told():
    assert unseen(SHOWN, lurking()).unseen == (
        "1 further test that is not shown fails as well: solve the request for every input."
    )
    assert unseen(SHOWN, lurking(), lurking("test_rows[1]")).unseen.startswith("2 further tests that are not")
    assert unseen(SHOWN, QUARANTINED).unseen == ""
    assert unseen(SHOWN).unseen == ""


def test_only_hidden_tests_fail():
    feedback = unseen(result("test_shown"), lurking())
    assert feedback.unseen.startswith(
        "Every test that is shown passes, but 1 further test that is not shown fails"
    )
    assert feedback.meaning == "It is wrong for inputs that you were not shown."
    assert titles(feedback) == ["what the last attempt changed"]


def test_hard_and_user_tests_are_always_shown():
    hard = result("test_example_1", "failed", kind="hard", message="add(1, 1) should be 2")
    feedback = unseen(hard, lurking())
    assert "test_example_1" in text_of(feedback, "failing test 1")


def test_output_is_shown_only_where_no_hidden_test_can_have_written_it():
    verdict = a_verdict([SHOWN], error_class="assertion", stdout="printed")
    assert "end of stdout" in titles(build(verdict))
    assert "end of stdout" not in titles(build(verdict, hidden=["test_solution.py::test_negative"]))


def test_what_went_wrong_is_short_and_says_each_thing_once():
    attempts = [
        an_attempt(a_verdict([SHOWN, lurking()], error_class="assertion")),
        an_attempt(a_verdict([SHOWN], error_class="assertion")),
        an_attempt(a_verdict(error_class="timeout")),
        an_attempt(None, error_message="Gone."),
    ]
    assert what_went_wrong(attempts, {"test_solution.py": SUITE}, hidden=HIDDEN) == [
        "test_shown: AssertionError: assert -1 == 5",
        "A test that is not shown failed.",
        "It did not end in time.",
        "It did not pass.",
    ]
