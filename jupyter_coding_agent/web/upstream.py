"""One HTTP exchange over the engine's private socket. Loaded by every Jupyter server: tornado only."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable
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


async def exchange(
    stream: IOStream, method: str, target: str, headers: HTTPHeaders, body: bytes, answer: HTTPMessageDelegate
) -> None:
    """Send a request and hand its answer on as it comes. Raises Lost, also after a part of the answer."""
    connection = HTTP1Connection(
        stream, is_client=True, params=HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=_NO_LIMIT)
    )
    watched = _Watched(answer)
    try:
        await connection.write_headers(RequestStartLine(method, target, ""), headers, body or None)
        connection.finish()
        await connection.read_response(watched)
    except StreamClosedError as error:
        raise Lost from error
    finally:
        stream.close()
    if not watched.finished:
        raise Lost


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
