"""Who owns a data directory, and what happens when the owner ends."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.core.errors import EngineUnavailable, StorageUnavailable
from jupyter_coding_agent.core.paths import database_path, lock_path, socket_path
from jupyter_coding_agent.executions.store import ExecutionStore
from jupyter_coding_agent.host import Host
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.web.handlers import NotFoundHandler, RoomHandler, application
from jupyter_coding_agent.web.private import listen
from tests.scripted_loop import request
from tests.serving import private_client


class WhoHandler(RoomHandler):
    def initialize(self, engine: FakeEngine) -> None:
        self.engine = engine

    def get(self) -> None:
        self.reply({"engine": self.engine.engine_id})


class FakeEngine:
    """An engine that only says who it is."""

    def __init__(self, engine_id: str, activity: Activity) -> None:
        self.engine_id, self.activity, self.closed = engine_id, activity, False

    def application(self) -> Any:
        return application([(r"/who", WhoHandler, {"engine": self})], self.activity, NotFoundHandler)

    async def close(self) -> None:
        self.closed = True


class Engines:
    """Starts fake engines; the next starts fail with `faults`."""

    def __init__(self) -> None:
        self.started: list[FakeEngine] = []
        self.orphaned: bool | None = None
        self.faults: list[Exception] = []

    async def __call__(
        self, data: Path, config: Any, *, engine_id: str, activity: Activity, orphaned: bool
    ) -> FakeEngine:
        self.orphaned = orphaned
        if self.faults:
            raise self.faults.pop(0)
        self.started.append(FakeEngine(engine_id, activity))
        return self.started[-1]


@pytest.fixture
def engines() -> Engines:
    return Engines()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "data"


@pytest.fixture
async def host(data: Path, engines: Engines) -> AsyncIterator[Callable[[], Host]]:
    """Makes hosts of one data directory; closes them at the end."""
    async with AsyncExitStack() as stack:

        def make() -> Host:
            made = Host(data, start=engines)
            stack.push_async_callback(made.close)
            return made

        yield make


async def who(data: Path) -> str:
    async with private_client(socket_path(data)) as client:
        return str((await client.get("/who")).json()["engine"])


async def test_the_owner_listens_at_once_and_makes_the_engine_when_asked(host, data: Path, engines: Engines):
    owner = host()
    assert owner.claim()
    assert owner.owner
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket_path(data).stat().st_mode) == 0o600
    await asyncio.sleep(0)
    assert engines.started == []
    names = await asyncio.gather(*(who(data) for _ in range(5)))
    assert len(set(names)) == len(engines.started) == 1


async def test_what_waits_in_the_database_makes_the_engine_at_once(host, data: Path, engines: Engines):
    data.mkdir(parents=True, mode=0o700)
    database = await Database.open(database_path(data))
    await ExecutionStore(database).create("exe_1", "ada", request(), {}, daily_limit=1)
    await database.close()
    host().claim()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(engines.started) == 1


async def test_what_a_killed_engine_may_have_left_makes_the_engine_at_once(
    host, data: Path, engines: Engines
):
    data.mkdir(parents=True, mode=0o700)
    lock_path(data).write_text('{"pid": 1, "engine_id": "eng_killed"}')
    host().claim()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (len(engines.started), engines.orphaned) == (1, True)


async def test_the_second_finds_the_first(host, data: Path):
    first, second = host(), host()
    assert first.claim()
    assert not second.claim()
    stream = await second.connect()
    stream.close()
    await second.close()
    assert await who(data)


async def test_who_stands_by_takes_over_at_once(host, data: Path, engines: Engines):
    first, second = host(), host()
    first.claim()
    before = await who(data)
    second.claim()
    second.stand_by()
    await first.close()
    assert engines.started[0].closed
    (await second.connect()).close()
    assert second.owner
    assert await who(data) != before


async def test_who_has_stopped_does_not_take_over(host, data: Path):
    first, second, third = host(), host(), host()
    first.claim()
    second.stand_by()
    await second.close()
    await first.close()
    # The thread of the second still gets the lock first, and must let it go.
    async with asyncio.timeout(10):
        while not third.claim():
            await asyncio.sleep(0.01)
    assert not second.owner


async def test_a_dead_engines_socket_is_replaced(host, data: Path):
    data.mkdir(parents=True, mode=0o700)
    listen(socket_path(data)).close()
    assert socket_path(data).exists()
    assert host().claim()
    assert await who(data)


async def test_closing_leaves_nothing_behind(host, data: Path, engines: Engines):
    owner = host()
    owner.claim()
    await who(data)
    await owner.close()
    assert not socket_path(data).exists()
    assert engines.started[0].closed
    assert host().claim()
    await who(data)
    assert engines.orphaned is False


async def test_why_an_engine_cannot_start_is_said_until_it_can(host, data: Path, engines: Engines):
    engines.faults = [StorageUnavailable("The disk is full."), KeyError("secret")]
    host().claim()
    async with private_client(socket_path(data)) as client:
        replies = []
        while not replies or replies[-1].status_code != 200:
            replies.append(await client.get("/who"))
            await asyncio.sleep(0)
    sentences = list(dict.fromkeys(reply.json()["message"] for reply in replies[:-1]))
    assert sentences == [
        "The disk is full.",
        "The engine could not start; the server's log has the details.",
    ]
    assert {reply.status_code for reply in replies[:-1]} == {503}


async def test_an_idle_engine_ends_and_cannot_be_reached_any_more(host, data: Path):
    owner = host()
    owner.claim()
    await who(data)
    await owner.until_idle(0.01)
    with pytest.raises(httpx.ConnectError):
        await who(data)
    with pytest.raises(EngineUnavailable, match=r"engine\.lock"):
        await owner.connect(0)


class LateGuest(Activity):
    """Someone connects in the last moment, before the idle engine has closed its door."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.guest: socket.socket | None = None

    async def idle_for(self, seconds: float) -> None:
        await super().idle_for(seconds)
        if self.guest is None:
            self.guest = socket.socket(socket.AF_UNIX)
            self.guest.connect(os.fspath(self.path))
            self.guest.sendall(b"GET /who HTTP/1.1\r\nHost: engine\r\n\r\n")


