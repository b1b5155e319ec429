from __future__ import annotations

import pytest

from jupyter_coding_agent.llm.providers.prices import FREE, Price, price_of
from jupyter_coding_agent.llm.settings import DEFAULT_MODELS


def test_the_table_is_litellm_s_own() -> None:
    import litellm

    for name in ("openai/gpt-4.1", DEFAULT_MODELS["anthropic"]):
        price = price_of(name, local=False, overrides={})
        assert price is not None
        costs = litellm.cost_per_token(model=name, prompt_tokens=1_000_000, completion_tokens=1_000_000)
        assert price == pytest.approx(costs)


def test_what_the_user_says_comes_first() -> None:
    assert price_of("openai/gpt-4.1", local=False, overrides={"openai/gpt-4.1": [1, 2]}) == Price(1, 2)


def test_this_machine_is_free_and_the_unknown_is_unknown() -> None:
    assert price_of("ollama/x", local=True, overrides={}) == FREE
    assert price_of("groq/nobody-knows-me", local=False, overrides={}) is None


def test_another_provider_s_price_is_not_taken() -> None:
    assert price_of("groq/gpt-4.1", local=False, overrides={}) is None


def test_cost_is_per_million_tokens() -> None:
    assert Price(2, 8).cost(1_000_000, 500_000) == 6
