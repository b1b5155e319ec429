"""What an execution may spend: no model is asked beyond it."""

from __future__ import annotations

import time
from collections.abc import Callable

from .classify import Halted


class Budget:
    """Counts US dollars and seconds. `cost_usd` is what was spent, `spent` what an earlier run had spent."""

    def __init__(
        self,
        max_cost_usd: float,
        max_seconds: float,
        spent: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cost_usd = spent
        self._max_cost_usd = max_cost_usd
        self._max_seconds = max_seconds
        self._clock = clock
        self._started = clock()

    def check(self) -> None:
        """Raise Halted, with a sentence, where nothing more may be asked."""
        if self._max_cost_usd and self.cost_usd >= self._max_cost_usd:
            raise Halted(
                f"It has cost {self.cost_usd:.4f} US dollars, and AgentSettings.max_cost_usd allows "
                f"{self._max_cost_usd:g}."
            )
        if self._clock() - self._started >= self._max_seconds:
            raise Halted(
                f"It has taken the {self._max_seconds:g} seconds that AgentSettings.max_seconds allows."
            )
