"""The whole engine, without a model and with one over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx

from jupyter_coding_agent.engine import Engine
from tests.scripted_model import ScriptedModel
from tests.serving import served


async def asked(path: Path, environ: dict[str, str], **body: str) -> httpx.Response:
    engine = await Engine.start(path, environ=environ)
    try:
        async with served(engine.routes(), path / "test.sock") as client:
            # The first answer loads the model library, which takes a while on a busy machine.
            return await client.post("/chat", json=body, timeout=200)
    finally:
        await engine.close()


async def test_without_a_model_the_answer_says_how_to_set_one_up(tmp_path: Path):
    # Nothing listens there.
    reply = await asked(tmp_path, {"OLLAMA_BASE_URL": "http://127.0.0.1:9"}, message="What is a list?")
    assert (reply.status_code, reply.json()["model"]) == (200, "templates")
    assert "No language model answers here" in reply.json()["reply"]
    assert "start Ollama" in reply.json()["reply"]


async def test_a_model_answers(tmp_path: Path):
    with ScriptedModel(["A list holds things."]) as model:
        environ = {"CODING_AGENT_LLM_PROVIDER": "openai/scripted", "OPENAI_BASE_URL": model.api_base}
        reply = await asked(tmp_path, environ | {"OPENAI_API_KEY": "k"}, message="What is a list?")
    assert (reply.status_code, reply.json()["reply"]) == (200, "A list holds things.")
    assert reply.json()["model"] == "openai/scripted"
    assert "You answer questions" in model.requests[0].text
