"""Cleans up once a day, and when asked to."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from ..core.clock import now
from ..core.errors import AgentError
from .models import CleanupReport
from .protocol import Expiring

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
FIRST_SECONDS = 60.0
"""After the start: an engine that nobody uses for long ends before a day is over."""
LOOK_SECONDS = 3600.0
"""How often it is seen whether a day is over: a machine that slept meanwhile does not notice otherwise."""


class Retention:
    """What one part can't do does not keep the others from it."""

    def __init__(
        self,
        expiring: Sequence[Expiring],
        *,
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._expiring = expiring
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def clean(self, *, dry_run: bool = False) -> CleanupReport:
        """Remove everything that has expired; with `dry_run` only say what would go."""
        removed: Counter[str] = Counter()
        problems: list[str] = []
        async with self._turn:
            moment = self._clock()
            for part in self._expiring:
                try:
                    removed.update(await part.expire(moment, dry_run))
                except AgentError as error:
                    problems.append(error.message)
                except Exception:
                    log.exception("%s could not be cleaned up", type(part).__name__)
                    problems.append(
                        f"{type(part).__name__} failed by a fault of the agent; the server's log has the details."
                    )
        return CleanupReport(dry_run=dry_run, removed=dict(sorted((+removed).items())), problems=problems)

    def start(self) -> None:
        """Clean up soon, and then once a day."""
        self._task = asyncio.create_task(self._daily(), name="retention")

    async def close(self) -> None:
        """End the daily task, wherever it is: what it had begun is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _daily(self) -> None:
        await self._sleep(FIRST_SECONDS)
        last: datetime | None = None
        while True:
            moment = self._clock()
            # A last time that is yet to come: the clock was moved back.
            if last is None or not last <= moment < last + DAY:
                last = moment
                self._tell(await self.clean())
            await self._sleep(LOOK_SECONDS)

    @staticmethod
    def _tell(report: CleanupReport) -> None:
        if report.removed:
            log.info("Expired: %s", ", ".join(f"{n} {kind}" for kind, n in report.removed.items()))
        for problem in report.problems:
            log.warning("Not everything was cleaned up: %s", problem)
