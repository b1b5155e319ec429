"""The endpoint of replays, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.executions.handlers import replay_routes, routes
from jupyter_coding_agent.storage.database import Database
from tests.serving import served

from .conftest import Start
from .surroundings import World


@pytest.fixture
async def client(database: Database, start: Start, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    world = World(database, start, tmp_path)
    service = await world.service(settings={"daily_limit": 2})
    wired = [*routes(service), *replay_routes(world.replays(service))]
    async with served(wired, tmp_path / "test.sock") as asking:
        yield asking


async def executed(client: httpx.AsyncClient, **body: object) -> str:
    reply = await client.post("/execute", json={"prompt": "sort a list", **body})
    assert reply.status_code == 202, reply.text
    name = str(reply.json()["execution_id"])
    await client.get(f"/execute/{name}/stream")
    return name


async def test_a_replay_is_asked_for_and_seen(client: httpx.AsyncClient):
    name = await executed(client)
    reply = await client.post(f"/executions/{name}/replay")
    assert reply.status_code == 202
    assert reply.json() == {"new_execution_id": reply.json()["new_execution_id"], "differs": []}
    view = (await client.get(f"/execute/{reply.json()['new_execution_id']}")).json()
    assert (view["replay_of"], view["differs"]) == (name, [])
    over = await client.post(f"/executions/{name}/replay", json={"mode": "from_recording"})
    assert over.status_code == 429


async def test_a_result_that_is_there_is_told(client: httpx.AsyncClient):
    name = await executed(client)
    reply = (await client.post("/execute", json={"prompt": "sort a list"})).json()
    assert (reply["cached_from"], reply["status"]) == (name, "passed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"modifications": {"promt": "x"}}, "modifications.promt"),
        ({"modifications": {"max_attempts": 9}}, "modifications.max_attempts"),
        ({"modifications": {"prompt": "x"}}, "modifications.prompt"),
        ({"mode": "recorded"}, "mode"),
        ({"mode": "from_recording", "modifications": {"tier": "simple"}}, "modifications.tier"),
        ({"exact": True}, "exact"),
    ],
)
async def test_what_is_not_known_is_named(client: httpx.AsyncClient, body: object, field: str):
    name = await executed(client)
    reply = await client.post(f"/executions/{name}/replay", json=body)
    assert (reply.status_code, reply.json()["field"]) == (400, field)
    assert (await client.get("/executions")).json()["total"] == 1


async def test_what_is_not_there(client: httpx.AsyncClient):
    assert (await client.post("/executions/exe_no/replay", json={})).status_code == 404
    assert (await client.get("/executions/exe_no/replay")).status_code == 405
