from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from jupyter_coding_agent.llm.catalog import Catalog, ModelInfo
from jupyter_coding_agent.llm.reachability import FRESH_SECONDS, Reachability
from jupyter_coding_agent.llm.settings import ModelSettings
from tests.llm.fakes import FakeClock
from tests.scripted_model import ScriptedModel, refusing


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def reachability(clock: FakeClock) -> AsyncIterator[Reachability]:
    reachability = Reachability(clock)
    yield reachability
    await reachability.close()


def ollama(base: str, name: str = "qwen2.5-coder:7b") -> ModelInfo:
    return Catalog(ModelSettings(environ={"OLLAMA_BASE_URL": base}), {}).describe(f"ollama/{name}")


def compatible(base: str) -> ModelInfo:
    return Catalog(ModelSettings(environ={}, api_base={"openai/x": base}), {}).describe("openai/x")


async def test_ollama_has_the_model_or_says_how_to_get_it(reachability: Reachability) -> None:
    with ScriptedModel([], models=["qwen2.5-coder:7b", "phi:latest"]) as server:
        assert await reachability.of(ollama(server.root)) == (True, "Ollama has it")
        assert await reachability.of(ollama(server.root, "phi")) == (True, "Ollama has it")
        assert await reachability.of(ollama(server.root, "llama3")) == (
            False,
            "Ollama does not have it: run `ollama pull llama3`",
        )


async def test_what_is_not_ollama_is_noticed(reachability: Reachability) -> None:
    with ScriptedModel([]) as server:
        available, reason = await reachability.of(ollama(f"{server.root}/elsewhere"))
    assert not available
    assert "is not Ollama" in reason


async def test_nobody_there(reachability: Reachability) -> None:
    with refusing() as base:
        root = base.removesuffix("/v1")
        assert await reachability.of(ollama(root)) == (False, f"no answer at {root}: connection refused")
        assert await reachability.of(compatible(base)) == (False, f"no answer at {base}: connection refused")


async def test_a_compatible_server_answers(reachability: Reachability) -> None:
    with ScriptedModel([]) as server:
        assert (await reachability.of(compatible(server.api_base)))[0]
    assert server.requests == []


async def test_a_missing_key_needs_no_probe(reachability: Reachability) -> None:
    model = Catalog(ModelSettings(environ={}), {}).describe("groq/x")
    assert await reachability.of(model) == (False, "GROQ_API_KEY is not set")


async def test_an_answer_is_kept_for_a_while(reachability: Reachability, clock: FakeClock) -> None:
    with ScriptedModel([], models=["qwen2.5-coder:7b"]) as server:
        model = ollama(server.root)
        both = await asyncio.gather(reachability.of(model), reachability.of(model))
    assert both == [(True, "Ollama has it")] * 2
    clock.now += FRESH_SECONDS
    assert (await reachability.of(model))[0]
    clock.now += 1
    assert not (await reachability.of(model))[0]
