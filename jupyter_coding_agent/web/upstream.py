"""One HTTP exchange over the engine's private socket. Loaded by every Jupyter server: tornado only."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import IOStream, StreamClosedError

from .peer import peer_uid

_NO_LIMIT = 2**62
"""A stream of events may go on for weeks; what is too large is refused by who sends it."""


class Refused(Exception):
    """Nobody listens on the socket: nothing was sent, so it may be tried again."""


class Lost(Exception):
    """The engine went away before its answer was complete."""


async def connect(path: Path) -> IOStream:
    """A connection to the engine. Raises Refused, also where someone else's process listens."""
    stream = IOStream(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    try:
        await stream.connect(os.fspath(path))
    except (StreamClosedError, OSError) as error:
        stream.close()
        raise Refused(str(path)) from error
    if peer_uid(stream.socket) not in (None, os.getuid()):
        stream.close()
        raise Refused(f"{path} belongs to another user.")
    return stream


class Sending:
    """A request whose body is handed over in pieces, and then its answer."""

    def __init__(self, stream: IOStream, method: str, target: str, headers: HTTPHeaders) -> None:
        self._stream = stream
        self._start = RequestStartLine(method, target, "")
        self._headers = headers
        self._connection = HTTP1Connection(
            stream,
            is_client=True,
            params=HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=_NO_LIMIT),
        )

    async def begin(self) -> None:
        """Send the headers. Without a Content-Length the body is sent in chunks."""
        with suppress(StreamClosedError):  # `answer` tells that it is lost
            await self._connection.write_headers(self._start, self._headers)

    async def write(self, chunk: bytes) -> None:
        """Send a piece of the body; returns when the engine's side has taken it."""
        with suppress(StreamClosedError):
            await self._connection.write(chunk)

    async def answer(self, answer: HTTPMessageDelegate) -> None:
        """End the body and hand the answer on as it comes. Raises Lost, also after a part of the answer."""
        watched = _Watched(answer)
        try:
            self._connection.finish()
            await self._connection.read_response(watched)
        except StreamClosedError as error:
            raise Lost from error
        finally:
            self._stream.close()
        if not watched.finished:
            raise Lost


async def exchange(
    stream: IOStream, method: str, target: str, headers: HTTPHeaders, body: bytes, answer: HTTPMessageDelegate
) -> None:
    """Send a request and hand its answer on as it comes. Raises Lost, also after a part of the answer."""
    sending = Sending(stream, method, target, headers)
    await sending.begin()
    if body:
        await sending.write(body)
    await sending.answer(answer)


class _Watched(HTTPMessageDelegate):
    """Passes everything on and notes whether the answer came to its end."""

    def __init__(self, answer: HTTPMessageDelegate) -> None:
        self._answer = answer
        self.finished = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        return self._answer.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._answer.data_received(chunk)

    def finish(self) -> None:
        self.finished = True
        self._answer.finish()
