"""Workers that take waiting executions from the database, in order, and run them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from ..core.activity import Activity
from ..core.errors import StorageUnavailable
from .writing import Claim

log = logging.getLogger(__name__)

CANCEL_SECONDS = 2.0
LONGEST_PAUSE = 30.0


class Queue:
    """Durable because the queue itself is in the database: this only decides when to look there.

    Args:
        claim: takes the next execution, None if none waits.
        run: carries one out to its end; cancelled when the execution is cancelled or the queue closes.
        workers: how many run at the same time.
        activity: told while anything runs.
        pause: seconds to wait, at first, where the database can't be read.
    """

    def __init__(
        self,
        claim: Callable[[], Awaitable[Claim | None]],
        run: Callable[[Claim], Coroutine[Any, Any, None]],
        workers: int,
        activity: Activity,
        pause: float,
    ) -> None:
        self._claim = claim
        self._run = run
        self._workers = workers
        self._activity = activity
        self._pause = pause
        self._waiting = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [
            asyncio.create_task(self._work(), name=f"executions-{n}") for n in range(self._workers)
        ]

    def wake(self) -> None:
        """Something may wait."""
        self._waiting.set()

    async def cancel(self, execution_id: str) -> None:
        """End the run of an execution, if it runs, and wait until it has cleaned up (2 s at most)."""
        task = self._running.get(execution_id)
        if task is not None:
            task.cancel()
            await asyncio.wait({task}, timeout=CANCEL_SECONDS)

    async def close(self) -> None:
        """Stop working: what runs is cancelled and stays in the database as running, for the next start."""
        tasks = [*self._tasks, *self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        pause = self._pause
        while True:
            self._waiting.clear()
            try:
                claim = await self._claim()
            except StorageUnavailable as error:
                log.warning("The queue can't be read, trying again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = self._pause
            if claim is None:
                await self._waiting.wait()
                continue
            # There may be more than one: the next worker looks too.
            self._waiting.set()
            with self._activity.use():
                await self._carry_out(claim)

    async def _carry_out(self, claim: Claim) -> None:
        task = self._running[claim.execution_id] = asyncio.create_task(
            self._run(claim), name=claim.execution_id
        )
        try:
            # Not awaited itself: cancelling the run must not cancel the worker.
            await asyncio.wait({task})
        finally:
            del self._running[claim.execution_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Execution %s ended without a result", claim.execution_id, exc_info=error)
