"""What every room's handlers stand on: JSON bodies in, JSON and events out, errors rendered in one place.

These handlers are mounted on the engine's private socket only. Authentication and authorization have happened
at the gate (`app`), which forwards the user's name in `USER_HEADER`; the socket itself is open to one uid.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from tornado import web
from tornado.iostream import StreamClosedError

from ..core.errors import AgentError, InvalidInput, QuotaExceeded

log = logging.getLogger(__name__)

USER_HEADER = "X-Coding-Agent-User"
LOCAL_USER = "local"
KEEPALIVE_SECONDS = 15.0

M = TypeVar("M", bound=BaseModel)
Route = tuple[str, type[web.RequestHandler], dict[str, Any]]


class ServerSentEvent(BaseModel):
    """One event of a stream; `id` is what a reconnecting client sends as ``Last-Event-ID``."""

    id: int
    event: str
    data: dict[str, Any]

    def encode(self) -> bytes:
        """The event on the wire."""
        return f"id: {self.id}\nevent: {self.event}\ndata: {json.dumps(self.data)}\n\n".encode()


class RoomHandler(web.RequestHandler):
    """Base of every handler on the private socket."""

    def set_default_headers(self) -> None:
        """JSON unless a verb says otherwise; never sniffed, never cached."""
        self.set_header("Content-Type", "application/json")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    @property
    def user(self) -> str:
        """Who asks, as the gate established it."""
        return self.request.headers.get(USER_HEADER, LOCAL_USER)

    def body(self, model: type[M]) -> M:
        """The request's JSON body as `model`. Raises InvalidInput naming the first wrong field."""
        try:
            return model.model_validate_json(self.request.body or b"{}")
        except ValidationError as error:
            raise _invalid(error, "body") from error

    def query(self, model: type[M]) -> M:
        """The query arguments as `model`; repeated arguments are refused."""
        arguments: dict[str, str] = {}
        for name, values in self.request.query_arguments.items():
            if len(values) > 1:
                raise InvalidInput(f"Give {name!r} once.", field=name)
            try:
                arguments[name] = values[0].decode()
            except UnicodeDecodeError as error:
                raise InvalidInput(f"{name!r} must be UTF-8.", field=name) from error
        try:
            return model.model_validate(arguments)
        except ValidationError as error:
            raise _invalid(error, "query") from error

    def reply(self, body: BaseModel | dict[str, Any], status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.finish(body.model_dump_json() if isinstance(body, BaseModel) else json.dumps(body))

    @property
    def last_event_id(self) -> int:
        """Where a reconnecting client wants to go on; 0 from the beginning."""
        text = self.request.headers.get("Last-Event-ID", "").strip()
        if not text:
            return 0
        if not text.isascii() or not text.isdigit():
            raise InvalidInput("Last-Event-ID must be the id of an event.", field="Last-Event-ID")
        return int(text)

    async def stream(self, events: AsyncIterator[ServerSentEvent]) -> None:
        """Send events as they come, a comment when nothing came for 15 s, until they end or the client goes."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        upcoming: asyncio.Future[ServerSentEvent] | None = None
        try:
            await self.flush()
            while True:
                upcoming = upcoming or asyncio.ensure_future(anext(events))
                done, _ = await asyncio.wait({upcoming}, timeout=KEEPALIVE_SECONDS)
                if not done:
                    self.write(b": keep-alive\n\n")
                else:
                    try:
                        self.write(upcoming.result().encode())
                    except StopAsyncIteration:
                        break
                    finally:
                        upcoming = None
                await self.flush()
        except StreamClosedError:
            return
        finally:
            if upcoming is not None:
                upcoming.cancel()
                await asyncio.gather(upcoming, return_exceptions=True)
            if hasattr(events, "aclose"):
                await events.aclose()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The one place where an exception becomes an HTTP answer."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, AgentError):
            self.set_status(error.status)
            if isinstance(error, QuotaExceeded):
                self.set_header("Retry-After", str(error.retry_after))
            self.finish(json.dumps(error.body()))
            return
        if isinstance(error, web.HTTPError):
            message = error.log_message or self._reason
        else:
            message = "The agent failed at this; the server's log has the details."
        self.finish(json.dumps({"message": message, "reason": self._reason.lower().replace(" ", "_")}))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Errors meant for the user are not faults of the server."""
        if isinstance(value, AgentError):
            log.info("%s %s: %s", self.request.method, self.request.path, value.message)
        else:
            super().log_exception(typ, value, tb)


class NotFoundHandler(RoomHandler):
    """Everything that no room serves."""

    def prepare(self) -> None:
        """Answer in the same shape as every error."""
        raise web.HTTPError(404, "There is no such endpoint.")


def _invalid(error: ValidationError, where: str) -> InvalidInput:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return InvalidInput(f"The {where} is not valid JSON: {first['msg']}.", field=where)
    if first["type"] == "extra_forbidden":
        return InvalidInput(f"Unknown field {field!r}: see openapi.yaml for the known ones.", field=field)
    if first["type"] == "missing":
        return InvalidInput(f"The field {field!r} is missing.", field=field)
    return InvalidInput(f"{field or where}: {first['msg']}.", field=field or where)
