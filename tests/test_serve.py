"""`serve` as real processes: started twice, idle, told to end, killed in the middle of its work."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.core.paths import lock_path, socket_path
from jupyter_coding_agent.host import Host
from tests.engine_process import EngineProcess

Spawn = Callable[..., EngineProcess]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts engines on one data directory; none outlives the test."""
    processes: list[EngineProcess] = []

    def start(**options: Any) -> EngineProcess:
        processes.append(EngineProcess(tmp_path / "data", **options))
        return processes[-1]

    yield start
    for process in processes:
        process.close()


async def test_it_serves_every_room_of_the_real_engine(spawn: Spawn):
    engine = spawn()
    assert engine.answer == {"ready": True}
    async with engine.client() as client:
        health = await client.get("/coding-agent/health")
        assert health.status_code == 200
        assert health.json()["checks"]["storage"]["state"] == "ok"
        for path in ("/executions", "/stats", "/models", "/openapi.yaml"):
            assert (await client.get(f"/coding-agent{path}")).status_code == 200
        assert (await client.post("/coding-agent/validate", json={})).status_code == 400
        assert (await client.get("/coding-agent/nope")).status_code == 404


async def test_the_second_leaves_it_to_the_first(spawn: Spawn):
    first, second = spawn(scripted=True), spawn(scripted=True)
    assert (first.answer, second.answer) == ({"ready": True}, {"ready": True})
    assert second.end() == 0
    assert json.loads(lock_path(first.data).read_text())["pid"] == first.process.pid
    async with first.client() as client:
        assert (await client.get("/coding-agent/executions")).status_code == 200


async def test_it_ends_when_nobody_needs_it(spawn: Spawn):
    engine = spawn(scripted=True, idle_seconds=1)
    async with engine.client() as client:
        assert (await client.get("/coding-agent/executions")).status_code == 200
    assert engine.end() == 0
    assert not socket_path(engine.data).exists()


async def test_a_followed_stream_and_a_running_execution_keep_it_alive(spawn: Spawn):
    engine = spawn(scripted=True, idle_seconds=1)
    async with engine.client() as client:
        async with client.stream("GET", "/coding-agent/events"):
            await asyncio.sleep(1.5)
            reply = await client.post("/coding-agent/execute", json={"prompt": "sort"})
        await asyncio.sleep(1.5)
        name = reply.json()["execution_id"]
        assert (await client.get(f"/coding-agent/execute/{name}")).json()["status"] == "running"
        assert (await client.post(f"/coding-agent/execute/{name}/cancel")).status_code == 200
    assert engine.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_when_told_to(spawn: Spawn, number: int):
    engine = spawn(scripted=True)
    async with (
        engine.client() as client,
        client.stream("GET", "/coding-agent/events", headers={"Last-Event-ID": "0"}) as events,
    ):
        name = (await client.post("/coding-agent/execute", json={"prompt": "sort"})).json()["execution_id"]
        lines = events.aiter_lines()
        while "retry" not in await anext(lines):
            pass
        engine.process.send_signal(number)
        # The stream ends properly, so that its follower knows where to go on.
        assert [line async for line in lines if line.startswith("event:")] == []
    assert engine.end() == 0
    assert not socket_path(engine.data).exists()
    later = spawn(scripted=True)
    async with later.client() as client:
        assert (await followed(client, name, 0))[-1]["event"] == "completed"


async def test_a_wrong_setting_is_told_to_whoever_started_it(spawn: Spawn):
    engine = spawn(CODING_AGENT_EXECUTION_DAILY_LIMIT="lots")
    assert "CODING_AGENT_EXECUTION_DAILY_LIMIT" in engine.answer["error"]
    assert engine.end() == 1


async def followed(client: httpx.AsyncClient, name: str, after: int, until: str = "") -> list[dict[str, str]]:
    """The events of an execution's stream to its end, or to the first of the kind `until`."""
    path, headers = f"/coding-agent/execute/{name}/stream", {"Last-Event-ID": str(after)}
    events: list[dict[str, str]] = [{}]
    async with client.stream("GET", path, headers=headers) as reply:
        async for line in reply.aiter_lines():
            if not line and events[-1]:
                if events[-1]["event"] == until:
                    return events
                events.append({})
            elif line and not line.startswith(":"):
                key, _, value = line.partition(": ")
                events[-1][key] = value
    return events[:-1]


async def test_nothing_is_lost_when_it_is_killed(spawn: Spawn):
    engine = spawn(scripted=True)
    async with engine.client() as client:
        replies = [
            await client.post("/coding-agent/execute", json={"prompt": str(number)}) for number in range(3)
        ]
        # Two run and, in their first life, never end. The third waits.
        names = [reply.json()["execution_id"] for reply in replies]
        before, _ = [await followed(client, name, 0, until="retry") for name in names[:2]]
    engine.kill()
    assert socket_path(engine.data).exists()
    engine = spawn(scripted=True)
    assert engine.answer == {"ready": True}
    async with engine.client() as client:
        after = await followed(client, names[0], int(before[-1]["id"]))
        everything = await followed(client, names[0], 0)
        assert before + after == everything
        assert [event["event"] for event in everything] == [
            "queued", "started", "retry", "started", "plan", "tests", "completed",
        ]  # fmt: skip
        await followed(client, names[2], 0, until="retry")
    engine.kill()
    engine = spawn(scripted=True)
    async with engine.client() as client:
        for name in names:
            assert (await followed(client, name, 0))[-1]["event"] == "completed"
            attempts = (await client.get(f"/coding-agent/execute/{name}/attempts")).json()["attempts"]
            assert len(attempts) == 1


async def test_who_stands_by_takes_over_when_the_owner_is_killed(spawn: Spawn, tmp_path: Path):
    engine = spawn(scripted=True)
    host = Host(tmp_path / "data")
    assert not host.claim()
    host.stand_by()
    engine.kill()
    stream = await host.connect()
    stream.close()
    assert host.owner
    await host.close()