async def test_who_comes_in_the_last_moment_is_served(host, data: Path):
    owner = host()
    owner.claim()
    owner.activity = late = LateGuest(socket_path(data))
    await owner.until_idle(0.05)
    await owner.close()
    assert late.guest is not None
    late.guest.settimeout(5)
    assert (await asyncio.to_thread(late.guest.recv, 100)).startswith(b"HTTP/1.1 200")
    late.guest.close()


async def test_a_data_directory_of_someone_else_is_refused(tmp_path: Path):
    foreign = tmp_path
    if os.getuid() == 0:
        os.chown(foreign, 12345, -1)
    else:
        foreign = Path("/")
    with pytest.raises(StorageUnavailable, match="another user"):
        Host(foreign).claim()


async def test_a_folder_where_others_write_is_refused_and_the_lock_let_go(host, data: Path):
    data.mkdir(parents=True)
    data.chmod(0o777)
    with pytest.raises(StorageUnavailable, match="chmod 700"):
        host().claim()
    data.chmod(0o700)
    assert host().claim()


async def test_a_path_that_cannot_be_a_folder_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="can't be made"):
        Host(tmp_path / "file").claim()
    assert not lock_path(tmp_path / "file").exists()


async def test_a_long_path_has_its_socket_elsewhere(tmp_path: Path, engines: Engines):
    data = tmp_path / ("long" * 25)
    owner = Host(data, start=engines)
    assert owner.claim()
    assert not socket_path(data).is_relative_to(tmp_path)
    assert stat.S_IMODE(socket_path(data).parent.stat().st_mode) == 0o700
    assert await who(data)
    await owner.close()
    assert not socket_path(data).exists()
