"""Property tests that the host writes from a request's laws, on real containers."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.laws.testing import law_tests
from jupyter_coding_agent.validation.models import ValidationRequest

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

ROUND_TRIP = (
    "Write encode(text: str) -> str and decode(text: str) -> str. decode gives back the original text."
)
SORTED = "Write order(items: list[int]) -> list[int], which returns the items sorted in ascending order."


async def verdict(judge, prompt: str, code: str):
    tests = law_tests(prompt)
    assert tests is not None
    request = ValidationRequest(files={"solution.py": code}, tests={"test_laws.py": tests})
    return await judge.validate(request, generated=True)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        (
            ROUND_TRIP,
            "def encode(text):\n    return text[::-1]\n\n\ndef decode(text):\n    return text[::-1]\n",
        ),
        (SORTED, "def order(items):\n    return sorted(items)\n"),
    ],
)
async def test_code_that_keeps_the_law_passes(judge, prompt: str, code: str):
    found = await verdict(judge, prompt, code)
    assert found.status == "passed", found.explanation


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        (ROUND_TRIP, "def encode(text):\n    return text.strip()\n\n\ndef decode(text):\n    return text\n"),
        (SORTED, "def order(items):\n    return sorted(set(items))\n"),
    ],
)
async def test_code_that_breaks_the_law_fails_with_an_example(judge, prompt: str, code: str):
    found = await verdict(judge, prompt, code)
    assert found.status == "failed"
    assert "Falsifying example" in found.explanation
