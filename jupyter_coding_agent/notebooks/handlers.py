"""POST /notebooks/prove."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from ..core.errors import AgentError
from ..web.handlers import RoomHandler, Route, ServerSentEvent
from .models import CellReport, ProveRequest
from .service import Notebook, Notebooks


class ProveHandler(RoomHandler):
    """POST /notebooks/prove."""

    def initialize(self, service: Notebooks) -> None:
        """`service` proves."""
        self.service = service

    async def post(self) -> None:
        """The report, or a stream of events where that is what the client accepts; it goes and the run ends."""
        admitting = self.service.admit(self.user, self.body(ProveRequest))
        notebook = await self.while_connected(admitting)
        if "text/event-stream" in self.request.headers.get("Accept", ""):
            await self.stream(_events(self.service, notebook))
        else:
            self.reply(await self.while_connected(self.service.prove(notebook)))


async def _events(service: Notebooks, notebook: Notebook) -> AsyncGenerator[ServerSentEvent, None]:
    """`cell` as each cell ends, then `completed` with the report, or `error`."""
    ended: asyncio.Queue[CellReport | None] = asyncio.Queue()
    proving = asyncio.ensure_future(service.prove(notebook, ended.put_nowait))
    proving.add_done_callback(lambda _: ended.put_nowait(None))
    number = 0
    try:
        while (cell := await ended.get()) is not None:
            number += 1
            yield ServerSentEvent(id=number, event="cell", data=cell.model_dump(mode="json"))
        try:
            report = (await proving).model_dump(mode="json")
            yield ServerSentEvent(id=number + 1, event="completed", data=report)
        except AgentError as error:
            yield ServerSentEvent(id=number + 1, event="error", data=error.body())
    finally:
        proving.cancel()
        with contextlib.suppress(asyncio.CancelledError, AgentError):
            await proving


def routes(service: Notebooks) -> list[Route]:
    """The room's endpoints."""
    return [(r"/notebooks/prove", ProveHandler, {"service": service})]
