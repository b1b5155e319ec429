"""What retention asks of a room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Expiring(Protocol):
    """Something that is not kept for ever."""

    async def expire(self, now: datetime, dry_run: bool) -> Mapping[str, int]:
        """Remove what has expired at `now`, with its files; returns how much went, kind by kind.

        With `dry_run` nothing is changed and the same is returned. Called again after an error or a kill, it goes
        on. Nothing is taken whose time is later than `now`: the clock may have been moved back.
        """
