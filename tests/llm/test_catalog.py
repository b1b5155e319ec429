from __future__ import annotations

import pytest

from jupyter_coding_agent.llm.catalog import NO_KEY, Catalog
from jupyter_coding_agent.llm.settings import ModelSettings


def catalog(environ: dict[str, str] | None = None, **values: object) -> Catalog:
    return Catalog(ModelSettings(environ=environ or {}, **values), environ or {})


def test_a_missing_key_is_named() -> None:
    model = catalog().describe("groq/llama-3.3-70b-versatile")
    assert model.missing == "GROQ_API_KEY is not set"
    assert not model.local


def test_a_key_is_found_and_not_printed() -> None:
    model = catalog({"GROQ_API_KEY": "gsk-secret"}).describe("groq/x")
    assert (model.missing, model.api_key) == (None, "gsk-secret")
    assert "gsk-secret" not in repr(model)


def test_a_provider_that_is_not_known_is_left_to_litellm() -> None:
    assert catalog().describe("cohere/command").missing is None


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_openai_s_address_from_the_environment_takes_openai_s_key(variable: str) -> None:
    environ = {variable: "http://127.0.0.1:8000/v1"}
    without = catalog(environ).describe("openai/x")
    assert (without.api_base, without.api_key, without.local) == ("http://127.0.0.1:8000/v1", NO_KEY, True)
    assert catalog({**environ, "OPENAI_API_KEY": "k"}).describe("openai/x").api_key == "k"


def test_an_address_from_the_settings_never_gets_the_provider_s_key() -> None:
    environ = {"OPENAI_API_KEY": "sk-real", "MY_KEY": "mine"}
    base = {"openai/x": "https://elsewhere.example/v1"}
    assert catalog(environ, api_base=base).describe("openai/x").api_key == NO_KEY
    own = catalog(environ, api_base=base, api_key_env={"openai/x": "MY_KEY"}).describe("openai/x")
    assert (own.api_key, own.local) == ("mine", False)


@pytest.mark.parametrize(
    ("base", "name", "local"),
    [
        ("http://localhost:11434", "ollama/qwen", True),
        ("http://127.0.0.2:11434", "ollama/qwen", True),
        ("http://[::1]:11434", "ollama/qwen", True),
        ("localhost:11434", "ollama/qwen", True),
        ("0.0.0.0:11434", "ollama/qwen", True),
        ("http://[broken", "ollama/qwen", False),
        ("http://gpu.example:11434", "ollama/qwen", False),
        ("http://192.168.1.4:11434", "ollama/qwen", False),
        ("http://localhost.example:11434", "ollama/qwen", False),
        ("http://localhost:11434", "ollama/gpt-oss:120b-cloud", False),
        ("http://localhost:11434", "ollama/kimi:cloud", False),
    ],
)
def test_only_what_runs_on_this_machine_is_local(base: str, name: str, local: bool) -> None:
    assert catalog({"OLLAMA_BASE_URL": base}).describe(name).local is local


def test_an_address_is_shown_without_its_password() -> None:
    model = catalog({"OLLAMA_BASE_URL": "http://me:secret@gpu.example:11434"}).describe("ollama/q")
    assert model.address == "http://gpu.example:11434"


def test_an_address_without_a_scheme_gets_one() -> None:
    assert (
        catalog({"OLLAMA_BASE_URL": "localhost:11434"}).describe("ollama/q").api_base
        == "http://localhost:11434"
    )


def test_the_chain_has_no_templates_in_it() -> None:
    assert catalog(llm_provider=["templates"]).chain("simple") == []
    assert [model.name for model in catalog(llm_provider=["openai/a", "templates"]).chain("simple")] == [
        "openai/a"
    ]
