"""Serves routes on a private socket, as an engine does, and asks them over HTTP."""

from __future__ import annotations

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
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
