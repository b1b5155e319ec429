"""How soon a person sees that a request was heard: from running the cell to its first output."""

from __future__ import annotations

import json
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from ..core.clock import new_id
from ..core.errors import AgentError
from .claims import Claim
from .server import client_of, jupyter_server

KERNELS = 7
LATER = 3
"""Requests in each kernel after its first, which imports everything."""
_ASK = "%%agent --template rate-limiter --no-insert --fresh\nlimit the rate to 5 calls"
_PLAIN = "from IPython.display import display, HTML\ndisplay(HTML('<b>here</b>'))"


class Front:
    """A front end of one kernel, over the Jupyter server's web socket."""

    def __init__(self, socket: Any, clock: Callable[[], float] = perf_counter) -> None:
        self._socket = socket
        self._clock = clock

    async def run(self, source: str) -> float:
        """Run a cell; the seconds until it first showed something, or ended where it showed nothing.

        Raises AgentError where the cell fails.
        """
        message_id = new_id("msg")
        shown = None
        started = self._clock()
        await self._socket.write_message(json.dumps(_execute(message_id, source)))
        while True:
            text = await self._socket.read_message()
            if text is None:
                raise AgentError("The kernel's connection ended.")
            message = json.loads(text)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            kind = message["header"]["msg_type"]
            if kind in ("display_data", "stream", "error") and shown is None:
                shown = self._clock() - started
            if kind == "execute_reply":
                if message["content"]["status"] != "ok":
                    raise AgentError(f"The bench's cell failed: {message['content'].get('evalue')}")
                return self._clock() - started if shown is None else shown


def _execute(message_id: str, source: str) -> dict[str, Any]:
    header = {"msg_id": message_id, "msg_type": "execute_request", "session": "bench", "username": "bench"}
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
    return {
        "channel": "shell",
        "header": header | {"version": "5.3", "date": ""},
        "parent_header": {},
        "metadata": {},
        # A person is there: the request goes on while the kernel is free again.
        "content": content | {"allow_stdin": True, "stop_on_error": True},
        "buffers": [],
    }


async def first_output(root: Path) -> list[Claim]:
    """The first request of a kernel and later ones, beside a cell that shows a piece of HTML."""
    first, later, plain = [], [], []
    async with jupyter_server(root, extension=True) as server, client_of(server) as client:
        for _ in range(KERNELS):
            async with _kernel(client, server.url, server.token) as front:
                await front.run("%load_ext jupyter_coding_agent")
                await front.run(_PLAIN)
                first.append(await front.run(_ASK))
                for _ in range(LATER):
                    plain.append(await front.run(_PLAIN))
                    later.append(await front.run(_ASK))
    detail = f"a cell that shows HTML: {statistics.median(plain) * 1000:.0f} ms"
    return [
        Claim(title, statistics.median(taken) * 1000, "at most", 150, "ms", detail)
        for title, taken in (
            ("%%agent to its first output, a kernel's first request (p50)", first),
            ("%%agent to its first output, later requests (p50)", later),
        )
    ]


@asynccontextmanager
async def _kernel(client: Any, url: str, token: str) -> AsyncIterator[Front]:
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    reply = await client.post("api/kernels", json={"name": "python3"})
    kernel = reply.raise_for_status().json()["id"]
    address = f"{url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
    socket = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {token}"}))
    try:
        yield Front(socket)
    finally:
        socket.close()
        await client.delete(f"api/kernels/{kernel}")
