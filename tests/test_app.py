"""The extension in real Jupyter servers: who gets in, what gets through, what a wrong setting does."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent import settings
from jupyter_coding_agent.app import CodingAgentApp
from jupyter_coding_agent.core.lock import OwnerLock
from jupyter_coding_agent.core.paths import lock_path, socket_path
from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.host import Host
from tests.jupyter_process import TOKEN, JupyterProcess, of

Start = Callable[..., Awaitable[JupyterProcess]]

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts Jupyter servers on one data directory; none outlives the test."""
    servers: list[JupyterProcess] = []

    async def begin(**options: Any) -> JupyterProcess:
        options.setdefault("data", tmp_path / "data")
        servers.append(JupyterProcess(tmp_path / f"server{len(servers)}", **options))
        return await servers[-1].ready()

    yield begin
    for server in servers:
        server.close()


async def paths(tmp_path: Path) -> list[str]:
    """Every route of the engine, with something in the place of ids."""
    data = tmp_path / "for-its-routes"
    data.mkdir(mode=0o700)
    engine = await Engine.start(data, environ={})
    found = [re.sub(r"\(.*?\)", "exe_1", pattern).replace("\\", "") for pattern, _, _ in engine.routes()]
    await engine.close()
    assert "/execute/exe_1/stream" in found
    return found


async def test_nobody_without_the_token_reaches_any_route_by_any_verb(start: Start, tmp_path: Path):
    server = await start()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as stranger:
        for path in [*await paths(tmp_path), "", "/", "/nope", "/%2e%2e/api/contents"]:
            for verb in VERBS:
                reply = await stranger.request(verb, f"coding-agent{path}")
                assert reply.status_code in (401, 403), (verb, path)
        wrong = await stranger.get("coding-agent/health", headers={"Authorization": "token wrong"})
        assert of(wrong) == (403, {"message": "Forbidden", "reason": "forbidden"})
    async with server.client() as client:
        assert (await client.get("coding-agent/health")).status_code == 200


async def test_what_is_refused_before_its_body_is_read_ends_the_connection(start: Start):
    server = await start()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as stranger:
        for verb in ("GET", "PUT"):
            reply = await stranger.request(verb, "coding-agent/artifacts/upload")
            assert (reply.status_code, reply.headers["Connection"]) == (403, "close"), verb


AUTHORIZER = """
from jupyter_server.auth import Authorizer

class Denies(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return not (resource == "coding_agent" and action == "{action}")

c.ServerApp.authorizer_class = Denies
"""


@pytest.mark.parametrize(
    ("action", "denied"), [("read", {"GET", "HEAD"}), ("write", {"POST", "PUT", "PATCH", "DELETE"})]
)
async def test_an_authorizer_decides_on_every_verb(start: Start, action: str, denied: set[str]):
    server = await start(config=AUTHORIZER.format(action=action))
    async with server.client() as client:
        for verb in VERBS:
            reply = await client.request(verb, "coding-agent/executions")
            assert (reply.status_code == 403) == (verb in denied), verb
        assert (await client.get("api/contents")).status_code == 200


async def test_another_sites_page_cannot_use_a_browsers_login(start: Start):
    server = await start()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as browser:
        assert (await browser.get(f"tree?token={TOKEN}")).status_code in (200, 302, 404)
        assert browser.cookies
        body = {"prompt": "sort"}
        assert (await browser.post("coding-agent/execute", json=body)).status_code == 403
        reply = await browser.get("coding-agent/executions", headers={"Origin": "https://evil.example"})
        assert reply.status_code == 404


async def test_one_local_user_whatever_name_a_token_login_is_given(start: Start):
    server = await start()
    async with server.client() as one, server.client() as other:
        session = (await one.post("coding-agent/sessions", json={})).json()["session_id"]
        body = {"prompt": "sort a list", "session_id": session}
        name = (await other.post("coding-agent/execute", json=body)).json()["execution_id"]
        listed = (await other.get(f"coding-agent/executions?session_id={session}&token={TOKEN}")).json()
        assert [execution["execution_id"] for execution in listed["executions"]] == [name]


IDENTITY = """
from jupyter_server.auth import IdentityProvider, User

class Names(IdentityProvider):
    def get_user(self, handler):
        name = handler.request.headers.get("X-Test-User")
        return User(username=name) if name else None

c.ServerApp.identity_provider_class = Names
c.ServerApp.disable_check_xsrf = True
"""


async def test_where_names_are_stable_each_user_has_their_own(start: Start):
    server = await start(config=IDENTITY)
    async with server.client() as client:
        body = {"prompt": "sort a list"}
        mine = {"X-Test-User": "j%C3%BCrgen/x"}
        name = (await client.post("coding-agent/execute", json=body, headers=mine)).json()["execution_id"]
        path = f"coding-agent/execute/{name}"
        assert (await client.get(path, headers=mine)).status_code == 200
        assert (await client.get(path, headers={"X-Test-User": "eve"})).status_code == 404
        # The engine believes the gate's header, so nobody may bring their own.
        forged = {"X-Test-User": "eve", "X-Coding-Agent-User": mine["X-Test-User"]}
        assert (await client.get(path, headers=forged)).status_code == 404


