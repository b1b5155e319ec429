"""What the extension costs a Jupyter server, how soon the first event comes, and how long ``%load_ext`` takes."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from ..core.errors import TimedOut
from .claims import Claim, alternate

START_SECONDS = 60.0
ROUNDS = 15

LOAD_EXT = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
started = time.perf_counter()
shell.run_line_magic("load_ext", "jupyter_coding_agent")
print(time.perf_counter() - started)
"""


@dataclass
class Server:
    """A Jupyter server of our own."""

    url: str
    token: str
    pid: int
    ready_seconds: float


@asynccontextmanager
async def jupyter_server(
    root: Path, *, extension: bool, settings: Sequence[str] = ()
) -> AsyncIterator[Server]:
    """Start a server without a front end, wait until it answers, stop it at the end.

    `settings` are arguments of its command line.
    """
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    environ = os.environ | {
        "CODING_AGENT_DATA_DIR": str(root / "data"),
        "CODING_AGENT_LLM_PROVIDER": "templates",
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
    }
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", f"--port={port}"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
        f"--ServerApp.jpserver_extensions=jupyter_coding_agent={extension}",
        *settings,
        env=environ,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        async with httpx.AsyncClient(headers={"Authorization": f"token {token}"}) as client:
            async with asyncio.timeout(START_SECONDS):
                while not await _answers(client, url + "api/status"):
                    if process.returncode is not None:
                        raise TimedOut("The Jupyter server ended before it answered.")
                    await asyncio.sleep(0.005)
        yield Server(url, token, process.pid, perf_counter() - started)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def client_of(server: Server, *, connections: int = 10) -> AsyncIterator[Any]:
    """A client of this server that keeps its connections."""
    import httpx

    async with httpx.AsyncClient(
        base_url=server.url,
        headers={"Authorization": f"token {server.token}"},
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        timeout=300,
    ) as client:
        yield client


async def _answers(client: Any, url: str) -> bool:
    import httpx

    try:
        return bool((await client.get(url)).status_code == 200)
    except httpx.TransportError:
        return False


async def startup(root: Path) -> list[Claim]:
    """Time and memory that the extension adds to a server's start: medians of alternating starts."""
    import psutil

    seconds: dict[bool, list[float]] = {True: [], False: []}
    memory: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for extension in (True, False):
            async with jupyter_server(root, extension=extension) as server:
                seconds[extension].append(server.ready_seconds)
                memory[extension].append(psutil.Process(server.pid).memory_info().rss / 2**20)
    with_it, without = statistics.median(seconds[True]), statistics.median(seconds[False])
    mb_with, mb_without = statistics.median(memory[True]), statistics.median(memory[False])
    return [
        Claim(
            "Jupyter server's start with the extension, over without",
            (with_it - without) * 1000,
            "at most",
            150,
            "ms",
            f"{with_it:.3f} s against {without:.3f} s",
        ),
        Claim(
            "Jupyter server's memory with the extension, over without",
            mb_with - mb_without,
            "at most",
            25,
            "MB",
            f"{mb_with:.0f} MB against {mb_without:.0f} MB",
        ),
    ]


async def first_event(root: Path) -> Claim:
    """POST /execute to the first event of its stream, beside a plain ``/api/status`` of the same server."""
    import httpx

    async with (
        jupyter_server(root, extension=True) as server,
        httpx.AsyncClient(headers={"Authorization": f"token {server.token}"}, timeout=60) as client,
    ):

        async def execute() -> None:
            reply = await client.post(
                server.url + "coding-agent/execute", json={"prompt": "sort a linked list", "fresh": True}
            )
            reply.raise_for_status()
            stream = f"{server.url}coding-agent/execute/{reply.json()['execution_id']}/stream"
            async with client.stream("GET", stream) as events:
                async for line in events.aiter_lines():
                    if line.startswith("data:"):
                        return

        async def status() -> None:
            (await client.get(server.url + "api/status")).raise_for_status()

        await execute()
        event, plain = await alternate([execute, status], ROUNDS)
    detail = f"/api/status of the same server: {plain * 1000:.1f} ms"
    return Claim("POST /execute to the first event (p50)", event * 1000, "at most", 50, "ms", detail)


async def load_ext() -> Claim:
    """``%load_ext jupyter_coding_agent`` in a fresh interpreter."""
    taken = []
    for _ in range(ROUNDS):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-c", LOAD_EXT),
            stdout=asyncio.subprocess.PIPE,
            # Nobody's own start-up files.
            env=os.environ | {"IPYTHONDIR": os.devnull},
        )
        output, _ = await process.communicate()
        taken.append(float(output.split()[-1]))
    return Claim("%load_ext jupyter_coding_agent", statistics.median(taken) * 1000, "at most", 60, "ms")
