"""The monthly budget: what warns and what refuses."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta

from ..core.clock import now
from ..core.errors import QuotaExceeded
from .settings import ModelSettings
from .store import CallStore

log = logging.getLogger(__name__)


class Budget:
    """Months are calendar months in UTC. Calls that run at the same time may pass the limit together."""

    def __init__(
        self, settings: ModelSettings, store: CallStore | None, clock: Callable[[], datetime] = now
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._warned: datetime | None = None

    async def spent(self) -> float:
        """US dollars this month."""
        return await self._store.cost_since(self._month()) if self._store else 0.0

    async def check(self) -> str | None:
        """The warning, if one is due; logged once a month. Raises QuotaExceeded at the limit."""
        threshold, limit = self._settings.cost_alert_threshold, self._settings.cost_limit_monthly
        if threshold is None and limit is None:
            return None
        spent = await self.spent()
        if limit is not None and spent >= limit:
            month = self._month()
            following = (month + timedelta(days=31)).replace(day=1)
            raise QuotaExceeded(
                f"Models have cost ${spent:.2f} this month and the limit is ${limit:.2f}. Raise "
                "ModelSettings.cost_limit_monthly, or use models on this machine or the built-in templates "
                "(CODING_AGENT_LLM_PROVIDER=templates).",
                retry_after=max(1, math.ceil((following - self._clock()).total_seconds())),
            )
        if threshold is None or spent < threshold:
            return None
        warning = f"Models have cost ${spent:.2f} this month, past the alert threshold of ${threshold:.2f}."
        if self._warned != self._month():
            self._warned = self._month()
            log.warning("%s", warning)
        return warning

    async def alert(self) -> str | None:
        """A sentence where the threshold or the limit is passed, else None."""
        try:
            return await self.check()
        except QuotaExceeded as refused:
            return refused.message

    def _month(self) -> datetime:
        return self._clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
