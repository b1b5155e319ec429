"""Models that the administrator does not allow are never called, wherever in the chain they stand."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import ModelUnavailable
from jupyter_coding_agent.llm.providers.base import ServerFailure
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from jupyter_coding_agent.policy.service import Policy
from jupyter_coding_agent.policy.settings import PolicySettings

from .fakes import FakeLibrary, FakeProvider, Rendered, request

KEYS = {"GROQ_API_KEY": "g", "OPENAI_API_KEY": "o", "DEEPSEEK_API_KEY": "d"}


def service(provider: FakeProvider, rules: dict[str, list[str]], **settings: object) -> ModelService:
    return ModelService(
        ModelSettings(environ={}, **settings),
        FakeLibrary(Rendered()),
        environ=KEYS,
        provider=provider,
        policy=Policy(PolicySettings(environ={}, **rules)),
    )


async def test_a_blocked_model_is_left_out_of_the_tier_and_of_the_failover():
    provider = FakeProvider(groq__a=[ServerFailure("down")], deepseek__c=["yes"])
    models = service(
        provider,
        {"blocked_models": ["openai/*"]},
        simple=["openai/first", "groq/a"],
        failover=["openai/b", "deepseek/c"],
    )
    completion = await models.complete(request())
    assert provider.asked == ["groq/a", "deepseek/c"]
    said = {hop.model: (hop.outcome, hop.reason) for hop in completion.hops}
    assert said["openai/first"][0] == said["openai/b"][0] == "skipped"
    assert "blocked_models: openai/*" in said["openai/b"][1]


async def test_where_none_is_allowed_the_refusal_says_why_and_nothing_is_called():
    provider = FakeProvider()
    models = service(
        provider, {"allowed_models": ["ollama/*"]}, llm_provider=["groq/a"], templates_fallback=False
    )
    with pytest.raises(ModelUnavailable, match="allows only ollama/"):
        await models.complete(request())
    assert provider.calls == []


async def test_the_built_in_templates_are_no_model():
    completion = await service(FakeProvider(), {"blocked_models": ["*"]}).complete(request())
    assert completion.model.startswith("templates")


async def test_the_list_of_models_says_so():
    tiers = await service(FakeProvider(), {"blocked_models": ["groq/*"]}, llm_provider=["groq/a"]).tiers()
    (blocked, _templates) = tiers[0].models
    assert (blocked.model, blocked.available) == ("groq/a", False)
    assert "the administrator blocks it" in blocked.reason
