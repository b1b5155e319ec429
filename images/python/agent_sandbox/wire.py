"""Frames between host and container: a 4-byte big-endian length, then that many bytes of UTF-8 JSON."""

import base64
import json
import os

MAX_FRAME_BYTES = 256 * 1024 * 1024


def decode(text):
    """Bytes from the base64 text that a frame carries. Raises ValueError."""
    return base64.b64decode(text, validate=True)


def encode(data):
    """Bytes as the base64 text that a frame carries."""
    return base64.b64encode(data).decode("ascii")


def pack(message):
    """One frame's bytes."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return len(body).to_bytes(4, "big") + body


def write_all(fd, data):
    """Write everything to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def read_frame(fd):
    """The next frame of a blocking descriptor; None at its end. Raises ValueError for what is not a frame."""
    head = _read_exactly(fd, 4)
    if head is None:
        return None
    size = int.from_bytes(head, "big")
    if size > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {size} bytes is over the limit of {MAX_FRAME_BYTES}")
    body = _read_exactly(fd, size)
    return None if body is None else unpack(body)


def unpack(body):
    """The message in a frame's body. Raises ValueError where it is not a JSON object."""
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a frame holds a JSON object")
    return message


def _read_exactly(fd, size):
    parts = []
    while size:
        part = os.read(fd, min(size, 1024 * 1024))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
