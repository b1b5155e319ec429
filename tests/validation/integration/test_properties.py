"""Property tests in a real container."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import ValidationRequest

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

CODE = """
def encode(text):
    return text[::-1]


def decode(text):
    return text[::-1]
"""
TESTS = """
from hypothesis import given, settings
from hypothesis import strategies as st
from solution import decode, encode


@given(st.text())
def test_round_trip(text):
    assert decode(encode(text)) == text


@settings(max_examples=20)
@given(value=st.lists(st.integers()))
def test_with_a_fixture(cell, value):
    assert cell(value=value)["value"] == value


def test_profile():
    used = settings()
    assert (used.derandomize, used.database, used.deadline) == (True, None, None)
"""


def a_request(code: str, tests: str = TESTS) -> ValidationRequest:
    return ValidationRequest(
        files={"solution.py": code}, tests={"test_solution.py": tests}, cell="solution.py", signals=["tests"]
    )


async def test_laws_that_hold_pass(judge):
    verdict = await judge.validate(a_request(CODE), generated=True)
    assert verdict.status == "passed", verdict.explanation
    assert not verdict.effects.writes and not verdict.effects.reads


async def test_the_smallest_failing_input_is_in_the_message_and_the_same_every_time(judge):
    wrong = CODE.replace("text[::-1]", "text[::-1].replace('0', '')", 1)
    messages = []
    for _ in range(2):
        verdict = await judge.validate(a_request(wrong), generated=True)
        (failed,) = [result for result in verdict.signals.tests.results if result.outcome == "failed"]
        messages.append(failed.message)
        assert verdict.error_class == "assertion"
    assert messages[0] == messages[1]
    assert messages[0].startswith("AssertionError")
    assert messages[0].endswith("(Falsifying example: test_round_trip(text='0'))")
