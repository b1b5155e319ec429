"""Server-sent events, from bytes as they arrive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from .models import Event


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a byte stream; one that is cut off at the end is dropped: its event comes again."""
    pending = b""
    for chunk in chunks:
        *complete, pending = (pending + chunk).split(b"\n")
        for line in complete:
            yield line.removesuffix(b"\r")


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a stream; comments keep the connection open and carry nothing."""
    identifier, kind, data = 0, "", b""
    for line in lines(chunks):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"id" and value.isdigit():
            identifier = int(value)
        elif field == b"event":
            kind = value.decode()
        elif field == b"data":
            data += value
        elif not line and data:
            yield Event(identifier, kind, json.loads(data))
            kind, data = "", b""