async def test_a_second_server_forwards_and_takes_over_when_the_first_is_killed(start: Start, tmp_path: Path):
    first, second = await start(), await start(base_url="/user/a%40b/")
    async with first.client() as one, second.client() as other:
        shared = (await one.post("coding-agent/sessions", json={})).json()["session_id"]
        body = {"prompt": "sort a list", "session_id": shared}
        names = [
            (await client.post("coding-agent/execute", json=body)).json()["execution_id"]
            for client in (one, other)
        ]
        owner = json.loads(lock_path(tmp_path / "data").read_text())["pid"]
        assert owner == first.process.pid
        for client in (one, other):
            listed = await client.get(f"coding-agent/executions?session_id={shared}")
            assert listed.json()["total"] == 2
        first.kill()
        # Sent while nobody is the owner yet: it waits, and is answered by the successor.
        for name in names:
            lines = []
            async with other.stream("GET", f"coding-agent/execute/{name}/stream") as events:
                lines = [line async for line in events.aiter_lines() if line.startswith("event:")]
            assert lines[-1] in ("event: completed", "event: error")
        assert json.loads(lock_path(tmp_path / "data").read_text())["pid"] == second.process.pid


async def test_a_stopped_server_lets_go(start: Start, tmp_path: Path):
    server = await start()
    async with server.client() as client:
        assert (await client.get("coding-agent/executions")).status_code == 200
    server.stop()
    assert not socket_path(tmp_path / "data").exists()
    lock = OwnerLock.acquire(lock_path(tmp_path / "data"), "eng_test", wait=False)
    assert lock is not None
    lock.release()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"CODING_AGENT_EXECUTION_DAILY_LIMIT": "lots"}, "CODING_AGENT_EXECUTION_DAILY_LIMIT"),
        ({"config": "c.RunnerSettings.cpus = 'many'"}, "cpus"),
        ({"config": "c.PolicySettings.blocked_imports = ['os.*']"}, "blocked_imports"),
        ({"config": "c.CodingAgentApp.enabled = 'perhaps'"}, "enabled"),
        ({"config": "c.CodingAgentApp.enabled = False"}, "CodingAgentApp.enabled"),
    ],
)
async def test_a_wrong_setting_disables_the_extension_and_nothing_else(start: Start, options, named: str):
    server = await start(**options)
    complaints = [line for line in server.log.splitlines() if "switched off" in line]
    async with server.client() as client:
        status, body = of(await client.get("coding-agent/health"))
        assert status == 503
        assert named in body["message"]
        assert (await client.get("api/contents")).status_code == 200
    assert len(complaints) == 1
    assert named in complaints[0]
    assert "Traceback" not in server.log


async def test_a_wrong_value_in_its_own_configuration_file_does_not_end_jupyter(start: Start, tmp_path: Path):
    config = tmp_path / "own"
    config.mkdir()
    (config / "jupyter_coding_agent_config.py").write_text("c.CodingAgentApp.data_dir = 3\n")
    server = await start(JUPYTER_CONFIG_PATH=str(config))
    async with server.client() as client:
        status, body = of(await client.get("coding-agent/health"))
        assert status == 503
        assert "data_dir" in body["message"]


async def test_a_data_directory_that_cannot_be_used_is_a_sentence(start: Start, tmp_path: Path):
    (tmp_path / "file").touch()
    server = await start(data=tmp_path / "file")
    async with server.client() as client:
        status, body = of(await client.get("coding-agent/health"))
        assert status == 503
        assert str(tmp_path / "file") in body["message"]


class Behind:
    """The test itself as the owner behind a gate: raw HTTP, said byte by byte."""

    def __init__(self) -> None:
        self.requests: asyncio.Queue[bytes] = asyncio.Queue()
        self.writers: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self.gone: asyncio.Queue[bool] = asyncio.Queue()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
        self.requests.put_nowait(head + await reader.readexactly(length))
        self.writers.put_nowait(writer)
        await reader.read()
        self.gone.put_nowait(True)


@asynccontextmanager
async def owning(data: Path) -> AsyncIterator[Behind]:
    """Listen on the private socket in the place of an engine."""
    data.mkdir(mode=0o700, exist_ok=True)
    lock = OwnerLock.acquire(lock_path(data), "eng_test", wait=False)
    assert lock is not None
    behind = Behind()
    server = await asyncio.start_unix_server(behind, socket_path(data))
    try:
        yield behind
    finally:
        server.close()
        socket_path(data).unlink()
        lock.release()


