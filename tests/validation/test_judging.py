"""What the host makes of a run's reports: forged, cut short, skipped, never collected, and hard examples."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.runner.models import (
    TestReport,
)
from jupyter_coding_agent.validation.models import Example, ValidationRequest
from tests.fakes import FakeRunner, ended, honest_run
from tests.validation.test_service import ANALYSIS, CODE, request, validator


def all_passed(run):
    return run.model_copy(
        update={
            "reports": [
                report.model_copy(update={"outcome": "passed", "message": ""}) for report in run.reports
            ]
        }
    )


def failures_skipped(run):
    return run.model_copy(
        update={
            "reports": [
                report.model_copy(
                    update={"outcome": "skipped" if report.outcome == "failed" else report.outcome}
                )
                for report in run.reports
            ]
        }
    )


def doubled(run):
    return run.model_copy(update={"reports": [*run.reports, run.reports[0]]})


def invented(run):
    extra = TestReport(id="test_solution.py::test_of_mine", outcome="passed")
    return run.model_copy(update={"reports": [*run.reports, extra]})


def foreign(run):
    extra = TestReport(id="elsewhere.py::test_of_mine", outcome="passed")
    return run.model_copy(update={"reports": [*run.reports, extra]})


def only_users(run):
    users = [report for report in run.reports if "test_adds_" in report.id]
    return run.model_copy(update={"reports": [r for r in users if r.id.count("_") <= 3][:3]})


def without_one(run):
    return run.model_copy(
        update={"reports": [report for report in run.reports if not report.id.endswith("test_adds_words")]}
    )


def nothing(run):
    return run.model_copy(update={"reports": []})


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("attack", "error_class"),
    [
        (all_passed, "tampering"),
        (failures_skipped, "tampering"),
        (doubled, "tampering"),
        (invented, "tampering"),
        (foreign, "tampering"),
        (without_one, "tampering"),
        (nothing, "early_exit"),
    ],
)
async def test_altered_reports_never_pass(attack, error_class, seed):
    verdict = await validator(FakeRunner(altered=attack, analysis=ANALYSIS), seed).validate(request())
    assert verdict.status == "failed"
    assert verdict.error_class == error_class
    assert len(verdict.explanation) > 20
    assert not verdict.signals.tests.passed


async def test_only_the_users_reports_are_not_enough():
    runner = FakeRunner(altered=only_users, analysis=ANALYSIS)
    verdict = await validator(runner).validate(request())
    assert verdict.status == "failed"


async def test_no_sentence_names_a_sentinel():
    for attack in (all_passed, failures_skipped, nothing, doubled):
        runner = FakeRunner(altered=attack, analysis=ANALYSIS)
        verdict = await validator(runner).validate(request())
        known = {"test_adds_numbers", "test_adds_words", "test_adds_lists"}
        planted = {
            report.id.rpartition("::")[2] for report in honest_run(runner.test_jobs[0]).reports
        } - known
        text = verdict.model_dump_json()
        assert not [name for name in planted if f"{name} " in text or f'{name}"' in text]


@pytest.mark.parametrize(
    ("run", "error_class", "words"),
    [
        (ended("timeout", None), "timeout", "longer than 7 s"),
        (ended("died", 0), "early_exit", "ended the process with status 0"),
        (ended("died", -11), "early_exit", "killed by signal 11"),
        (ended("memory_limit"), "memory", "memory"),
        (ended("output_limit"), "output", "printed"),
    ],
)
async def test_runs_that_were_cut_short_say_why(run, error_class, words):
    verdict = await validator(FakeRunner(run=lambda job: run)).validate(request(timeout_seconds=7))
    assert (verdict.status, verdict.error_class) == ("failed", error_class)
    assert words in verdict.explanation
    assert "test_adds_numbers" in verdict.explanation


async def test_a_death_after_every_report_is_still_no_pass():
    def died(job):
        return honest_run(job).model_copy(update={"exit": ended("died", 0).exit})

    verdict = await validator(FakeRunner(run=died)).validate(request())
    assert (verdict.status, verdict.error_class) == ("failed", "early_exit")


async def test_forged_runs_do_not_count_as_run():
    verdict = await validator(FakeRunner(altered=all_passed)).validate(request("x = 1", None))
    assert (verdict.status, verdict.error_class) == ("failed", "tampering")


async def test_hard_examples_are_compared_on_the_host():
    examples = [Example(call="add(2, 3)", expected="5"), Example(call="add(0.1, 0.2)", expected="0.3")]
    runner = FakeRunner(analysis=ANALYSIS)
    verdict = await validator(runner).validate(request(tests=None, examples=examples))
    assert verdict.status == "passed", verdict.explanation
    results = verdict.signals.tests.results
    assert [(result.kind, result.expected, result.actual) for result in results] == [
        ("hard", "5", "5"),
        ("hard", "0.3", "0.30000000000000004"),
    ]
    sent = b"".join(runner.test_jobs[0].tests.values())
    assert b"answer(add(2, 3))" in sent and b"0.3" not in sent


async def test_a_wrong_answer_says_what_was_expected():
    examples = [Example(call="add(2, 3)", expected="6")]
    verdict = await validator().validate(request(tests=None, examples=examples))
    assert verdict.error_class == "assertion"
    assert "add(2, 3) should be 6, but is 5." in verdict.explanation


async def test_an_example_that_reports_passed_without_an_answer_fails():
    def silent(run):
        return run.model_copy(update={"reports": [r.model_copy(update={"answers": []}) for r in run.reports]})

    verdict = await validator(FakeRunner(altered=silent)).validate(
        request(tests=None, examples=[Example(call="add(2, 3)", expected="5")])
    )
    assert verdict.status == "failed" and "no answer" in verdict.explanation


@pytest.mark.parametrize(
    ("code", "call", "expected"),
    [
        ("total = 2 + 3\n", "total * 2", "10"),
        ("LIMIT: int = 3\n\n\ndef double(n):\n    return 2 * n\n", "double(LIMIT)", "6"),
        ("import math as m\n\n\ndef one():\n    return 1\n", "m.floor(one() + 0.5)", "1"),
        ("for size in range(3):\n    pass\n", "size + len('ab')", "4"),
        ("if True:\n    hidden = 7\n", "hidden", "7"),
    ],
)
async def test_examples_may_use_whatever_the_code_defines(code, call, expected):
    verdict = await validator().validate(
        request(code, None, examples=[Example(call=call, expected=expected)])
    )
    assert verdict.status == "passed", verdict.explanation


SKIPPING = """import pytest


