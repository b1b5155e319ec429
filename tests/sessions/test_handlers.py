"""The endpoints over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.sessions.handlers import routes
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.serving import served


@pytest.fixture
async def client(sessions: SessionService, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(routes(sessions), tmp_path / "test.sock") as asking:
        yield asking


async def test_a_session_from_its_beginning_to_its_end(client: httpx.AsyncClient):
    reply = await client.post("/sessions", json={"title": "Orders"})
    assert reply.status_code == 201
    session = reply.json()
    path = f"/sessions/{session['session_id']}"
    reply = await client.post(f"{path}/messages", json={"role": "user", "text": "use polars"})
    assert (reply.status_code, reply.json()["pinned"]) == (201, False)
    message = f"{path}/messages/{reply.json()['message_id']}"
    assert (await client.patch(message, json={"pinned": True})).json()["pinned"] is True
    assert (await client.patch(path, json={"title": "Orders 2"})).json()["title"] == "Orders 2"
    assert (await client.get("/sessions?q=polars")).json()["sessions"][0]["snippet"] == "use polars"
    view = (await client.get(path)).json()
    assert [one["text"] for one in view["messages"]] == ["use polars"]
    reply = await client.delete(message)
    assert (reply.status_code, reply.content) == (204, b"")
    assert (await client.delete(f"{path}/messages")).status_code == 204
    assert (await client.get(path)).json()["message_count"] == 0
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.get("/sessions")).json() == {"sessions": [], "total": 0, "page": 1}


async def test_a_file_goes_out_and_comes_in(client: httpx.AsyncClient):
    path = f"/sessions/{(await client.post('/sessions', json={'title': 't'})).json()['session_id']}"
    await client.post(f"{path}/messages", json={"role": "user", "text": "hello"})
    for query, kind, name in [
        ("", "application/json", ".json"),
        ("?format=ipynb", "application/x-ipynb+json", ".ipynb"),
    ]:
        reply = await client.get(f"{path}/export{query}")
        assert reply.headers["Content-Type"] == kind
        assert reply.headers["Content-Disposition"].startswith("attachment; ")
        assert reply.headers["Content-Disposition"].endswith(f'{name}"')
        reply = await client.post("/sessions/import", json={"document": json.loads(reply.content)})
        assert (reply.status_code, reply.json()["message_count"]) == (201, 1)
    assert (await client.get("/sessions")).json()["total"] == 3


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "field"),
    [
        ("POST", "/sessions", {"title": " "}, 400, "title"),
        ("POST", "/sessions", {"title": ""}, 400, "title"),
        ("POST", "/sessions", {"title": "x" * 201}, 413, "title"),
        ("POST", "/sessions", {"user": "eve"}, 400, "user"),
        ("GET", "/sessions?limit=101", None, 400, "limit"),
        ("GET", "/sessions?q=%2a", None, 400, "q"),
        ("GET", "/sessions?q=", None, 400, "q"),
        ("PATCH", "ONE", {}, 400, "title"),
        ("POST", "ONE/messages", {"role": "root", "text": "a"}, 400, "role"),
        ("POST", "ONE/messages", {"role": "user", "text": "\n"}, 400, "text"),
        ("POST", "ONE/messages", {"role": "user", "text": "x" * 100_001}, 413, "text"),
        ("POST", "ONE/messages", {"role": "user", "text": "a", "files": {}}, 400, "files"),
        ("POST", "ONE/messages", {"role": "user", "text": "a", "execution_id": "exe"}, 404, "execution_id"),
        ("PATCH", "ONE/messages/msg_no", {"pinned": True}, 404, "message_id"),
        ("DELETE", "ONE/messages/msg_no", None, 404, "message_id"),
        ("GET", "ONE/export?format=pdf", None, 400, "format"),
        ("POST", "/sessions/import", {"document": []}, 400, "document"),
        ("POST", "/sessions/import", {}, 400, "document"),
        ("GET", "/sessions/ses_no", None, 404, "session_id"),
    ],
)
async def test_a_bad_request_has_its_status_and_field(client, verb: str, path: str, body, status, field: str):
    one = (await client.post("/sessions", json={"title": "t"})).json()["session_id"]
    reply = await client.request(verb, path.replace("ONE", f"/sessions/{one}"), json=body)
    assert (reply.status_code, reply.json().get("field")) == (status, field), reply.text
    assert (await client.get(f"/sessions/{one}")).json()["message_count"] == 0


async def test_each_user_has_their_own(client: httpx.AsyncClient):
    one = (await client.post("/sessions", json={})).json()["session_id"]
    eve = {USER_HEADER: encode_user("eve")}
    path = f"/sessions/{one}"
    answers = [
        await client.get(path, headers=eve),
        await client.patch(path, json={"title": "x"}, headers=eve),
        await client.delete(path, headers=eve),
        await client.post(f"{path}/messages", json={"role": "user", "text": "x"}, headers=eve),
        await client.delete(f"{path}/messages", headers=eve),
        await client.get(f"{path}/export", headers=eve),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await client.get("/sessions", headers=eve)).json()["total"] == 0
