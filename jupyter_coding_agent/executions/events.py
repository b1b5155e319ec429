"""Wakes whoever follows executions when something new is stored. Those events are in the database.

What only says that something may look different now is not stored: who was away looks again anyhow.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_MOST_NOTICES = 100


class Subscription:
    """One follower's bell."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._rung = asyncio.Event()
        self._notices: deque[dict[str, Any]] = deque(maxlen=_MOST_NOTICES)

    def ring(self) -> None:
        """There is something new."""
        self._rung.set()

    def notice(self, notice: dict[str, Any]) -> None:
        """Something has changed that is not stored as an event."""
        if notice not in self._notices:
            self._notices.append(notice)
        self._rung.set()

    def notices(self) -> Iterator[dict[str, Any]]:
        """What was noticed since; each once."""
        while self._notices:
            yield self._notices.popleft()

    def clear(self) -> None:
        """Before reading: what is stored from now on rings again."""
        self._rung.clear()

    async def wait(self) -> None:
        """Until something new was stored since `clear`."""
        await self._rung.wait()


class Bells:
    """Followers by what they follow: an execution's id or a user's name."""

    def __init__(self) -> None:
        self.closed = False
        self._subscriptions: set[Subscription] = set()

    @contextmanager
    def subscribe(self, key: str) -> Iterator[Subscription]:
        """Hear of `key` for as long as the block runs."""
        subscription = Subscription(key)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def ring(self, *keys: str) -> None:
        """Wake those who follow any of `keys`."""
        for subscription in self._subscriptions:
            if subscription.key in keys:
                subscription.ring()

    def notice(self, key: str, notice: dict[str, Any]) -> None:
        """Tell those who follow `key` of something that is not stored."""
        for subscription in self._subscriptions:
            if subscription.key == key:
                subscription.notice(notice)

    def close(self) -> None:
        """Nothing comes any more: every follower ends."""
        self.closed = True
        for subscription in self._subscriptions:
            subscription.ring()
