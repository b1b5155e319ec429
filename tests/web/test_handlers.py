"""Bodies in, JSON and events out, errors in one shape."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from pydantic import BaseModel, ConfigDict, Field

from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.core.errors import AgentError, QuotaExceeded, RunnerUnavailable
from jupyter_coding_agent.web.handlers import RoomHandler, ServerSentEvent
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.serving import served


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=1)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: str = Field(max_length=100)
    inner: Inner | None = None


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid")
    page: int = Field(default=1, ge=1)


class EchoHandler(RoomHandler):
    body_limit = 10_000

    async def get(self) -> None:
        self.reply({"user": self.user, "page": self.query(Query).page, "last": self.last_event_id})

    async def post(self) -> None:
        self.reply(self.body(Body), 201)


class RaisingHandler(RoomHandler):
    def initialize(self, error: Exception) -> None:
        self.error = error

    async def get(self) -> None:
        raise self.error


class Source:
    """Events that a test hands out one by one; None ends them."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue()
        self.closed = asyncio.Event()

    async def events(self) -> AsyncGenerator[ServerSentEvent, None]:
        try:
            while (event := await self.queue.get()) is not None:
                yield event
        finally:
            self.closed.set()

    async def work(self) -> str:
        try:
            await self.queue.get()
            return "done"
        finally:
            self.closed.set()


class StreamHandler(RoomHandler):
    keepalive_seconds: ClassVar[float] = 0.01

    def initialize(self, source: Source) -> None:
        self.source = source

    async def get(self) -> None:
        await self.stream(self.source.events())

    async def post(self) -> None:
        self.reply({"result": await self.while_connected(self.source.work())})


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def activity() -> Activity:
    return Activity()


@pytest.fixture
async def client(tmp_path: Path, source: Source, activity: Activity) -> AsyncIterator[httpx.AsyncClient]:
    routes = [
        (r"/echo", EchoHandler, {}),
        (r"/missing", RaisingHandler, {"error": RunnerUnavailable("Start Docker.")}),
        (r"/quota", RaisingHandler, {"error": QuotaExceeded("Too many.", retry_after=17)}),
        (r"/bug", RaisingHandler, {"error": KeyError("secret")}),
        (r"/stream", StreamHandler, {"source": source}),
    ]
    async with served(routes, tmp_path / "test.sock", activity) as asking:
        yield asking
    assert activity.idle


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, "body"),
        (b'{"prompt": "\xff"}', 400, "body"),
        (b"[]", 400, "body"),
        (b'{"prompt": "\\ud800"}', 400, "body"),
        (b"", 400, "prompt"),
        (b"{}", 400, "prompt"),
        (b'{"prompt": 3}', 400, "prompt"),
        (b'{"prompt": null}', 400, "prompt"),
        (b'{"prompt": "a", "wat": 1}', 400, "wat"),
        (b'{"prompt": "a", "inner": {"number": 0}}', 400, "inner.number"),
        (b'{"prompt": "a", "inner": {"number": 1, "x": 2}}', 400, "inner.x"),
        (b'{"prompt": "' + b"a" * 101 + b'"}', 413, "prompt"),
        (b'{"prompt": "' + b"a" * 20_000 + b'"}', 413, "body"),
        (b'{"prompt": ' + b"[" * 5_000, 400, "body"),
    ],
)
async def test_a_wrong_body_is_answered_with_the_wrong_field(client, body: bytes, status: int, field: str):
    reply = await client.post("/echo", content=body)
    assert (reply.status_code, reply.json()["field"]) == (status, field)
    assert reply.json()["message"].endswith((".", "ones."))
    assert reply.headers["content-type"] == "application/json"


async def test_a_right_body_is_handed_on(client: httpx.AsyncClient):
    reply = await client.post("/echo", json={"prompt": "ä", "inner": {"number": 1}})
    assert (reply.status_code, reply.json()) == (201, {"prompt": "ä", "inner": {"number": 1}})