async def test_what_the_gate_forwards_and_what_it_keeps(start: Start, tmp_path: Path):
    async with owning(tmp_path / "data") as behind:
        server = await start(base_url="/lab/")
        headers = {"Last-Event-ID": "7", "Cookie": "secret=1", "X-Forwarded-For": "1.2.3.4"}
        async with server.client(**headers) as client:
            asking = asyncio.create_task(
                client.post(f"coding-agent/a%2Fb/c?token={TOKEN}&x=1&x=a%26b", json={"prompt": "ä"})
            )
            request = await behind.requests.get()
            writer = await behind.writers.get()
            answer = b'{"a": 1}'
            writer.write(
                b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 9\r\n"
                b"Set-Cookie: evil=1\r\nServer: engine\r\nContent-Length: %d\r\n\r\n%s"
                % (len(answer), answer)
            )
            reply = await asking
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /coding-agent/a%2Fb/c?x=1&x=a%26b HTTP/1.1"
    assert json.loads(body) == {"prompt": "ä"}
    names = {line.split(b":")[0].lower() for line in head.splitlines()[1:]}
    assert names == {
        b"accept",
        b"content-length",
        b"content-type",
        b"host",
        b"last-event-id",
        b"x-coding-agent-user",
    }
    assert b"local" in head
    assert of(reply) == (429, {"a": 1})
    assert reply.headers["Retry-After"] == "9"
    assert "evil" not in reply.headers.get("Set-Cookie", "")


async def test_a_stream_passes_piece_by_piece(start: Start, tmp_path: Path):
    async with owning(tmp_path / "data") as behind:
        server = await start()
        async with server.client() as client:
            request = client.build_request("GET", "coding-agent/events")
            sending = asyncio.create_task(client.send(request, stream=True))
            writer = await behind.writers.get()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"9\r\n: begun\n\n\r\n"
            )
            reply = await sending
            assert reply.headers["Content-Type"] == "text/event-stream"
            lines = reply.aiter_lines()
            assert await anext(lines) == ": begun"
            for number in range(3):
                text = b"id: %d\n\n" % number
                writer.write(b"%x\r\n%s\r\n" % (len(text), text))
                while (line := await anext(lines)) == "":
                    pass
                assert line == f"id: {number}"
            await reply.aclose()
            async with asyncio.timeout(5):
                assert await behind.gone.get()
            # Nobody is there to be told that the engine went: it was the client.
            waiting = asyncio.create_task(client.get("coding-agent/executions"))
            await behind.writers.get()
            waiting.cancel()
            async with asyncio.timeout(5):
                assert await behind.gone.get()
        async with server.client() as client:
            assert (await client.get("api/status")).status_code == 200
        assert " 503 " not in server.log


async def test_an_engine_that_dies_in_its_answer_is_no_complete_answer(start: Start, tmp_path: Path):
    async with owning(tmp_path / "data") as behind:
        server = await start()
        async with server.client() as client:
            asking = asyncio.create_task(client.get("coding-agent/executions"))
            writer = await behind.writers.get()
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            await writer.drain()
            await behind.requests.get()
            writer.close()
            with pytest.raises(httpx.RemoteProtocolError):
                await asking


async def test_an_engine_that_dies_before_its_answer_is_a_sentence_and_not_asked_twice(
    start: Start, tmp_path: Path
):
    async with owning(tmp_path / "data") as behind:
        server = await start()
        async with server.client() as client:
            asking = asyncio.create_task(client.post("coding-agent/execute", json={"prompt": "sort"}))
            (await behind.writers.get()).close()
            status, body = of(await asking)
        assert (status, body["reason"]) == (503, "no_engine")
        assert "GET /executions" in body["message"]
        assert behind.requests.qsize() == 1


async def test_a_request_waits_for_an_engine_that_is_about_to_listen(start: Start, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    lock = OwnerLock.acquire(lock_path(data), "eng_test", wait=False)
    assert lock is not None
    server = await start()
    async with server.client() as client:
        asking = asyncio.create_task(client.get("coding-agent/executions"))
        await asyncio.wait({asking}, timeout=0.3)
        assert not asking.done()
        lock.release()
        assert (await asking).status_code == 200


async def test_too_large_a_body_is_refused_with_its_status(start: Start):
    server = await start()
    async with server.client() as client:
        status, body = of(await client.post("coding-agent/execute", json={"prompt": "x" * 2**20}))
        assert (status, body["field"]) == (413, "prompt")
        for size in (20 * 2**20, 70 * 2**20):
            status, body = of(await client.post("coding-agent/execute", content=b"x" * size))
            assert (status, body["field"]) == (413, "body")
        assert (await client.get("coding-agent/executions")).status_code == 200


async def test_jupyters_configuration_reaches_the_engine(start: Start):
    server = await start(config="c.ExecutionSettings.daily_limit = 1\n")
    async with server.client() as client:
        assert (await client.post("coding-agent/execute", json={"prompt": "sort"})).status_code == 202
        reply = await client.post("coding-agent/execute", json={"prompt": "sort", "fresh": True})
        assert reply.status_code == 429
        assert int(reply.headers["Retry-After"]) > 86_000


class BrokenHost(Host):
    async def close(self) -> None:
        raise RuntimeError("broken")


async def test_a_host_that_cannot_end_does_not_keep_jupyter_from_ending(tmp_path: Path):
    app = CodingAgentApp()
    app._host = BrokenHost(tmp_path)
    await app.stop_extension()


def test_the_help_names_every_setting():
    shown = CodingAgentApp().generate_config_file()
    for cls in settings.ALL:
        for name in cls.class_own_traits(config=True):
            assert f"c.{cls.__name__}.{name} =" in shown