@pytest.mark.skip(reason='later')
def test_later():
    assert 0


def test_now():
    assert 1
"""


def skipped_later(run):
    return run.model_copy(
        update={
            "reports": [
                r.model_copy(update={"outcome": "skipped", "message": "later"})
                if r.id.endswith("_later")
                else r
                for r in run.reports
            ]
        }
    )


async def test_a_users_own_skip_is_not_judged_a_generated_one_fails():
    runner = FakeRunner(altered=skipped_later, analysis=ANALYSIS)
    verdict = await validator(runner, cache_size=0, seed=2).validate(request(tests=SKIPPING))
    assert verdict.status == "passed", verdict.explanation
    assert {r.id.rpartition("::")[2]: r.outcome for r in verdict.signals.tests.results} == {
        "test_later": "not_judged",
        "test_now": "passed",
    }
    assert "1 test not judged" in verdict.explanation
    generated = await validator(runner, cache_size=0, seed=2).validate(
        request(tests=SKIPPING), generated=True
    )
    assert generated.status == "failed" and "may not skip" in generated.explanation


async def test_a_skip_that_no_test_asked_for_fails():
    def skipping(run):
        return run.model_copy(
            update={
                "reports": [
                    r.model_copy(update={"outcome": "skipped"}) if r.id.endswith("adds_words") else r
                    for r in run.reports
                ]
            }
        )

    verdict = await validator(FakeRunner(altered=skipping)).validate(request())
    assert verdict.status == "failed" and "Nothing in the tests skips it" in verdict.explanation


async def test_nothing_but_skips_proves_nothing():
    tests = "import pytest\n\n\n@pytest.mark.skip\ndef test_later():\n    assert 0\n"
    verdict = await validator(FakeRunner(altered=skipped_later), seed=1).validate(request(tests=tests))
    assert verdict.status == "failed" and "Every test was skipped" in verdict.explanation


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ({"test_a.py": "def test_a(:\n"}, "syntax error in line 1"),
        ({"test_a.py": "x = 1\n"}, "holds no test"),
        ({"data.csv": "1,2"}, "None of the files given as tests"),
        ({"conftest.py": ""}, "None of the files given as tests"),
    ],
)
async def test_tests_that_are_none_fail_with_a_sentence(tests, words):
    verdict = await validator().validate(ValidationRequest(files={"solution.py": CODE}, tests=tests))
    assert verdict.status == "failed" and verdict.error_class == "collection"
    assert words in verdict.explanation


@pytest.mark.parametrize(
    ("text", "error_class", "words"),
    [
        (
            "test_solution.py: error\nE   ModuleNotFoundError: No module named 'sklearn'",
            "missing_package",
            "scikit-learn",
        ),
        (
            "test_solution.py: error\nE   ModuleNotFoundError: No module named 'solution.x'",
            "import",
            "solution.x",
        ),
        (
            "test_solution.py: error\nE   ModuleNotFoundError: No module named 'distutils'",
            "import",
            "distutils",
        ),
        (
            "test_solution.py: error\nE   ImportError: cannot import name 'sub'",
            "import",
            "cannot import name 'sub'",
        ),
        ("test_solution.py: error\nE     File 'x'\nE   SyntaxError: invalid syntax", "syntax", "SyntaxError"),
        ("test_solution.py: error\nE   NameError: name 'x' is not defined", "exception", "NameError"),
    ],
)
async def test_collection_errors_are_classified(text, error_class, words):
    def broken(run):
        return run.model_copy(update={"collection_errors": [text], "reports": []})

    verdict = await validator(FakeRunner(altered=broken)).validate(request())
    assert (verdict.status, verdict.error_class) == ("failed", error_class), verdict.explanation
    assert words in verdict.explanation
