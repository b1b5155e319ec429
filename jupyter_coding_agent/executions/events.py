"""Wakes whoever follows executions when something new is stored. The events are in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Subscription:
    """One follower's bell."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There is something new."""
        self._rung.set()

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

    def close(self) -> None:
        """Nothing comes any more: every follower ends."""
        self.closed = True
        for subscription in self._subscriptions:
            subscription.ring()
