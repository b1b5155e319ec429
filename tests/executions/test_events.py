"""Streams: nothing lost, nothing twice, across reconnects and restarts."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

from jupyter_coding_agent.agents.models import Outcome
from jupyter_coding_agent.storage.database import Database, Parameters, Row
from tests.scripted_loop import USER, Gate, ScriptedLoop, attempt, events_of, outcome, request

from .conftest import Start


def talkative(count: int) -> ScriptedLoop:
    async def script(recorder, task, history) -> Outcome:
        for number in range(count):
            await recorder.event("run", {"attempt": number, "of": count})
        return outcome(attempt(1, "x"))

    return ScriptedLoop(script)


async def test_a_stream_goes_on_after_the_last_event_it_had(start: Start):
    service = await start()
    name = (await service.accept(USER, request())).execution_id
    everything = await events_of(service, name)
    for position, event in enumerate(everything):
        assert await events_of(service, name, event.id) == everything[position + 1 :]


async def test_every_follower_gets_every_event_once(start: Start):
    service = await start(talkative(450))
    name = (await service.accept(USER, request())).execution_id
    followers = await asyncio.gather(*(events_of(service, name) for _ in range(5)))
    assert len(followers[0]) == 453
    assert all(events == followers[0] for events in followers)
    assert [e.data["attempt"] for e in followers[0] if e.kind == "run"] == list(range(450))


async def test_a_stream_ends_when_the_engine_does_and_goes_on_with_the_next(start: Start):
    gate = Gate()
    service = await start(ScriptedLoop(gate))
    name = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    following = asyncio.create_task(events_of(service, name))
    await asyncio.sleep(0)
    await service.close()
    before = await following
    assert [event.kind for event in before] == ["queued", "started"]
    service = await start()
    after = await events_of(service, name, before[-1].id)
    assert [event.kind for event in after] == ["started", "plan", "tests", "completed"]
    assert after[0].data == {"start": 2}


async def test_one_stream_brings_everything_of_the_user_and_does_not_end(start: Start):
    service = await start(settings={"concurrency": 1})
    earlier = (await service.accept(USER, request())).execution_id
    await events_of(service, earlier)
    async with aclosing(await service.follow_all(USER, None)) as events:
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await service.accept("eve", request())
        name = (await service.accept(USER, request())).execution_id
        seen = [await upcoming]
        while seen[-1].kind != "completed":
            seen.append(await anext(events))
        assert {event.execution_id for event in seen} == {name}
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.wait({upcoming}, timeout=0.05)
        assert not upcoming.done()
        upcoming.cancel()
        await asyncio.wait({upcoming})


async def test_a_follower_of_another_database_hears_what_comes_next(start: Start):
    service = await start()
    await events_of(service, (await service.accept(USER, request())).execution_id)
    async with aclosing(await service.follow_all(USER, 10**9)) as events:
        name = (await service.accept(USER, request())).execution_id
        first = await anext(events)
        assert (first.execution_id, first.kind) == (name, "queued")


class CountingDatabase(Database):
    """Counts what is read."""

    reads = 0

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        self.reads += 1
        return await super().fetch_all(sql, parameters)


async def test_who_follows_reads_nothing_while_nothing_happens(start: Start, tmp_path: Path):
    database = await CountingDatabase.open(tmp_path / "counting.sqlite3")
    assert isinstance(database, CountingDatabase)
    gate = Gate()
    service = await start(ScriptedLoop(gate), database=database)
    async with aclosing(await service.follow_all(USER, None)) as events:
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await service.accept(USER, request())
        await upcoming
        await anext(events)
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.wait({upcoming}, timeout=0.05)
        before = database.reads
        await asyncio.wait({upcoming}, timeout=0.1)
        assert database.reads == before
        gate.opened.set()
        assert (await upcoming).kind == "plan"
    await service.close()
    await database.close()


async def test_the_users_stream_resumes_too(start: Start):
    service = await start(settings={"concurrency": 1})
    names = [(await service.accept(USER, request())).execution_id for _ in range(2)]
    for name in names:
        await events_of(service, name)
    async with aclosing(await service.follow_all(USER, 0)) as events:
        everything = [await anext(events) for _ in range(10)]
    assert {event.execution_id for event in everything} == set(names)
    async with aclosing(await service.follow_all(USER, everything[3].id)) as events:
        assert [await anext(events) for _ in range(6)] == everything[4:]


async def test_what_has_changed_is_told_to_its_owner_once(start: Start):
    service = await start()
    async with aclosing(await service.follow_all(USER, None)) as events:
        upcoming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        service.changed("eve", "/sessions/ses_1")
        for path in ["/sessions/ses_2", "/sessions/ses_2", "/artifacts/upload"]:
            service.changed(USER, path)
        seen = [await upcoming, await anext(events)]
        assert [(event.id, event.kind, event.data["path"]) for event in seen] == [
            (0, "changed", "/sessions/ses_2"),
            (0, "changed", "/artifacts/upload"),
        ]
        # A notice is no place to resume from: what is stored still comes after it.
        name = (await service.accept(USER, request())).execution_id
        assert (await anext(events)).execution_id == name
