"""One upload, from its first piece to its artifacts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from python_multipart.exceptions import FormParserError

from ..core.errors import AgentError, InvalidInput
from .bundles import unpack
from .content import Staged
from .models import Uploaded, UploadOptions
from .receiving import Received, Receiver

Keep = Callable[[UploadOptions, Sequence[Received]], Awaitable[Uploaded]]


class Upload:
    """Takes the body piece by piece, away from the event loop.

    What goes wrong is told at the end, and the rest of the body is dropped: many clients send all of it before
    they look at an answer, and see a broken connection where it comes sooner.

    Args:
        content_type: the request's header.
        stage: begins a file.
        keep: makes artifacts of the files.
        max_bytes: of all files together, packed and unpacked.
    """

    def __init__(self, content_type: str, stage: Callable[[], Staged], keep: Keep, max_bytes: int) -> None:
        self._stage = stage
        self._keep = keep
        self._max_bytes = max_bytes
        self._error: Exception | None = None
        self._receiver: Receiver | None = None
        # Whoever gives up while a piece is being written waits until it is.
        self._lock = asyncio.Lock()
        try:
            self._receiver = Receiver(content_type, stage, max_bytes)
        except (AgentError, FormParserError) as error:
            self._error = (
                error
                if isinstance(error, AgentError)
                else InvalidInput(f"The body is no multipart form: {error}.", field="Content-Type")
            )

    async def take(self, chunk: bytes) -> None:
        """Take a piece; returns when it is written, so that no more is read than the disk can take."""
        async with self._lock:
            if self._error is not None or self._receiver is None:
                return
            try:
                await asyncio.to_thread(self._receiver.feed, chunk)
            except Exception as error:
                self._error = error
                await asyncio.to_thread(self._receiver.discard)

    async def finish(self) -> Uploaded:
        """The artifacts, all of them or none. Raises what went wrong."""
        async with self._lock:
            if self._error is not None:
                raise self._error
            assert self._receiver is not None
            try:
                options = await asyncio.to_thread(self._receiver.finish)
                if not options.unpack:
                    return await self._keep(options, self._receiver.files)
                entries: list[Received] = []
                try:
                    await asyncio.to_thread(self._unpack, entries)
                    return await self._keep(options, entries)
                finally:
                    await asyncio.to_thread(_discard, entries)
            finally:
                await asyncio.to_thread(self._receiver.discard)

    async def give_up(self) -> None:
        """The client has gone: leave nothing behind."""
        async with self._lock:
            if self._receiver is not None and self._error is None:
                self._error = InvalidInput("The upload was broken off.")
                with suppress(OSError):
                    await asyncio.to_thread(self._receiver.discard)

    def _unpack(self, entries: list[Received]) -> None:
        assert self._receiver is not None
        unpack(self._receiver.files, self._stage, entries, self._max_bytes)


def _discard(entries: Sequence[Received]) -> None:
    for entry in entries:
        entry.staged.discard()
