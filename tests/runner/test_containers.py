from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.core.errors import RunnerUnavailable
from jupyter_coding_agent.runner.containers import Containers
from tests.runner.fakes import FakeBackend, settle, spec


def make(backend: FakeBackend, ready_seconds: float = 5) -> Containers:
    return Containers(backend, "owner", "this", ready_seconds)


async def test_first_contact_removes_what_dead_engines_left() -> None:
    backend = FakeBackend()
    backend.foreign = {"a": "dead", "b": "dead too", "c": "this"}
    containers = make(backend)
    container = await containers.start(spec())
    assert sorted(backend.removed) == ["a", "b"]
    assert container.ready["t"] == "ready"
    assert container.id == "coding-agent-this-1"
    await containers.start(spec())
    assert sorted(backend.removed) == ["a", "b"]


async def test_a_moment_of_failure_is_tried_again() -> None:
    backend = FakeBackend()
    backend.failing_starts = 2
    containers = make(backend)
    assert (await containers.start(spec())).id == "coding-agent-this-3"
    await settle()
    # What failed may be there all the same.
    assert sorted(backend.removed) == ["coding-agent-this-1", "coding-agent-this-2"]


async def test_an_engine_that_stays_away_is_told() -> None:
    backend = FakeBackend()
    backend.down = True
    containers = make(backend)
    with pytest.raises(RunnerUnavailable, match="down"):
        await containers.start(spec())
    backend.down = False
    assert (await containers.start(spec())).ready


async def test_what_could_not_be_removed_is_removed_when_the_engine_is_back() -> None:
    backend = FakeBackend()
    containers = make(backend)
    container = await containers.start(spec())
    backend.down = True
    containers.discard(container)
    await settle()
    assert backend.removed == []
    backend.down = False
    await containers.start(spec())
    await settle()
    assert backend.removed == [container.id]


async def test_one_that_ends_before_it_is_ready_is_told_with_its_words() -> None:
    backend = FakeBackend()
    backend.ready = {"t": "hello"}
    containers = make(backend)
    with pytest.raises(RunnerUnavailable, match=r"before it was ready\. said on stderr"):
        await containers.start(spec())
    await settle()
    assert backend.standing == {}


async def test_one_that_never_gets_ready_is_given_up() -> None:
    backend = FakeBackend()
    backend.ready = None
    containers = make(backend, ready_seconds=0.01)
    with pytest.raises(RunnerUnavailable, match=r"not ready within 0\.01 s"):
        await containers.start(spec())
    await settle()
    assert backend.standing == {}


async def test_a_cancelled_start_leaves_nothing() -> None:
    backend = FakeBackend()
    backend.gate.clear()
    containers = make(backend)
    starting = asyncio.ensure_future(containers.start(spec()))
    await settle()
    starting.cancel()
    await settle()
    backend.gate.set()
    await settle()
    assert starting.cancelled()
    assert backend.removed == ["coding-agent-this-1"]
    assert backend.standing == {}


async def test_closing_removes_all_of_this_engine() -> None:
    backend = FakeBackend()
    containers = make(backend)
    await containers.start(spec())
    await containers.start(spec())
    backend.foreign = {"x": "another engine that is alive"}
    await containers.close()
    assert backend.standing == {}
    assert "x" not in backend.removed


async def test_closing_without_an_engine_is_quiet() -> None:
    backend = FakeBackend()
    containers = make(backend)
    await containers.start(spec())
    backend.down = True
    await containers.close()
    assert backend.removed == []
