"""The endpoint over HTTP, and its events on the one stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.chat import handlers
from jupyter_coding_agent.executions import handlers as executions_handlers
from jupyter_coding_agent.sessions.models import SessionsQuery
from tests.serving import served


@pytest.fixture
async def client(chat, executions, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    routes = [*handlers.routes(chat), *executions_handlers.routes(executions)]
    async with served(routes, tmp_path / "test.sock") as asking:
        yield asking


async def test_a_question_and_a_request(client: httpx.AsyncClient):
    reply = await client.post("/chat", json={"message": "What is a list?"})
    assert (reply.status_code, reply.json()["reply"]) == (200, "An answer.")
    session = reply.json()["session_id"]
    reply = await client.post("/chat", json={"message": "Write one", "session_id": session})
    assert (reply.status_code, reply.json()["reply"]) == (202, None)
    assert reply.json()["execution_id"].startswith("exe_")
    async with client.stream("GET", "/events", headers={"Last-Event-ID": "0"}) as events:
        lines = events.aiter_lines()
        assert [await anext(lines) for _ in range(2)] == [": stream", ""]
        number, kind, data = [await anext(lines) for _ in range(3)]
    assert (number, kind) == ("id: 2", "event: answered")
    assert json.loads(data.removeprefix("data: "))["text"] == "An answer."
    assert "execution_id" not in data


async def test_an_answer_goes_on_where_the_client_goes_away(client: httpx.AsyncClient, model, sessions):
    model.steps = asyncio.Queue()
    asking = asyncio.create_task(client.post("/chat", json={"message": "What is a list?"}))
    async with client.stream("GET", "/events", headers={"Last-Event-ID": "0"}) as events:
        model.steps.put_nowait(None)
        lines = events.aiter_lines()
        kinds = []
        while not kinds:
            kinds = [line for line in [await anext(lines)] if line.startswith("event:")]
        asking.cancel()
        for _ in range(2):
            model.steps.put_nowait(None)
        while kinds[-1] != "event: answered":
            kinds += [line for line in [await anext(lines)] if line.startswith("event:")]
    (session,) = (await sessions.page("local", SessionsQuery())).sessions
    assert session.message_count == 2


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "message"),
        ({"message": " "}, 400, "message"),
        ({"message": "x" * 100_001}, 413, "message"),
        ({"message": "a", "prompt": "b"}, 400, "prompt"),
        ({"message": "a", "intent": "joke"}, 400, "intent"),
        ({"message": "Write a", "language": "klingon"}, 400, "language"),
        ({"message": "Why?", "session_id": "no"}, 404, "session_id"),
    ],
)
async def test_a_bad_message_has_its_status_and_field(
    client: httpx.AsyncClient, body, status: int, field: str
):
    reply = await client.post("/chat", json=body)
    assert (reply.status_code, reply.json()["field"]) == (status, field), reply.text
