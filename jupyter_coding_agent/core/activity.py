"""Counts what is in use, so that an engine nobody needs can end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    """What is in use right now: requests in flight and unfinished executions. One event loop only."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether nothing is in use."""
        return self._count == 0

    def begin(self) -> None:
        """Something came into use."""
        self._count += 1
        self._changed.set()

    def end(self) -> None:
        """Something that `begin` counted is over."""
        self._count -= 1
        self._changed.set()

    @contextmanager
    def use(self) -> Iterator[None]:
        """In use for as long as the block runs."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    async def idle_for(self, seconds: float) -> None:
        """Return once nothing has been in use for `seconds` without a break."""
        while True:
            self._changed.clear()
            if not self.idle:
                await self._changed.wait()
                continue
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return
