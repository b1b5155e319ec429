"""What backups left that were killed: among it a copy of the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ..storage.drafts import left_over
from .models import Damage

PART = "backups"


class BackupExaminer:
    """Looks where people keep backups without being asked: in the data directory and beside it.

    A backup into another folder removes what an earlier one left there.
    """

    def __init__(self, data: Path) -> None:
        self._folders = [data, data.parent]

    async def examine(self, *, mend: bool) -> list[Damage]:
        """What nobody writes any more goes."""
        items = await asyncio.to_thread(left_over, self._folders, remove=mend)
        if not items:
            return []
        sentence = "Backups that were killed left unfinished files."
        return [Damage(part=PART, sentence=sentence, items=items, mended=mend)]
