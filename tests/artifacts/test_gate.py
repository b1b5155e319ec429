"""Uploads through a real Jupyter server: who gets in, how much memory it takes, what a lost engine leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.artifacts.conftest import files_in
from tests.jupyter_process import JupyterProcess, of

Start = Callable[..., Awaitable[JupyterProcess]]
MIB = 1024 * 1024
UPLOAD = "coding-agent/artifacts/upload"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    servers: list[JupyterProcess] = []

    async def begin(**options: Any) -> JupyterProcess:
        servers.append(JupyterProcess(tmp_path / f"server{len(servers)}", tmp_path / "data", **options))
        return await servers[-1].ready()

    yield begin
    for server in servers:
        server.close()


def status_of(server: JupyterProcess, name: str) -> int:
    """A number of KiB that the kernel tells of the process."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


class Body:
    """The pieces of a form with one file, and how many of them were asked for."""

    def __init__(self, pieces: int, piece: bytes = b"x" * MIB) -> None:
        self.taken = 0
        self._pieces, self._piece = pieces, piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
        for _ in range(self._pieces):
            self.taken += 1
            yield self._piece
        yield b"\r\n--b--\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=b"}


async def test_twenty_uploads_at_once_are_held_by_nobody(start: Start):
    server = await start()
    async with server.client() as client:
        assert (await client.post(UPLOAD, files={"file": ("warm", b"x" * MIB)})).status_code == 201
        before = status_of(server, "VmHWM")
        bodies = [Body(20, bytes([number]) * MIB) for number in range(20)]
        replies = await asyncio.gather(
            *(client.post(UPLOAD, content=body, headers=FORM, timeout=120) for body in bodies)
        )
        assert [reply.status_code for reply in replies] == [201] * 20
        assert {reply.json()["size"] for reply in replies} == {20 * MIB}
        # 400 MiB have passed. The gate and the engine are one process here.
        assert status_of(server, "VmHWM") - before < 80 * 1024
        made = replies[7].json()
        reply = await client.get(f"coding-agent/artifacts/{made['artifact_id']}/download")
        assert reply.content == bytes([7]) * (20 * MIB)


async def test_the_limit_through_the_gate(start: Start, tmp_path: Path):
    server = await start()
    async with server.client() as client:
        whole = await client.post(UPLOAD, content=Body(50), headers=FORM, timeout=120)
        assert whole.status_code == 201
        for pieces in ([*[b"x" * MIB] * 50, b"y"], [b"x" * MIB] * 90):
            more = {"file": ("big.bin", b"".join(pieces))}
            status, body = of(await client.post(UPLOAD, files=more, timeout=120))
            assert (status, body["field"]) == (413, "file")
        assert (await client.get("coding-agent/artifacts")).json()["total"] == 1
    assert len(files_in(tmp_path / "data" / "artifacts")) == 1


AUTHORIZER = """
from jupyter_server.auth import Authorizer

class Reads(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read"

c.ServerApp.authorizer_class = Reads
"""


async def test_who_may_not_is_told_before_the_body_is_read(start: Start, tmp_path: Path):
    server = await start(config=AUTHORIZER)
    strangers = [server.client(), httpx.AsyncClient(base_url=server.url, timeout=30)]
    for client in strangers:
        async with client:
            body = Body(400)
            try:
                reply = await client.post(UPLOAD, content=body, headers=FORM)
            except httpx.TransportError:
                pass  # cut off while it still sent
            else:
                assert reply.status_code == 403
            assert body.taken < 100
            assert (await client.post(UPLOAD, headers=FORM)).status_code == 403
    assert files_in(tmp_path / "data" / "artifacts") == []


async def test_another_sites_page_cannot_upload_with_a_browsers_login(start: Start):
    server = await start()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as browser:
        await browser.get("tree?token=test-token")
        assert browser.cookies
        form = {"file": ("a", b"x")}
        assert (await browser.post(UPLOAD, files=form)).status_code == 403
        header = {"X-XSRFToken": browser.cookies["_xsrf"]}
        assert (await browser.post(UPLOAD, files=form, headers=header)).status_code == 201
        evil = header | {"Origin": "https://evil.example"}
        assert (await browser.post(UPLOAD, files=form, headers=evil)).status_code in (403, 404)


async def test_what_a_download_is_passes_the_gate(start: Start):
    server = await start()
    async with server.client() as client:
        made = (await client.post(UPLOAD, files={"file": ("é.html", b"<b>0123456789")})).json()
        path = f"coding-agent/artifacts/{made['artifact_id']}/download"
        reply = await client.get(path, headers={"Range": "bytes=3-5"})
        assert (reply.status_code, reply.content) == (206, b"012")
        assert reply.headers["Content-Range"] == "bytes 3-5/13"
        assert reply.headers["Content-Type"] == "text/html"
        assert reply.headers["Content-Disposition"].startswith("attachment;")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        again = await client.get(path, headers={"If-None-Match": reply.headers["Etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get(path, headers={"Range": "bytes=99-"})).status_code == 416
        assert (await client.delete(path.removesuffix("/download"))).status_code == 204
        assert (await client.get(UPLOAD)).status_code == 405


async def test_a_client_that_goes_leaves_nothing(start: Start, tmp_path: Path):
    server = await start()
    root = tmp_path / "data" / "artifacts"
    halfway, never = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        async for piece in Body(2):
            if piece.startswith(b"\r\n"):
                halfway.set()
                await never.wait()
            yield piece

    async with server.client() as client:
        sending = asyncio.create_task(client.post(UPLOAD, content=body(), headers=FORM))
        await halfway.wait()
        async with asyncio.timeout(10):
            while not files_in(root):
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        async with asyncio.timeout(10):
            while files_in(root):
                await asyncio.sleep(0.01)
        assert (await client.get("coding-agent/artifacts")).json()["total"] == 0
