"""The one handler inside a Jupyter server: it authenticates and authorizes every verb, then forwards.

Whichever process owns the engine answers. Loaded by every Jupyter server, so it imports no model library.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth.decorator import authorized
from jupyter_server.auth.identity import IdentityProvider, LegacyIdentityProvider, PasswordIdentityProvider
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import IOStream, StreamClosedError

from ..core.errors import AgentError, EngineUnavailable, NotFound, TooLarge
from .headers import LOCAL_USER, PREFIX, USER_HEADER, encode_user
from .upstream import Lost, exchange

Connect = Callable[[], Awaitable[IOStream]]

AUTH_RESOURCE = "coding_agent"
CLIENT_GONE = 499
BODY_LIMIT = 64 * 1024 * 1024
# A cookie, a token or an address of the browser's never goes further than this.
_REQUEST_HEADERS = ("Accept", "Content-Type", "If-None-Match", "If-Range", "Last-Event-ID", "Range")
_ANSWER_HEADERS = (
    "Accept-Ranges",
    "Allow",
    "Cache-Control",
    "Content-Disposition",
    "Content-Length",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Etag",
    "Last-Modified",
    "Retry-After",
    "X-Accel-Buffering",
    "X-Content-Type-Options",
)
# What Jupyter itself takes from a query.
_JUPYTERS_ARGUMENTS = frozenset({"token", "_xsrf", "no_track_activity"})
# With these, names are made up for each client: nobody would find their own executions again.
_WITHOUT_STABLE_NAMES = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)


class GateHandler(APIHandler):
    """``{base_url}coding-agent/…``"""

    auth_resource = AUTH_RESOURCE

    def initialize(self, connect: Connect) -> None:
        """`connect` gives a connection to the engine, or raises EngineUnavailable with a sentence."""
        self._connect = connect
        self._upstream: IOStream | None = None
        self._gone = False

    @web.authenticated
    @authorized
    async def get(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    @web.authenticated
    @authorized
    async def head(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    @web.authenticated
    @authorized
    async def post(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    @web.authenticated
    @authorized
    async def put(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    @web.authenticated
    @authorized
    async def patch(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    @web.authenticated
    @authorized
    async def delete(self, _path: str) -> None:
        """Forward."""
        await self._forward()

    async def _forward(self) -> None:
        if len(self.request.body) > BODY_LIMIT:
            raise TooLarge(f"The body may have at most {BODY_LIMIT // 1024**2} MiB.", field="body")
        target, headers = self._target(), self._request_headers()
        stream = self._upstream = await self._connect()
        method, body = self.request.method or "GET", self.request.body
        await self._answer(lambda answer: exchange(stream, method, target, headers, body, answer))

    async def _answer(self, ask: Callable[[HTTPMessageDelegate], Awaitable[None]]) -> None:
        """Answer the client with what `ask` gets from the engine."""
        answer = _Answer(self)
        try:
            await ask(answer)
        except Lost:
            if self._gone:
                self.set_status(CLIENT_GONE, "Client Closed Request")
                return
            if answer.begun:
                # Cut off as the engine was: a client must not take a part for the whole.
                self._cut_off()
                return
            raise EngineUnavailable(
                "The engine ended before it answered. Ask again; if this was to start something, "
                "look at GET /executions first."
            ) from None
        if not self._finished:
            await self.finish()

    def _target(self) -> str:
        """Path and query as the engine knows them; the path stays encoded as it came."""
        uri = (self.request.uri or "").partition("?")
        base = self.base_url + PREFIX
        if not uri[0].startswith(base):
            raise NotFound("There is no such endpoint.")
        query = uri[2]
        arguments = parse_qsl(query, keep_blank_values=True)
        kept = [(name, value) for name, value in arguments if name not in _JUPYTERS_ARGUMENTS]
        if len(kept) != len(arguments):
            query = urlencode(kept)
        path = f"/{PREFIX}{uri[0][len(base) :]}"
        return f"{path}?{query}" if query else path

    def _request_headers(self) -> HTTPHeaders:
        headers = HTTPHeaders({USER_HEADER: encode_user(self._owner()), "Host": "localhost"})
        for name in _REQUEST_HEADERS:
            if name in self.request.headers:
                headers[name] = self.request.headers[name]
        headers["Content-Length"] = str(len(self.request.body))
        return headers

    def _owner(self) -> str:
        if type(self.identity_provider) in _WITHOUT_STABLE_NAMES:
            return LOCAL_USER
        assert self.current_user is not None
        return str(self.current_user.username)

    def begin(self, code: int, reason: str, headers: HTTPHeaders) -> None:
        """The engine's answer begins."""
        if isinstance(self.request.connection, HTTP1Connection):
            # An event is a small piece that must not wait until the client has confirmed the piece before.
            self.request.connection.stream.set_nodelay(True)
        self.set_status(code, reason)
        self.clear_header("Content-Type")
        for name in _ANSWER_HEADERS:
            if name in headers:
                self.set_header(name, headers[name])

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        """End the answer with the engine's content type, which Jupyter would replace."""
        content_type = self._headers.get("Content-Type", "application/json")
        return super().finish(*args, set_content_type=content_type, **kwargs)

    def compute_etag(self) -> str | None:
        """None: the engine's answers are not to be cached."""
        return None

    def on_connection_close(self) -> None:
        """The client has gone: the engine must not go on answering."""
        self._gone = True
        self._cut_off()

    def _cut_off(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors in the shape that every endpoint has."""
        self.set_header("Content-Type", "application/json")
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, AgentError):
            self.set_status(error.status)
            self.finish(json.dumps(error.body()))
            return
        message = getattr(error, "log_message", None) or self._reason
        self.finish(json.dumps({"message": message, "reason": self._reason.lower().replace(" ", "_")}))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Errors meant for the user are not faults of the server."""
        if isinstance(value, AgentError):
            self.log.info("%s %s: %s", self.request.method, self.request.path, value.message)
        else:
            super().log_exception(typ, value, tb)


class _Answer(HTTPMessageDelegate):
    """Writes the engine's answer to the client as it comes, no faster than the client reads."""

    def __init__(self, handler: GateHandler) -> None:
        self._handler = handler
        self.begun = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        assert isinstance(start_line, ResponseStartLine)
        self._handler.begin(start_line.code, start_line.reason, headers)
        self.begun = True

    async def data_received(self, chunk: bytes) -> None:
        self._handler.write(chunk)
        try:
            await self._handler.flush()
        except StreamClosedError:
            self._handler.on_connection_close()
