"""The whole engine, without a model and with one over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.engine import Engine
from tests.engine_process import EngineProcess
from tests.scripted_model import ScriptedModel, stall
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


async def test_a_killed_engine_leaves_a_question_that_says_so(tmp_path: Path):
    question = {"message": "What is a list?"}
    with ScriptedModel([stall("A list holds ")]) as model:
        environ = {"CODING_AGENT_LLM_PROVIDER": "openai/scripted", "OPENAI_BASE_URL": model.api_base}
        engine = EngineProcess(tmp_path / "data", **environ, OPENAI_API_KEY="k")
        try:
            async with engine.client() as client:
                asking = asyncio.create_task(client.post("/coding-agent/chat", json=question, timeout=200))
                async with client.stream(
                    "GET", "/coding-agent/events", headers={"Last-Event-ID": "0"}
                ) as events:
                    async for line in events.aiter_lines():
                        if "A list holds " in line:
                            break
                    engine.kill()
                with pytest.raises(httpx.TransportError):
                    await asking
        finally:
            engine.close()
        engine = EngineProcess(tmp_path / "data", **environ, OPENAI_API_KEY="k")
        try:
            async with engine.client() as client:
                (session,) = (await client.get("/coding-agent/sessions")).json()["sessions"]
                path = f"/coding-agent/sessions/{session['session_id']}"
                _, reply = (await client.get(path)).json()["messages"]
                assert reply["text"].startswith("A list holds\n\nThe engine stopped before this was answered")
                async with client.stream(
                    "GET", "/coding-agent/events", headers={"Last-Event-ID": "0"}
                ) as events:
                    told = await _first(events, "data: ")
                assert json.loads(told)["error"]["reason"] == "engine_stopped"
        finally:
            engine.close()


async def _first(events: httpx.Response, start: str) -> str:
    async for line in events.aiter_lines():
        if line.startswith(start):
            return line.removeprefix(start)
    raise AssertionError("the stream ended")