@pytest.mark.parametrize(
    ("query", "field"), [("page=0", "page"), ("page=x", "page"), ("page=1&page=2", "page"), ("p=1", "p")]
)
async def test_a_wrong_query_is_answered_with_the_wrong_name(client, query: str, field: str):
    reply = await client.get(f"/echo?{query}")
    assert (reply.status_code, reply.json()["field"]) == (400, field)


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "²", "9" * 19])
async def test_a_wrong_event_id_is_refused(client, text: str):
    reply = await client.get("/echo", headers={"Last-Event-ID": text.encode()})
    assert (reply.status_code, reply.json()["field"]) == (400, "Last-Event-ID")


@pytest.mark.parametrize("name", ["ada", "Jürgen", "李 雷", "a/b\n%41"])
async def test_the_users_name_arrives_as_it_was(client, name: str):
    reply = await client.get("/echo", headers={USER_HEADER: encode_user(name)})
    assert reply.json()["user"] == name


async def test_without_a_name_it_is_the_local_user(client: httpx.AsyncClient):
    assert (await client.get("/echo")).json() == {"user": "local", "page": 1, "last": None}


async def test_errors_have_one_shape(client: httpx.AsyncClient):
    missing = await client.get("/missing")
    assert (missing.status_code, missing.json()) == (
        503,
        {"message": "Start Docker.", "reason": "no_container_engine"},
    )
    quota = await client.get("/quota")
    assert (quota.status_code, quota.headers["retry-after"]) == (429, "17")
    bug = await client.get("/bug")
    assert bug.status_code == 500
    assert "secret" not in bug.text
    assert bug.json()["reason"] == "internal_server_error"
    for path, method, status in (("/nope", "GET", 404), ("/echo", "DELETE", 405)):
        reply = await client.request(method, path)
        assert reply.status_code == status
        assert set(reply.json()) == {"message", "reason"}


async def test_every_error_of_the_tree_has_its_status_and_reason():
    def tree(cls: type[AgentError]) -> list[type[AgentError]]:
        return [cls, *(one for child in cls.__subclasses__() for one in tree(child))]

    for error in tree(AgentError):
        assert 400 <= error.status < 600
        assert error.reason


async def test_a_stream_is_sent_as_it_comes(client: httpx.AsyncClient, source: Source):
    async with client.stream("GET", "/stream") as reply:
        assert reply.headers["content-type"] == "text/event-stream"
        lines = reply.aiter_lines()
        assert await anext(lines) == ": stream"
        source.queue.put_nowait(ServerSentEvent(id=7, event="run", data={"text": "a\nb"}))
        received = []
        while not (received and received[-1].startswith("data: ")):
            received.append(await anext(lines))
        assert received[-3:-1] == ["id: 7", "event: run"]
        assert json.loads(received[-1].removeprefix("data: ")) == {"text": "a\nb"}
        while await anext(lines) != ": keep-alive":
            pass
        source.queue.put_nowait(None)
        assert [line async for line in lines if line.startswith("id")] == []
    assert source.closed.is_set()


async def test_a_client_that_goes_ends_its_stream(client, source: Source, activity: Activity):
    async with client.stream("GET", "/stream") as reply:
        assert reply.status_code == 200
        assert not activity.idle
    async with asyncio.timeout(5):
        await source.closed.wait()
        await activity.idle_for(0)


async def test_work_is_given_up_when_the_client_goes(client, source: Source, activity: Activity):
    asking = asyncio.create_task(client.post("/stream"))
    async with asyncio.timeout(5):
        while activity.idle:
            await asyncio.sleep(0)
        asking.cancel()
        await source.closed.wait()
        await activity.idle_for(0)


async def test_work_is_answered_when_the_client_waits(client, source: Source):
    source.queue.put_nowait(None)
    assert (await client.post("/stream")).json() == {"result": "done"}
