"""Verdicts that are found again instead of being reached again."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.validation.models import Example
from jupyter_coding_agent.validation.receipts import Signer, verify
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner, ended
from tests.validation.test_service import ANALYSIS, CODE, TESTS, request, validator


async def test_a_verdict_is_found_once(tmp_path):
    signer = Signer.load(tmp_path)
    runner = FakeRunner(analysis=ANALYSIS)
    judge = Validator(runner, ValidationSettings(), signer)
    first, second = await judge.validate(request()), await judge.validate(request())
    assert (first.cached, second.cached) == (False, True)
    assert len(runner.test_jobs) == 1
    for verdict in (first, second):
        assert verify(verdict.receipt, {signer.key_id: signer.public_key}).valid
    runner.digest = "sha256:other"
    assert not (await judge.validate(request())).cached


async def test_the_same_code_at_the_same_time_runs_once():
    runner = FakeRunner(analysis=ANALYSIS)
    judge = Validator(runner, ValidationSettings())
    verdicts = await asyncio.gather(*(judge.validate(request()) for _ in range(3)))
    assert sorted(verdict.cached for verdict in verdicts) == [False, True, True]
    assert len(runner.test_jobs) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"code": CODE + "\n"},
        {"tests": TESTS + "\n"},
        {"signals": ["tests"]},
        {"known_names": ["df"]},
        {"timeout_seconds": 3},
        {"requirements": ["requests>=2"]},
        {"examples": [Example(call="add(1, 1)", expected="2")]},
    ],
)
async def test_whatever_a_verdict_depends_on_makes_another_key(changed):
    judge = validator()
    await judge.validate(request())
    assert not (await judge.validate(request(**changed))).cached


async def test_runs_that_were_cut_short_are_not_remembered():
    judge = validator(FakeRunner(run=lambda job: ended("timeout")))
    await judge.validate(request())
    assert not (await judge.validate(request())).cached
