"""Observing over a runner that says what it is told to."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, PackageNotAllowed, RunnerUnavailable
from jupyter_coding_agent.runner.models import TestJob, TestReport, TestRun
from jupyter_coding_agent.validation.models import Example, ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner, ended, finished

CODE = "def add(a, b):\n    return a + b\n"
TESTS = "from solution import add\n\n\ndef test_adds():\n    assert add(2, 3) == 51515\n"


def a_request(**fields) -> ValidationRequest:
    given = {"files": {"solution.py": CODE}, "tests": {"test_solution.py": TESTS}}
    return ValidationRequest(**(given | fields))


def validator(run) -> tuple[Validator, FakeRunner]:
    runner = FakeRunner(run=run)
    return Validator(runner, ValidationSettings()), runner


def saying(**answers: str):
    """A run in which these tests handed these texts over."""

    def run(job: TestJob) -> TestRun:
        ids = {
            "adds": "test_solution.py::test_adds",
            "probe": "test_probes.py::test_probe_1",
            "adds_again": "test_again_0.py::test_adds",
            "probe_again": "test_again_1.py::test_probe_1",
        }
        return finished(
            [TestReport(id=ids[name], outcome="passed", answers=[text]) for name, text in answers.items()]
        )

    return run


async def test_tests_and_probes_are_run_and_known_by_their_labels():
    judge, runner = validator(saying(adds='{"int":"5"}', probe='{"int":"3"}'))
    seen = await judge.observe(a_request())
    assert seen == {"test_solution.py::test_adds": ('{"int":"5"}',), "probe::add(0, 3)": ('{"int":"3"}',)}
    assert runner.test_jobs[0].collect == [
        "test_solution.py",
        "test_probes.py",
        "test_again_0.py",
        "test_again_1.py",
    ]


async def test_no_expected_value_goes_in():
    judge, runner = validator(saying())
    await judge.observe(a_request(examples=[Example(call="add(1, 1)", expected="61616")]))
    for job in runner.test_jobs:
        assert not [
            text for text in {**job.files, **job.tests}.values() if b"51515" in text or b"61616" in text
        ]


async def test_without_probes_only_the_tests_are_looked_at():
    judge, runner = validator(saying(adds="1"))
    assert await judge.observe(a_request(), probes=False) == {"test_solution.py::test_adds": ("1",)}
    assert runner.test_jobs[0].collect == ["test_solution.py", "test_again_0.py"]


async def test_what_differs_from_one_run_to_the_next_is_left_out():
    judge, _ = validator(saying(adds="0", probe="1", adds_again="1", probe_again="1"))
    assert await judge.observe(a_request()) == {"probe::add(0, 3)": ("1",)}


async def test_a_run_that_is_cut_short_shows_what_came_before():
    reports = [TestReport(id="test_solution.py::test_adds", outcome="passed", answers=["1"])]
    judge, _ = validator(lambda job: ended("timeout", reports=reports))
    assert await judge.observe(a_request()) == {"test_solution.py::test_adds": ("1",)}


async def test_nothing_is_run_where_there_is_nothing_to_look_at():
    judge, runner = validator(saying())
    assert await judge.observe(a_request(tests={"test_solution.py": "def test_it(:"})) == {}
    assert runner.test_jobs == []


async def test_code_that_hangs_is_not_waited_for_as_long_as_a_verdict():
    judge, runner = validator(saying())
    await judge.observe(a_request(timeout_seconds=600))
    await judge.observe(a_request(timeout_seconds=2))
    assert [job.limits.timeout_seconds for job in runner.test_jobs] == [30, 2]


async def test_it_raises_as_a_verdict_does():
    judge, _ = validator(lambda job: ended("infrastructure"))
    with pytest.raises(RunnerUnavailable):
        await judge.observe(a_request())
    with pytest.raises(InvalidInput):
        await judge.observe(a_request(files={"../x.py": ""}))
    with pytest.raises(PackageNotAllowed):
        await judge.observe(a_request(requirements=["no-such-thing-known"]), generated=True)
