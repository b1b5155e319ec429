"""The durable queue: order, no double run, crashes, a database that fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.models import Judgement
from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.core.clock import new_id
from jupyter_coding_agent.core.errors import RunnerUnavailable, StorageUnavailable
from jupyter_coding_agent.executions.models import RetryRequest
from jupyter_coding_agent.executions.queue import Queue
from jupyter_coding_agent.executions.store import ExecutionStore
from jupyter_coding_agent.executions.unfinished import has_unfinished
from jupyter_coding_agent.executions.writing import Claim
from jupyter_coding_agent.storage.database import Database, Transaction
from tests.scripted_loop import (
    TESTS,
    TESTS_COMPLETION,
    USER,
    Gate,
    ScriptedLoop,
    attempt,
    events_of,
    outcome,
    passes,
    request,
)

from .conftest import Start


async def test_first_come_first_served(start: Start):
    gate = Gate()
    loop = ScriptedLoop(gate)
    service = await start(loop, settings={"concurrency": 1})
    names = [(await service.accept(USER, request(str(n)))).execution_id for n in range(6)]
    gate.opened.set()
    for name in names:
        await events_of(service, name)
    assert [task.prompt for task in loop.tasks] == [str(n) for n in range(6)]


async def test_so_many_run_at_the_same_time_and_no_more(start: Start):
    running, most = 0, 0
    three, looked = asyncio.Event(), asyncio.Event()

    async def script(recorder, task, history):
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            three.set()
        await looked.wait()
        await recorder.event("run", {"attempt": 1, "of": 1})
        running -= 1
        return outcome(attempt(1, "x"))

    activity = Activity()
    service = await start(ScriptedLoop(script), settings={"concurrency": 3}, activity=activity)
    names = [(await service.accept(USER, request())).execution_id for _ in range(9)]
    await three.wait()
    assert not activity.idle
    looked.set()
    for name in names:
        await events_of(service, name)
    assert most == 3
    await activity.idle_for(0)


async def test_two_engines_on_one_file_claim_nothing_twice(tmp_path: Path):
    databases = [await Database.open(tmp_path / "shared.sqlite3") for _ in range(2)]
    stores = [ExecutionStore(database) for database in databases]
    names = [new_id("exe") for _ in range(20)]
    for name in names:
        await stores[0].create(name, USER, request(), {}, daily_limit=100)

    async def drain(store: ExecutionStore) -> list[str]:
        taken = []
        while (claim := await store.claim()) is not None:
            taken.append(claim.execution_id)
        return taken

    taken = await asyncio.gather(*(drain(store) for store in stores for _ in range(3)))
    for database in databases:
        await database.close()
    assert Counter(name for some in taken for name in some) == Counter(names)


async def test_what_a_dead_engine_left_goes_on_from_what_was_stored(start: Start, database: Database):
    reached = asyncio.Event()
    first = attempt(1, "one", "failed", error_class="assertion", notes=["kept"])

    async def dies(recorder, task, history):
        await recorder.tests_written(TESTS, TESTS_COMPLETION)
        await recorder.attempt(first)
        reached.set()
        await asyncio.Event().wait()

    service = await start(ScriptedLoop(dies))
    name = (await service.accept(USER, request())).execution_id
    await reached.wait()
    await service.close()
    assert has_unfinished(database.path)
    loop = ScriptedLoop()
    warmed = []
    service = await start(loop, on_work=lambda: warmed.append(True))
    await events_of(service, name)
    (history,) = loop.histories
    assert history is not None
    assert history.tests == TESTS
    assert history.tests_completion == TESTS_COMPLETION
    assert history.attempts == [first]
    assert warmed == [True]
    assert not has_unfinished(database.path)


async def test_an_execution_that_kills_its_engine_is_given_up(start: Start):
    name = ""
    for _ in range(3):
        gate = Gate()
        service = await start(ScriptedLoop(gate))
        name = name or (await service.accept(USER, request())).execution_id
        await gate.reached.wait()
        await service.close()
    loop = ScriptedLoop()
    service = await start(loop)
    events = await events_of(service, name)
    assert [event.kind for event in events] == ["queued", "started", "started", "started", "error"]
    assert events[-1].data["reason"] == "engine_stopped"
    view = await service.view(USER, name)
    assert view.status == "failed"
    assert view.error is not None
    assert "stopped 3 times" in view.error.message
    assert loop.tasks == []


async def test_a_missing_part_fails_with_its_sentence_and_can_be_retried(start: Start):
    async def no_engine(recorder, task, history):
        raise RunnerUnavailable("Docker does not answer. Start it.")

    loop = ScriptedLoop(no_engine)
    service = await start(loop)
    name = (await service.accept(USER, request())).execution_id
    events = await events_of(service, name)
    assert (events[-1].kind, events[-1].data) == (
        "error",
        {"message": "Docker does not answer. Start it.", "reason": "no_container_engine"},
    )
    view = await service.view(USER, name)
    assert (view.status, view.explanation) == ("failed", "Docker does not answer. Start it.")
    loop.script = passes
    again = (await service.retry(USER, name, RetryRequest())).execution_id
    assert (await events_of(service, again))[-1].kind == "completed"


async def test_a_fault_of_ours_is_a_sentence_without_internals(start: Start):
    async def broken(recorder, task, history):
        raise KeyError("secret-internal-name")

    service = await start(ScriptedLoop(broken))
    name = (await service.accept(USER, request())).execution_id
    last = (await events_of(service, name))[-1]
    assert (last.kind, last.data["reason"]) == ("error", "internal_error")
    assert "secret" not in last.data["message"]
    fine = (await service.accept(USER, request())).execution_id
    assert (await events_of(service, fine))[-1].data["reason"] == "internal_error"


class FailingDatabase(Database):
    """A database whose next transactions fail, as those on a full disk do."""

    failures = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        if self.failures > 0:
            self.failures -= 1
            raise StorageUnavailable("The disk is full.")
        async with super().transaction() as tx:
            yield tx


@pytest.fixture
async def failing(tmp_path: Path) -> AsyncIterator[FailingDatabase]:
    opened = await FailingDatabase.open(tmp_path / "failing.sqlite3")
    assert isinstance(opened, FailingDatabase)
    yield opened
    await opened.close()


async def test_a_run_that_could_not_be_recorded_runs_again(start: Start, failing: FailingDatabase):
    async def script(recorder, task, history):
        if len(loop.tasks) == 1:
            failing.failures = 3
        return await passes(recorder, task, history)

    loop = ScriptedLoop(script)
    service = await start(loop, database=failing)
    name = (await service.accept(USER, request())).execution_id
    events = await events_of(service, name)
    assert [event.kind for event in events] == [
        "queued", "started", "started", "plan", "tests", "completed",
    ]  # fmt: skip
    assert len(loop.tasks) == 2


async def test_a_result_that_could_not_be_stored_is_not_made_again(start: Start, failing: FailingDatabase):
    async def script(recorder, task, history):
        result = await passes(recorder, task, history)
        failing.failures = 3
        return result

    loop = ScriptedLoop(script)
    service = await start(loop, database=failing)
    name = (await service.accept(USER, request())).execution_id
    assert (await events_of(service, name))[-1].kind == "completed"
    assert len(loop.tasks) == 1


async def test_an_unreadable_queue_is_read_again(start: Start, failing: FailingDatabase):
    service = await start(database=failing, settings={"concurrency": 1})
    name = (await service.accept(USER, request())).execution_id
    failing.failures = 4
    assert (await events_of(service, name))[-1].kind == "completed"
    assert failing.failures == 0


async def test_nothing_is_accepted_that_cannot_be_stored(start: Start, failing: FailingDatabase):
    loop = ScriptedLoop()
    service = await start(loop, database=failing, settings={"concurrency": 1})
    failing.failures = 1
    with pytest.raises(StorageUnavailable):
        await service.accept(USER, request())
    name = (await service.accept(USER, request())).execution_id
    assert (await events_of(service, name))[-1].kind == "completed"
    assert len(loop.tasks) == 1


async def test_a_worker_that_looked_too_early_looks_again_when_another_finds_work():
    looks: list[asyncio.Future[Claim | None]] = []
    looked = asyncio.Condition()

    async def claim() -> Claim | None:
        looks.append(asyncio.get_running_loop().create_future())
        async with looked:
            looked.notify_all()
        return await looks[-1]

    async def looked_times(count: int) -> None:
        async with asyncio.timeout(5), looked:
            await looked.wait_for(lambda: len(looks) == count)

    def work(name: str) -> Claim:
        return Claim(name, USER, 1, request(), None, None, Judgement())

    released: dict[str, asyncio.Event] = {"first": asyncio.Event(), "second": asyncio.Event()}

    async def run(claimed: Claim) -> None:
        await released[claimed.execution_id].wait()

    queue = Queue(claim, run, 2, Activity(), 0.001)
    queue.start()
    await looked_times(2)
    looks[1].set_result(work("first"))
    released["first"].set()
    await looked_times(3)
    looks[2].set_result(work("second"))
    # The first worker's look is older than all that, and found nothing.
    looks[0].set_result(None)
    await looked_times(4)
    await queue.close()
