"""The room as it is used: settings from the environment, the real litellm, scripted servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import ModelUnavailable
from jupyter_coding_agent.llm.models import Completion
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from jupyter_coding_agent.storage.database import Database
from tests.llm.fakes import SAMPLE, FakeLibrary, Rendered, request
from tests.scripted_model import ScriptedModel, hang, html, megabyte, rate_limited, refusing, server_error


async def ask(
    settings: ModelSettings, environ: dict[str, str], library: FakeLibrary | None = None
) -> Completion:
    service = ModelService(settings, library or FakeLibrary(), environ=environ)
    try:
        return await service.complete(request(samples=[SAMPLE]))
    finally:
        await service.close()


async def test_an_openai_compatible_server_by_environment_alone(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "test.sqlite")
    with ScriptedModel(["```python path=solution.py\nx = 1\n```"]) as model:
        environ = {"CODING_AGENT_LLM_PROVIDER": "openai/scripted", "OPENAI_BASE_URL": model.api_base}
        service = ModelService(ModelSettings(environ=environ), FakeLibrary(), database, environ=environ)
        completion = await service.complete(request(samples=[SAMPLE]))
        await service.close()
    assert completion.model == "openai/scripted"
    assert completion.input_tokens > 0
    assert "secret_row" in model.requests[0].text
    row = await database.fetch_one("SELECT outcome, output_tokens FROM llm_calls")
    assert row is not None
    assert (row["outcome"], row["output_tokens"]) == ("served", completion.output_tokens)
    await database.close()


async def test_every_faulty_server_is_passed_by() -> None:
    faults = {"hang": hang(), "limit": rate_limited(60), "error": server_error(), "page": html(), "empty": ""}
    script = {**faults, "long": megabyte(), "good": "yes"}
    with ScriptedModel(lambda asked: script[asked.body["model"]]) as model, refusing() as nobody:
        names = [f"openai/{name}" for name in ("refused", *script)]
        bases = dict.fromkeys(names, model.api_base) | {"openai/refused": nobody}
        settings = ModelSettings(environ={}, llm_provider=names, api_base=bases, request_timeout_seconds=2)
        completion = await ask(settings, {})
    assert completion.model == "openai/good"
    said = {hop.model.removeprefix("openai/"): hop.reason for hop in completion.hops}
    assert list(said) == ["refused", *script]
    assert "nothing listens" in said["refused"]
    assert "within 2 s" in said["hang"] or "in time" in said["hang"]
    assert "too many requests" in said["limit"]
    assert "fell over" in said["error"]
    assert "not a chat completion" in said["page"]
    assert "empty" in said["empty"]
    assert "longer than" in said["long"]
    assert said["good"] == ""


async def test_a_rate_limited_server_alone_is_waited_for() -> None:
    with ScriptedModel([rate_limited(0.05), "yes"]) as model:
        environ = {"OPENAI_BASE_URL": model.api_base}
        completion = await ask(ModelSettings(environ={}, llm_provider=["openai/scripted"]), environ)
    assert completion.text == "yes"
    assert [hop.outcome for hop in completion.hops] == ["failed", "served"]


async def test_templates_after_a_real_model_failed_say_so() -> None:
    with ScriptedModel([server_error()]) as model:
        settings = ModelSettings(environ={}, llm_provider=["openai/scripted"])
        completion = await ask(settings, {"OPENAI_BASE_URL": model.api_base}, FakeLibrary(Rendered()))
    assert completion.model == "templates/mean"
    assert "fell over" in completion.hops[0].reason
    assert "no model answered" in completion.hops[1].reason


async def test_when_nothing_answers_there_is_a_sentence() -> None:
    with refusing() as nobody:
        settings = ModelSettings(environ={}, llm_provider=["openai/scripted", "groq/x"])
        with pytest.raises(ModelUnavailable) as caught:
            await ask(settings, {"OPENAI_BASE_URL": nobody})
    message = caught.value.message
    assert message.startswith("No model answered. openai/scripted: nothing listens at http://127.0.0.1:")
    assert "groq/x: GROQ_API_KEY is not set" in message
    assert message.endswith("Run `jupyter coding-agent doctor` to see what is set up and what to do.")
