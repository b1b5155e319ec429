"""Serves routes on a private socket, as an engine does, and asks them over HTTP."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from tornado.web import Application

from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.web import handlers as web
from jupyter_coding_agent.web.handlers import NotFoundHandler, Route
from jupyter_coding_agent.web.private import PrivateServer, listen


@asynccontextmanager
async def served(
    routes: list[Route],
    path: Path,
    activity: Activity | None = None,
    application: Application | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server of these routes, or of a whole application."""
    served = application or web.application(routes, activity or Activity(), NotFoundHandler)
    server = PrivateServer(served)
    listener = listen(path)
    server.add_sockets([listener])
    try:
        async with private_client(path) as client:
            yield client
    finally:
        server.stop()
        await server.close_all_connections()
        listener.close()


def private_client(path: Path) -> httpx.AsyncClient:
    """A client on a private socket."""
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(path)), base_url="http://engine", timeout=20
    )


def free_port() -> int:
    """A port that nobody listens on right now, and that no connection is given as its own end in the meantime."""
    while True:
        # Below those that the system gives to connections.
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


async def listening(port: int, within: float = 60) -> None:
    """Wait until somebody listens: a Jupyter server says that it is running a moment before."""
    async with asyncio.timeout(within):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
