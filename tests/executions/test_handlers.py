"""The endpoints over HTTP: statuses, bodies, streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.executions.handlers import routes
from jupyter_coding_agent.executions.service import ExecutionService
from tests.scripted_loop import Gate, ScriptedLoop
from tests.serving import served

from .conftest import Start


@pytest.fixture
def loop() -> ScriptedLoop:
    return ScriptedLoop()


@pytest.fixture
async def service(start: Start, loop: ScriptedLoop) -> ExecutionService:
    return await start(loop, settings={"daily_limit": 4})


@pytest.fixture
async def client(service: ExecutionService, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(routes(service), tmp_path / "test.sock") as asking:
        yield asking


async def execute(client: httpx.AsyncClient, **body: object) -> str:
    reply = await client.post("/execute", json={"prompt": "sort a list", **body})
    assert reply.status_code == 202, reply.text
    return str(reply.json()["execution_id"])


async def streamed(client: httpx.AsyncClient, path: str, after: int | None = None) -> list[dict[str, str]]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.stream("GET", path, headers=headers) as reply:
        text = (await reply.aread()).decode()
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


async def test_from_the_request_to_the_result(client: httpx.AsyncClient):
    reply = await client.post("/execute", json={"prompt": "sort a list"})
    assert reply.status_code == 202
    assert reply.json() == {
        "execution_id": reply.json()["execution_id"],
        "status": "queued",
        "cached_from": None,
        "estimated_time_seconds": 20.0,
    }
    name = reply.json()["execution_id"]
    events = await streamed(client, f"/execute/{name}/stream")
    assert [event["event"] for event in events] == ["queued", "started", "plan", "tests", "completed"]
    data = json.loads(events[-1]["data"])
    assert (data["status"], data["execution_id"]) == ("passed", name)
    assert await streamed(client, f"/execute/{name}/stream", int(events[2]["id"])) == events[3:]
    view = (await client.get(f"/execute/{name}")).json()
    assert (view["status"], view["code"]) == ("passed", "# sort a list\n")
    attempts = (await client.get(f"/execute/{name}/attempts")).json()["attempts"]
    assert [attempt["number"] for attempt in attempts] == [1]
    sent = (await client.get(f"/execute/{name}/context")).json()
    assert (sent["execution_id"], sent["prompt"], sent["context_artifacts"]) == (name, "sort a list", [])
    assert sent["context"]["variables"] == {}
    diff = (await client.get(f"/execute/{name}/diff?from_attempt=0&to_attempt=1")).json()
    assert {**diff["changes_summary"], "files": 1, "added": 1, "removed": 0} == diff["changes_summary"]
    assert diff["changes_summary"]["added_files"] == ["solution.py"]
    assert (await client.get("/executions?status=passed")).json()["total"] == 1


async def test_cancel_and_retry(client: httpx.AsyncClient, loop: ScriptedLoop):
    loop.script = gate = Gate()
    name = await execute(client)
    await gate.reached.wait()
    retry = await client.post(f"/execute/{name}/retry", json={})
    assert (retry.status_code, retry.json()["reason"]) == (409, "conflict")
    reply = await client.post(f"/execute/{name}/cancel")
    assert (reply.status_code, reply.json()) == (200, {"status": "cancelled"})
    assert (await client.post(f"/execute/{name}/cancel")).status_code == 409
    retry = await client.post(f"/execute/{name}/retry", json={"custom_prompt": "faster"})
    assert (retry.status_code, retry.json()["status"]) == (202, "queued")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{not json", 400, "body"),
        (b'"text"', 400, "body"),
        (b"{}", 400, "prompt"),
        (b'{"prompt": ""}', 400, "prompt"),
        (b'{"prompt": "  "}', 400, "prompt"),
        (b'{"prompt": 7}', 400, "prompt"),
        (b'{"prompt": "a", "promt": "b"}', 400, "promt"),
        (b'{"prompt": "a", "context": {"cell": []}}', 400, "context.cell"),
        (b'{"prompt": "a", "context": {"kernel_python": "2.7"}}', 400, "context.kernel_python"),
        (b'{"prompt": "a", "language": "klingon"}', 400, "language"),
        (b'{"prompt": "a", "llm_preference": "best"}', 400, "llm_preference"),
        (b'{"prompt": "a", "max_attempts": 6}', 400, "max_attempts"),
        (b'{"prompt": "a", "max_attempts": 0}', 400, "max_attempts"),
        (b'{"prompt": "a", "timeout_seconds": 0}', 400, "timeout_seconds"),
        (b'{"prompt": "a", "timeout_seconds": NaN}', 400, "timeout_seconds"),
        (b'{"prompt": "' + b"a" * 2**20 + b'"}', 413, "prompt"),
        (b'{"prompt": "' + b"a" * 17 * 2**20 + b'"}', 413, "body"),
        (b'{"prompt": "a", "github_repo": "a/b"}', 422, "github_repo"),
        (b'{"prompt": "a", "context_artifacts": ["x"]}', 422, "context_artifacts"),
        (b'{"prompt": "a", "output_preference": "pr"}', 422, "output_preference"),
        (b'{"prompt": "a", "template_id": "no"}', 404, "template_id"),
    ],
)
async def test_a_bad_request_has_its_status_and_field_and_stores_nothing(
    client: httpx.AsyncClient, body: bytes, status: int, field: str
):
    reply = await client.post("/execute", content=body)
    assert (reply.status_code, reply.json()["field"]) == (status, field), reply.text
    assert (await client.get("/executions")).json()["total"] == 0


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/execute/exe_no", 404),
        ("GET", "/execute/exe_no/stream", 404),
        ("GET", "/execute/exe_no/attempts", 404),
        ("GET", "/execute/exe_no/context", 404),
        ("GET", "/execute/exe_no/diff", 404),
        ("POST", "/execute/exe_no/cancel", 404),
        ("POST", "/execute/exe_no/retry", 404),
        ("GET", "/execute/%00", 404),
        ("GET", "/execute/%ff", 400),
        ("GET", "/executions?status=done", 400),
        ("GET", "/executions?page=0", 400),
        ("GET", "/executions?limit=101", 400),
        ("GET", "/executions?user=eve", 400),
        ("GET", "/execute", 405),
        ("DELETE", "/executions", 405),
    ],
)
async def test_what_is_not_there_or_not_meant(client: httpx.AsyncClient, verb: str, path: str, status: int):
    reply = await client.request(verb, path, content=b"{}" if verb == "POST" else None)
    assert reply.status_code == status
    assert reply.json()["message"]


async def test_over_the_daily_limit_it_says_when_again(client: httpx.AsyncClient):
    for _ in range(4):
        await execute(client)
    reply = await client.post("/execute", json={"prompt": "a"})
    assert (reply.status_code, reply.json()["reason"]) == (429, "quota_exceeded")
    assert 0 < int(reply.headers["Retry-After"]) <= 86_400


async def test_a_full_disk_is_a_sentence_and_the_server_goes_on(client, database):
    async with database.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 1")
    body = {"prompt": "a", "context": {"cells": [{"source": "x" * 500_000}]}}
    reply = await client.post("/execute", json=body)
    assert (reply.status_code, reply.json()["reason"]) == (503, StorageUnavailable.reason)
    assert "full" in reply.json()["message"]
    async with database.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 100000")
    name = await execute(client)
    assert (await streamed(client, f"/execute/{name}/stream"))[-1]["event"] == "completed"


async def test_what_was_sent_is_shown_with_what_the_sandbox_was_given(client: httpx.AsyncClient):
    notebook = {"before": ["import math"], "values": {"n": {"description": "int", "content": "[1]"}}}
    body = {"prompt": "sort a list", "context": {"variables": {"n": "int"}, "notebook": notebook}}
    name = (await client.post("/execute", json=body)).json()["execution_id"]
    context = (await client.get(f"/execute/{name}/context")).json()["context"]
    assert context["variables"] == {"n": "int"}
    assert (context["notebook"]["before"], context["notebook"]["values"]) == (
        notebook["before"],
        notebook["values"],
    )
