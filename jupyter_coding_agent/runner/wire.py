"""The wire between host and container: length-prefixed JSON frames over an attached stdin and stdout.

A frame is four bytes of big-endian length and that many bytes of UTF-8 JSON, always an object. What the
container sends is not trusted: a frame that is no such JSON is counted and dropped, a length over the limit
ends the channel.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

Frame = dict[str, Any]

MAX_FRAME_BYTES = 64 * 1024 * 1024

_LENGTH = struct.Struct(">I")
_MULTIPLEX = struct.Struct(">BxxxI")

STDOUT = 1
STDERR = 2


class WireError(Exception):
    """The other side does not speak the protocol; nothing after this can be understood."""


class Channel(Protocol):
    """Frames to and from one container, in order."""

    @property
    def closed(self) -> asyncio.Future[None]:
        """Done when the container's side has ended."""

    @property
    def received_bytes(self) -> int:
        """Everything that came, noise included."""

    @property
    def noise(self) -> int:
        """How many malformed frames were dropped."""

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Send one frame. Raises ConnectionError if the other side is gone."""

    async def receive(self) -> Frame | None:
        """The next frame; None when there will be no more. Raises WireError."""

    def diagnostics(self) -> str:
        """The end of what the container wrote to stderr."""

    def close(self) -> None:
        """Let go of the connection; may be called twice."""


def encode(frame: Mapping[str, Any]) -> bytes:
    """The bytes of one frame."""
    payload = json.dumps(frame, separators=(",", ":")).encode()
    return _LENGTH.pack(len(payload)) + payload


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def decode(payload: bytes) -> Frame | None:
    """The object that a frame's payload holds, or None if it is not well-formed JSON text of an object."""
    try:
        frame = json.loads(payload.decode(), parse_constant=_refuse_constant)
        if b"\\ud" in payload.lower():
            # A lone surrogate is legal for the JSON module but can't be stored or sent on as UTF-8.
            json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


class FrameDecoder:
    """Cuts a byte stream into frames."""

    def __init__(self, limit: int = MAX_FRAME_BYTES) -> None:
        self.noise = 0
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray) -> list[Frame]:
        """The frames completed by `data`. Raises WireError for a length over the limit."""
        self._buffer += data
        frames = []
        position = 0
        while len(self._buffer) - position >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, position)
            if length > self._limit:
                raise WireError(f"a frame of {length} bytes (the limit is {self._limit})")
            end = position + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            frame = decode(bytes(self._buffer[position + _LENGTH.size : end]))
            position = end
            if frame is None:
                self.noise += 1
            else:
                frames.append(frame)
        del self._buffer[:position]
        return frames


class Demultiplexer:
    """Parts the engine's attach stream, where each chunk has an 8-byte header, by stream number."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._stream = 0
        self._left = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The parts completed by `data`; a long chunk is handed on as it comes."""
        self._buffer += data
        parts = []
        position = 0
        while position < len(self._buffer):
            if self._left == 0:
                if len(self._buffer) - position < _MULTIPLEX.size:
                    break
                self._stream, self._left = _MULTIPLEX.unpack_from(self._buffer, position)
                position += _MULTIPLEX.size
                continue
            part = bytes(self._buffer[position : position + self._left])
            self._left -= len(part)
            position += len(part)
            parts.append((self._stream, part))
        del self._buffer[:position]
        return parts
