"""The stream that the Docker engine hands over when a container is attached, as a channel of frames."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Mapping
from typing import Any, cast

from ..wire import STDOUT, Demultiplexer, Frame, FrameDecoder, WireError, encode

_DIAGNOSTIC_BYTES = 8 * 1024
_UNREAD_BYTES = 8 * 1024 * 1024


class AttachedChannel(asyncio.Protocol):
    """A Channel over the engine's multiplexed attach stream. Reading pauses while too much lies unread."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.received_bytes = 0
        self._demultiplexer = Demultiplexer()
        self._decoder = FrameDecoder()
        self._frames: deque[Frame] = deque()
        self._unread_bytes = 0
        self._arrival: asyncio.Future[None] | None = None
        self._failure: WireError | None = None
        self._stderr = bytearray()
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    @classmethod
    async def over(cls, connection: socket.socket) -> AttachedChannel:
        """Take over a connected socket."""
        connection.setblocking(False)
        _, channel = await asyncio.get_running_loop().create_connection(cls, sock=connection)
        return channel

    @property
    def noise(self) -> int:
        """How many malformed frames were dropped."""
        return self._decoder.noise

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Send one frame, waiting while the container does not read."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the container's stream is closed")
        self._transport.write(encode(frame))
        await self._writable.wait()

    async def receive(self) -> Frame | None:
        """The next frame; None at the end. Raises WireError."""
        while not self._frames:
            if self._failure is not None:
                raise self._failure
            if self.closed.done():
                return None
            self._resume()
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        return self._frames.popleft()

    def diagnostics(self) -> str:
        """The end of what the container wrote to stderr."""
        return self._stderr.decode(errors="replace")

    def close(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self.received_bytes += len(data)
        self._unread_bytes += len(data)
        try:
            for stream, part in self._demultiplexer.feed(data):
                if stream == STDOUT:
                    self._frames.extend(self._decoder.feed(part))
                else:
                    self._stderr += part
                    del self._stderr[:-_DIAGNOSTIC_BYTES]
        except WireError as error:
            self._failure = error
            self.close()
        if self._frames:
            self._wake()
            if self._unread_bytes > _UNREAD_BYTES and self._transport is not None:
                self._transport.pause_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by asyncio: the container ended, or the engine went away."""
        if not self.closed.done():
            self.closed.set_result(None)
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        """Called by asyncio."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Called by asyncio."""
        self._writable.set()

    def _resume(self) -> None:
        self._unread_bytes = 0
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
