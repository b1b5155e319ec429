"""A real engine and a model over HTTP that is wrong in one way or another: what a person gets to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.acceptance.conftest import EngineProcess
from tests.acceptance.medians import GAMED_CODE, PROMPT, WEAK_SUITE, WRONG_TEST
from tests.by_question import by_question
from tests.scripted_model import ScriptedModel

pytestmark = pytest.mark.engine

Start = Callable[..., EngineProcess]


def engine_with(start: Start, model: ScriptedModel) -> EngineProcess:
    # A busy machine has time for few of the small changes in a second.
    return start(
        {"ValidationSettings": {"challenge_seconds": 10}},
        CODING_AGENT_LLM_PROVIDER="openai/scripted",
        OPENAI_BASE_URL=model.api_base,
        OPENAI_API_KEY="none",
    )


async def test_a_wrong_test_is_set_aside_and_the_receipt_says_so(start_engine: Start):
    with ScriptedModel(by_question(**WRONG_TEST)) as model:
        engine = engine_with(start_engine, model)
        async with engine.client() as client:
            found = await engine.execute(client, PROMPT)
    assert found["status"] == "passed", found["explanation"]
    (test,) = found["judgement"]["quarantined"]
    assert test["id"] == "test_solution.py::test_even"
    lines = found["explanation"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Tests",
        "Coverage",
        "Mutation",
        "Attempts",
        "Not covered",
    ]
    assert "test_even" in lines[0] and "2.5 == 3" in lines[0]
    assert found["receipt"]["explanation"] == lines
    assert found["receipt"]["mutation_score"] > 0.6
    assert "def test_even" not in found["tests"]["test_solution.py"]


async def test_gamed_code_is_refused_with_the_reason(start_engine: Start):
    with ScriptedModel(by_question(**GAMED_CODE)) as model:
        engine = engine_with(start_engine, model)
        async with engine.client() as client:
            found = await engine.execute(client, PROMPT, max_attempts=2)
            attempts = (await client.get(f"/execute/{found['execution_id']}/attempts")).json()["attempts"]
    assert found["status"] == "partial"
    assert found["receipt"] is None
    assert {attempt["error_class"] for attempt in attempts} == {"gaming"}
    assert "solution.py line" in found["explanation"]
    assert "written into the code" in found["explanation"]


async def test_a_weak_suite_is_strengthened(start_engine: Start):
    with ScriptedModel(by_question(**WEAK_SUITE)) as model:
        engine = engine_with(start_engine, model)
        async with engine.client() as client:
            found = await engine.execute(client, PROMPT)
    assert found["status"] == "passed", found["explanation"]
    assert found["judgement"]["strengthened"]
    assert "test_solution_more.py" in found["tests"]
    assert found["receipt"]["mutation_score"] > 0.6
