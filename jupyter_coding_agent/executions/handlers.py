"""The execution endpoints."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from ..web.handlers import RoomHandler, Route, ServerSentEvent
from .models import DiffQuery, Event, ExecuteRequest, ListQuery, ReplayRequest, RetryRequest
from .replay import Replays
from .service import ExecutionService


class _Handler(RoomHandler):
    def initialize(self, service: ExecutionService) -> None:
        self.service = service

    async def send_events(self, events: AsyncGenerator[Event, None]) -> None:
        await self.stream(_encoded(events))


class ExecuteHandler(_Handler):
    """POST /execute."""

    async def post(self) -> None:
        """Accept a request."""
        self.reply(await self.service.accept(self.user, self.body(ExecuteRequest)), 202)


class ExecutionHandler(_Handler):
    """GET /execute/{id}."""

    async def get(self, execution_id: str) -> None:
        """The execution as it stands."""
        self.reply(await self.service.view(self.user, execution_id))


class StreamHandler(_Handler):
    """GET /execute/{id}/stream."""

    async def get(self, execution_id: str) -> None:
        """Its events, until its last."""
        await self.send_events(await self.service.follow(self.user, execution_id, self.last_event_id or 0))


class AttemptsHandler(_Handler):
    """GET /execute/{id}/attempts."""

    async def get(self, execution_id: str) -> None:
        """Every finished attempt."""
        self.reply(await self.service.attempts(self.user, execution_id))


class ContextHandler(_Handler):
    """GET /execute/{id}/context."""

    async def get(self, execution_id: str) -> None:
        """What was sent about the notebook."""
        self.reply(await self.service.context(self.user, execution_id))


class DiffHandler(_Handler):
    """GET /execute/{id}/diff."""

    async def get(self, execution_id: str) -> None:
        """What changed between two attempts."""
        self.reply(await self.service.diff(self.user, execution_id, self.query(DiffQuery)))


class CancelHandler(_Handler):
    """POST /execute/{id}/cancel."""

    async def post(self, execution_id: str) -> None:
        """End it."""
        self.reply(await self.service.cancel(self.user, execution_id))


class RetryHandler(_Handler):
    """POST /execute/{id}/retry."""

    async def post(self, execution_id: str) -> None:
        """Try it again as a new execution."""
        self.reply(await self.service.retry(self.user, execution_id, self.body(RetryRequest)), 202)


class ExecutionsHandler(_Handler):
    """GET /executions."""

    async def get(self) -> None:
        """The user's executions."""
        self.reply(await self.service.page(self.user, self.query(ListQuery)))


class EventsHandler(_Handler):
    """GET /events."""

    async def get(self) -> None:
        """Everything that concerns the user, without an end."""
        await self.send_events(await self.service.follow_all(self.user, self.last_event_id))


async def _encoded(events: AsyncGenerator[Event, None]) -> AsyncGenerator[ServerSentEvent, None]:
    try:
        async for event in events:
            of = {"execution_id": event.execution_id} if event.execution_id is not None else {}
            data = event.data | of | {"at": event.at}
            yield ServerSentEvent(id=event.id, event=event.kind, data=data)
    finally:
        await events.aclose()


class ReplayHandler(RoomHandler):
    """POST /executions/{id}/replay."""

    def initialize(self, replays: Replays) -> None:
        """`replays` makes them."""
        self.replays = replays

    async def post(self, execution_id: str) -> None:
        """Carry it out again as it was recorded."""
        self.reply(await self.replays.replay(self.user, execution_id, self.body(ReplayRequest)), 202)


def replay_routes(replays: Replays) -> list[Route]:
    """The endpoint of replays."""
    return [(r"/executions/([^/]+)/replay", ReplayHandler, {"replays": replays})]


def routes(service: ExecutionService) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service}
    one = r"/execute/([^/]+)"
    return [
        (r"/execute", ExecuteHandler, wired),
        (one, ExecutionHandler, wired),
        (one + r"/stream", StreamHandler, wired),
        (one + r"/attempts", AttemptsHandler, wired),
        (one + r"/context", ContextHandler, wired),
        (one + r"/diff", DiffHandler, wired),
        (one + r"/cancel", CancelHandler, wired),
        (one + r"/retry", RetryHandler, wired),
        (r"/executions", ExecutionsHandler, wired),
        (r"/events", EventsHandler, wired),
    ]
