"""What every room's handlers stand on: JSON bodies in, JSON and events out, errors rendered in one place.

These handlers are mounted on the engine's private socket only. Authentication and authorization have happened
at the gate (`app`), which forwards the user's name in `USER_HEADER`; the socket itself is open to one uid.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ValidationError
from tornado import httputil, web
from tornado.iostream import StreamClosedError

from ..core.activity import Activity
from ..core.errors import AgentError, InvalidInput, QuotaExceeded, TooLarge
from .headers import LOCAL_USER, USER_HEADER, decode_user

log = logging.getLogger(__name__)

CLIENT_GONE = 499
_CHANGING = {"POST", "PATCH", "PUT", "DELETE"}
_EVENT_ID = re.compile(r"[0-9]{1,18}")
ACTIVITY = "coding_agent_activity"
"""The application setting that holds the engine's `Activity`."""
ADMIT = "coding_agent_admit"
"""The application setting that counts a user's POST, or raises QuotaExceeded."""
CHANGED = "coding_agent_changed"
"""The application setting that is told of the user and the path of whatever a request has changed."""

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Route = tuple[str, type[web.RequestHandler], dict[str, Any]]


class ServerSentEvent(BaseModel):
    """One event of a stream; `id` is what a reconnecting client sends as ``Last-Event-ID``, 0 of no stored event."""

    id: int
    event: str
    data: dict[str, Any]

    def encode(self) -> bytes:
        """The event on the wire."""
        place = f"id: {self.id}\n" if self.id else ""
        return f"{place}event: {self.event}\ndata: {json.dumps(self.data)}\n\n".encode()


class RoomHandler(web.RequestHandler):
    """Base of every handler on the private socket."""

    body_limit: ClassVar[int] = 16 * 1024 * 1024
    """Most bytes that `body` takes; a room with larger bodies says so."""
    counted: ClassVar[bool] = True
    """Whether a POST counts towards the requests that its user may send a minute: not where it only reads."""
    keepalive_seconds: ClassVar[float] = 15.0
    """A stream without events sends a comment this often, so that no proxy takes it for dead."""

    def __init__(
        self, application: web.Application, request: httputil.HTTPServerRequest, **kwargs: Any
    ) -> None:
        self._gone = False
        self._waiting: asyncio.Future[Any] | None = None
        self._activity: Activity = application.settings.get(ACTIVITY) or Activity()
        self._activity.begin()
        super().__init__(application, request, **kwargs)

    def prepare(self) -> None:
        """Before any verb: whoever posts too often is told when to go on."""
        admit: Callable[[str], None] | None = self.application.settings.get(ADMIT)
        if admit is not None and self.counted and self.request.method == "POST":
            admit(self.user)

    def on_finish(self) -> None:
        """Every request that began ends here, also one whose client went away."""
        self._activity.end()
        changed: Callable[[str, str], None] | None = self.application.settings.get(CHANGED)
        if changed is not None and self.request.method in _CHANGING and self.get_status() < 400:
            changed(self.user, self.request.path)

    def on_connection_close(self) -> None:
        """Nobody waits for the answer any more."""
        self._gone = True
        if self._waiting is not None:
            self._waiting.cancel()

    def set_default_headers(self) -> None:
        """JSON unless a verb says otherwise; never sniffed, never cached."""
        self.set_header("Content-Type", "application/json")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    @property
    def user(self) -> str:
        """Who asks, as the gate established it."""
        return decode_user(self.request.headers.get(USER_HEADER, LOCAL_USER))

    def body(self, model: type[M]) -> M:
        """The request's JSON body as `model`. Raises InvalidInput or TooLarge, naming a wrong field."""
        if len(self.request.body) > self.body_limit:
            raise TooLarge(f"The body may have at most {self.body_limit // 1024**2} MiB.", field="body")
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
    def last_event_id(self) -> int | None:
        """Where a reconnecting client wants to go on; None on its first connection."""
        text = self.request.headers.get("Last-Event-ID", "").strip()
        if not text:
            return None
        if not _EVENT_ID.fullmatch(text):
            raise InvalidInput("Last-Event-ID must be the id of an event.", field="Last-Event-ID")
        return int(text)

    async def while_connected(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, cancelled when the client goes. Not for what must outlive a request."""
        self._waiting = task = asyncio.ensure_future(work)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._gone:
                raise
            raise web.HTTPError(CLIENT_GONE, reason="Client Closed Request") from None
        finally:
            task.cancel()
            self._waiting = None

    async def stream(self, events: AsyncGenerator[ServerSentEvent, None]) -> None:
        """Send events as they come, a comment after 15 s without one, until they end or the client goes."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        try:
            # A comment, so that every proxy on the way sees the stream begin.
            self.write(b": stream\n\n")
            await self.flush()
            while (event := await self._upcoming(events)) is not None:
                self.write(event.encode())
                await self.flush()
        except StreamClosedError:
            return
        finally:
            await events.aclose()

    async def _upcoming(self, events: AsyncGenerator[ServerSentEvent, None]) -> ServerSentEvent | None:
        """The next event, or None at the end or when the client has gone."""
        self._waiting = upcoming = asyncio.ensure_future(anext(events, None))
        try:
            while not (await asyncio.wait({upcoming}, timeout=self.keepalive_seconds))[0]:
                self.write(b": keep-alive\n\n")
                await self.flush()
            return None if upcoming.cancelled() else upcoming.result()
        finally:
            if not upcoming.done():
                upcoming.cancel()
                await asyncio.wait({upcoming})
            self._waiting = None

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


def application(
    routes: list[Route], activity: Activity, default: type[web.RequestHandler], **wired: Any
) -> web.Application:
    """What a private socket serves; `default` answers where no route does."""
    served = web.Application([*routes, (r".*", default, wired)], log_function=_log_request)
    served.settings[ACTIVITY] = activity
    return served


def _log_request(handler: web.RequestHandler) -> None:
    # The gate's request is in Jupyter's log already.
    log.debug("%d %s %s", handler.get_status(), handler.request.method, handler.request.path)


class NotFoundHandler(RoomHandler):
    """Everything that no room serves."""

    def prepare(self) -> None:
        """Answer in the same shape as every error."""
        raise web.HTTPError(404, "There is no such endpoint.")


def _invalid(error: ValidationError, where: str) -> InvalidInput | TooLarge:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return InvalidInput(f"The {where} is not valid JSON: {first['msg']}.", field=where)
    if first["type"] == "extra_forbidden":
        return InvalidInput(f"Unknown field {field!r}: see openapi.yaml for the known ones.", field=field)
    if first["type"] == "missing":
        return InvalidInput(f"The field {field!r} is missing.", field=field)
    if first["type"] in {"string_too_long", "too_long", "bytes_too_long"}:
        return TooLarge(f"{field or where}: {first['msg']}.", field=field or where)
    return InvalidInput(f"{field or where}: {first['msg']}.", field=field or where)
