"""Asks every part in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from .models import Examiner, RepairReport, RepairRequest


class RepairService:
    """Examines the parts, one after the other and in one run at a time.

    Args:
        parts: the database first: the others rely on it.
    """

    def __init__(self, parts: Sequence[Examiner]) -> None:
        self._parts = parts
        self._one_at_a_time = asyncio.Lock()

    async def run(self, request: RepairRequest) -> RepairReport:
        """Examine, and mend unless it is a dry run."""
        async with self._one_at_a_time:
            found = [
                damage for part in self._parts for damage in await part.examine(mend=not request.dry_run)
            ]
        return RepairReport(sound=all(damage.mended for damage in found), damages=found)
