"""Verdicts over a runner that is honest in the small, and over what attackers make of its reports."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, PackageNotAllowed, RunnerUnavailable, TimedOut
from jupyter_coding_agent.runner.models import (
    Analysis,
    EffectEvent,
    LintFinding,
    SecurityFinding,
)
from jupyter_coding_agent.validation.models import Example, ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner, ended

CODE = "def add(a, b):\n    return a + b\n"
TESTS = """from solution import add


def test_adds_numbers():
    assert add(2, 3) == 5


def test_adds_words():
    assert add("ab", "cd") == "abcd"


def test_adds_lists():
    assert add([1], [2]) == [1, 2]
"""
ANALYSIS = Analysis(statements={"solution.py": [1, 2]}, imports=["os"])


def request(code: str = CODE, tests: str | None = TESTS, **fields) -> ValidationRequest:
    own = {"test_solution.py": tests} if tests is not None else {}
    return ValidationRequest(files={"solution.py": code}, tests=own, **fields)


def validator(runner: FakeRunner | None = None, seed: int = 0, **settings) -> Validator:
    return Validator(
        runner or FakeRunner(analysis=ANALYSIS), ValidationSettings(**settings), random=Random(seed)
    )


@pytest.mark.parametrize("seed", range(20))
async def test_honest_code_passes_and_sees_only_its_own_tests(seed):
    verdict = await validator(seed=seed).validate(request())
    assert verdict.status == "passed", verdict.explanation
    assert [result.id for result in verdict.signals.tests.results] == [
        f"test_solution.py::test_adds_{name}" for name in ("numbers", "words", "lists")
    ]
    assert verdict.explanation.startswith("3 tests passed")
    assert verdict.error_class is None


async def test_a_failing_test_fails_for_its_reason():
    verdict = await validator().validate(request("def add(a, b):\n    return a - b if a == 2 else a + b\n"))
    assert (verdict.status, verdict.error_class) == ("failed", "assertion")
    outcomes = {result.id: result.outcome for result in verdict.signals.tests.results}
    assert list(outcomes.values()) == ["failed", "passed", "passed"]
    assert "test_adds_numbers failed: AssertionError" in verdict.explanation


@pytest.mark.parametrize("reason", ["infrastructure", "cancelled"])
async def test_infrastructure_is_never_a_verdict(reason):
    with pytest.raises(RunnerUnavailable):
        await validator(FakeRunner(run=lambda job: ended(reason))).validate(request())


@pytest.mark.parametrize("error", [RunnerUnavailable("No engine."), TimedOut("Too slow.")])
async def test_the_runners_errors_surface_as_they_are(error):
    with pytest.raises(type(error), match=error.message):
        await validator(FakeRunner(error=error)).validate(request())


async def test_cancelling_cancels_the_run():
    started = asyncio.Event()

    class Hanging(FakeRunner):
        cancelled = False

        async def run_tests(self, job):
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise

    runner = Hanging()
    task = asyncio.create_task(validator(runner).validate(request()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runner.cancelled


async def test_one_failing_signal_hides_no_other():
    analysis = Analysis(
        lint=[
            LintFinding(
                path="solution.py", line=2, code="F821", severity="warning", message="undefined name 'x'"
            ),
            LintFinding(path="solution.py", line=1, code="E302", severity="error", message="blank lines"),
        ],
        security=[
            SecurityFinding(
                path="solution.py", line=2, severity="high", confidence="high", type="B602", message="shell"
            )
        ],
        statements={"solution.py": [1, 2]},
    )
    runner = FakeRunner(analysis=analysis)
    verdict = await validator(runner).validate(request("def add(a, b):\n    return 0\n"))
    signals = verdict.signals
    assert not signals.tests.passed and not signals.lint.passed and not signals.security.passed
    assert [finding.severity for finding in signals.lint.findings] == ["error", "warning"]
    assert verdict.error_class == "assertion"
    for words in ("test_adds_numbers", "F821", "B602"):
        assert words in verdict.explanation
    assert signals.security.risk_score == 8.0


async def test_high_severity_blocks_only_where_it_is_set_to():
    finding = SecurityFinding(
        path="solution.py", line=2, severity="high", confidence="low", type="B602", message="shell"
    )
    runner = FakeRunner(analysis=Analysis(security=[finding]))
    assert (await validator(runner).validate(request())).error_class == "security"
    assert (await validator(runner, block_high_severity=False).validate(request())).status == "passed"
    off = await validator(runner, enable_security_scan=False).validate(request())
    assert off.status == "passed" and off.signals.security is None


async def test_signals_that_were_not_asked_for_are_absent():
    verdict = await validator().validate(request(signals=["tests"]))
    assert verdict.signals.lint is None and verdict.signals.security is None
    assert verdict.status == "passed"


async def test_without_the_tests_signal_nothing_is_executed():
    runner = FakeRunner(analysis=ANALYSIS)
    verdict = await validator(runner).validate(request(signals=["lint"]))
    assert runner.test_jobs == []
    assert verdict.status == "ran" and "Nothing was executed" in verdict.explanation
    assert verdict.receipt is None


async def test_known_names_are_not_undefined():
    finding = LintFinding(
        path="solution.py", line=1, code="F821", severity="error", message="undefined name 'df'"
    )
    runner = FakeRunner(analysis=Analysis(lint=[finding]))
    assert (await validator(runner).validate(request(known_names=["df"]))).status == "passed"
    assert runner.analysis_jobs[0].known_names == ["df"]


async def test_without_tests_the_run_judges_and_never_says_passed():
    runner = FakeRunner(analysis=ANALYSIS)
    verdict = await validator(runner).validate(request("x = 1\nprint(x)\n", None))
    assert verdict.status == "ran"
    assert verdict.signals.tests is None
    assert runner.test_jobs[0].cell == "solution.py"


@pytest.mark.parametrize(
    ("code", "error_class", "words"),
    [
        ("1 / 0", "exception", "solution.py failed: ZeroDivisionError"),
        ("import sys\nsys.exit(0)", "early_exit", "ended itself by sys.exit"),
        ("import no_such_package_x", "missing_package", "no_such_package_x"),
    ],
)
async def test_code_without_tests_that_does_not_run_fails(code, error_class, words):
    verdict = await validator().validate(request(code, None))
    assert (verdict.status, verdict.error_class) == ("failed", error_class)
    assert words in verdict.explanation
    assert [result.id for result in verdict.signals.tests.results] == ["solution.py"]


async def test_coverage_counts_the_files_only():
    def lines(run):
        return run.model_copy(
            update={"executed_lines": {"solution.py": [1, 7], "test_solution.py": [1, 2, 3]}}
        )

    verdict = await validator(FakeRunner(altered=lines, analysis=ANALYSIS)).validate(request())
    assert verdict.signals.tests.coverage_percent == 50.0
    assert verdict.quality_score == 9


async def test_effects_of_source_and_run_are_one_list():
    source = EffectEvent(kind="network", target="example.org", path="solution.py", line=1, seen="source")
    seen = EffectEvent(kind="write", target="out.csv", path="solution.py", line=2)

    def watched(run):
        return run.model_copy(update={"effects": [seen, seen]})

    runner = FakeRunner(altered=watched, analysis=Analysis(effects=[source, source], imports=["httpx"]))
    effects = (await validator(runner).validate(request())).effects
    assert (effects.network, effects.writes, effects.imports) == (["example.org"], ["out.csv"], ["httpx"])
    assert len(effects.events) == 2


async def test_requirements_reach_the_runner_unless_the_image_has_them():
    runner = FakeRunner(analysis=ANALYSIS)
    await validator(runner).validate(request(requirements=["Pandas", "tabulate >= 0.9", "no-one-knows-this"]))
    assert runner.test_jobs[0].requirements == ["no-one-knows-this", "tabulate>=0.9"]


async def test_a_name_that_a_model_made_up_is_not_installed():
    runner = FakeRunner(analysis=ANALYSIS)
    with pytest.raises(PackageNotAllowed, match="no-one-knows-this"):
        await validator(runner).validate(request(requirements=["no-one-knows-this"]), generated=True)
    assert runner.test_jobs == []
    allowed = await validator(runner).validate(
        request(requirements=["no-one-knows-this"]), generated=True, allowed_packages=["No_One.knows-this"]
    )
    assert allowed.status == "passed"


@pytest.mark.parametrize(
    ("code", "kernel", "words"),
    [
        (
            "import tomllib\ndef add(a, b):\n    return a + b\n",
            "3.10",
            "needs Python 3.11 (for 'tomllib' module",
        ),
        ("try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\n" + CODE, "3.10", None),
        ("import sys\nif sys.version_info >= (3, 11):\n    import tomllib\n" + CODE, "3.10", None),
        (
            "def add(a, b):\n    match a:\n        case _:\n            return a + b\n",
            "3.9.2",
            "needs Python 3.10",
        ),
        (CODE, "3.8", None),
    ],
)
async def test_code_for_a_newer_python_does_not_pass(code, kernel, words):
    verdict = await validator().validate(request(code, kernel_python=kernel))
    if words is None:
        assert verdict.status == "passed", verdict.explanation
    else:
        assert (verdict.status, verdict.error_class) == ("failed", "newer_python")
        assert words in verdict.explanation and verdict.signals.tests.passed


async def test_broken_source_is_a_syntax_error_not_a_newer_python():
    analysis = Analysis(syntax_errors={"solution.py": "line 1: invalid syntax"})
    verdict = await validator(FakeRunner(analysis=analysis)).validate(request("def (:", kernel_python="3.11"))
    assert verdict.error_class == "syntax"
    assert not verdict.signals.lint.passed
    assert verdict.signals.lint.findings[0].code == "E999"


async def test_large_bodies_are_parsed_aside():
    filler = "# " + "x" * 70_000 + "\n"
    assert (await validator().validate(request(tests=TESTS + filler))).status == "passed"


async def test_the_door_is_asked_first():
    runner = FakeRunner()
    with pytest.raises(InvalidInput, match="Known: python"):
        await validator(runner).validate(request(language="cobol"))
    assert runner.test_jobs == [] and runner.analysis_jobs == []


async def test_tidy_returns_every_file():
    def analyze(job):
        assert job.tidy and job.notebook == ["solution.py"]
        return Analysis(tidied={"solution.py": b"x = 1\n"})

    runner = FakeRunner(analysis=analyze)
    tidied = await validator(runner).tidy(
        "python", {"solution.py": "x=1", "bad.py": "def ("}, notebook=["solution.py"]
    )
    assert tidied == {"solution.py": "x = 1\n", "bad.py": "def ("}


async def test_a_name_of_another_cell_is_asked_for_by_a_test():
    verdict = await validator().validate(request("print(df)\n", None, known_names=["df"]))
    assert verdict.status == "failed"
    assert "Other cells define it: write a test that calls cell(df=…)" in verdict.explanation


async def test_files_without_python_can_not_be_run():
    verdict = await validator().validate(ValidationRequest(files={"a.csv": "1", "b.csv": "2"}))
    assert verdict.status == "failed" and "None of the files is a Python file" in verdict.explanation


async def test_a_conftest_of_the_code_is_not_laid_beside_one_of_the_tests():
    runner = FakeRunner(analysis=ANALYSIS)
    files = {"solution.py": CODE, "conftest.py": "evil = 1"}
    await validator(runner).validate(ValidationRequest(files=files, tests={"test_solution.py": TESTS}))
    await validator(runner).validate(
        ValidationRequest(files=files, tests={"t/test_solution.py": TESTS, "t/conftest.py": ""})
    )
    assert [(job.conftest, "conftest.py" in job.files) for job in runner.test_jobs] == [
        (False, True),
        (True, False),
    ]


async def test_a_forged_duration_stays_a_number():
    def endless(run):
        reports = [report.model_copy(update={"duration_ms": float("inf")}) for report in run.reports]
        return run.model_copy(update={"reports": reports})

    verdict = await validator(FakeRunner(altered=endless)).validate(request())
    assert all(result.duration_ms < 1e8 for result in verdict.signals.tests.results)


async def test_an_example_may_call_a_function_of_the_fixtures_name():
    code = "def answer(n):\n    return n + 1\n"
    verdict = await validator().validate(
        request(code, None, examples=[Example(call="answer(41)", expected="42")])
    )
    assert verdict.status == "passed", verdict.explanation
