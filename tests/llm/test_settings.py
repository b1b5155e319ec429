from __future__ import annotations

import pytest
from traitlets.config import Config

from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.llm.settings import ModelSettings


def test_the_default_tiers_and_failover() -> None:
    settings = ModelSettings(environ={})
    assert settings.chain("simple")[0] == "ollama/qwen2.5-coder:7b"
    assert settings.chain("medium")[0] == "groq/llama-3.3-70b-versatile"
    assert [name.partition("/")[0] for name in settings.chain("complex")[:2]] == ["anthropic", "openai"]
    failover = [name.partition("/")[0] for name in settings.failover]
    assert failover == ["groq", "deepseek", "ollama", "openai"]
    for tier in ("simple", "medium", "complex"):
        chain = settings.chain(tier)
        assert len(chain) == len(set(chain))
        assert set(settings.failover) <= set(chain)
    assert not settings.models_given


def test_tiers_from_the_environment() -> None:
    settings = ModelSettings(environ={"CODING_AGENT_LLM_SIMPLE_PROVIDER": "openai/a, groq/b ,openai"})
    assert settings.simple == ["openai/a", "groq/b", "openai/gpt-4.1"]
    assert settings.chain("simple")[3:] == [name for name in settings.failover if name != "openai/gpt-4.1"]
    assert settings.models_given


def test_one_provider_for_all_tiers_has_no_failover() -> None:
    settings = ModelSettings(environ={"CODING_AGENT_LLM_PROVIDER": "openai/scripted"})
    assert [settings.chain(tier) for tier in ("simple", "medium", "complex")] == [["openai/scripted"]] * 3
    assert settings.models_given


def test_templates_end_a_chain() -> None:
    only = ModelSettings(environ={"CODING_AGENT_LLM_PROVIDER": "templates"})
    assert only.chain("complex") == ["templates"]
    assert not only.models_given
    assert ModelSettings(environ={}, simple=["ollama", "templates"]).chain("simple") == [
        "ollama/qwen2.5-coder:7b",
        "templates",
    ]


@pytest.mark.parametrize("name", ["gpt-4o", "openai/", "/x", "nonsense"])
def test_a_name_without_a_provider_is_refused_naming_the_setting(name: str) -> None:
    with pytest.raises(SettingError, match=r"CODING_AGENT_LLM_PROVIDER=.*llm_provider.*provider/model"):
        ModelSettings(environ={"CODING_AGENT_LLM_PROVIDER": name})


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CODING_AGENT_COST_LIMIT_MONTHLY", "much"), ("CODING_AGENT_COST_ALERT_THRESHOLD", "-1")],
)
def test_a_wrong_amount_is_refused_naming_the_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=variable):
        ModelSettings(environ={variable: value})


def test_money_and_addresses_from_the_environment() -> None:
    settings = ModelSettings(
        environ={
            "CODING_AGENT_COST_LIMIT_MONTHLY": "12.5",
            "CODING_AGENT_COST_ALERT_THRESHOLD": "10",
            "OLLAMA_BASE_URL": "http://gpu:11434",
        }
    )
    assert (settings.cost_limit_monthly, settings.cost_alert_threshold) == (12.5, 10)
    assert settings.ollama_base_url == "http://gpu:11434"


def test_configuration_wins_over_the_environment() -> None:
    config = Config({"ModelSettings": {"llm_provider": ["groq"], "prices": {"openai/x": [1, 2]}}})
    settings = ModelSettings(config, environ={"CODING_AGENT_LLM_PROVIDER": "openai"})
    assert settings.llm_provider == ["groq/llama-3.3-70b-versatile"]
    assert settings.prices == {"openai/x": [1.0, 2.0]}
