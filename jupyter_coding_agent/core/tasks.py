"""Tasks that run side by side."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import AgentError


@asynccontextmanager
async def one_error() -> AsyncIterator[None]:
    """Lets one error that ended a task group surface alone: ours where there is one, else the first."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise _leaf(group.subgroup(AgentError) or group) from group


def _leaf(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class Turns:
    """Lets whoever wants the same wait for each other, so that the second finds what the first has made."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wanted: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """One at a time for each key."""
        self._wanted[key] += 1
        try:
            async with self._locks[key]:
                yield
        finally:
            self._wanted[key] -= 1
            if not self._wanted[key]:
                del self._wanted[key], self._locks[key]
