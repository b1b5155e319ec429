"""What executions leave: kept with each attempt, seen once that attempt is delivered, else cleared away.

So an engine that is killed loses none of it, and nobody sees what an attempt left that was not good enough.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from ..core.errors import AgentError
from ..storage.database import Transaction
from .content import Staged
from .keeping import Keeping
from .models import LeftFile
from .names import safe_path
from .store import ArtifactStore, NewArtifact

log = logging.getLogger(__name__)


class Outputs:
    """Between attempts and artifacts."""

    def __init__(self, store: ArtifactStore, keeping: Keeping, limit: int) -> None:
        self._store = store
        self._keeping = keeping
        self._limit = limit

    async def keep(
        self,
        user: str,
        execution_id: str,
        attempt: int,
        session_id: str | None,
        files: Iterable[LeftFile],
    ) -> None:
        """Keep what an attempt left, unseen, in place of what was kept of the same attempt."""
        staged: list[Staged] = []
        made = []
        try:
            for file in files:
                content = await self._staged(staged, file.content)
                thumbnail = await self._staged(staged, file.thumbnail) if file.thumbnail else None
                made.append(
                    NewArtifact.of(
                        safe_path(file.name),
                        "output",
                        content,
                        session_id=session_id,
                        execution_id=execution_id,
                        attempt=attempt,
                        thumbnail_sha256=thumbnail.sha256 if thumbnail else None,
                    )
                )
            before = await self._store.of_attempt(user, execution_id, attempt)
            await self._keeping.keep(user, made, staged, before)
        finally:
            for one in staged:
                await asyncio.to_thread(one.discard)

    async def clear(self, execution_id: str | None = None) -> None:
        """Remove what will not be delivered: of executions that have ended, and of deleted ones.

        Of `execution_id`, if given, also what an attempt left whose end was not stored.
        """
        for user, artifact_id in await self._store.undelivered(execution_id):
            try:
                await self._keeping.remove(user, artifact_id)
            except AgentError as error:
                log.info("What an attempt left stays for now: %s", error)

    async def _staged(self, staged: list[Staged], content: bytes) -> Staged:
        made = await asyncio.to_thread(self._keeping.write, content, self._limit)
        staged.append(made)
        return made


async def deliver_outputs(tx: Transaction, execution_id: str, attempt: int) -> None:
    """What this attempt left is the execution's, from the moment in which it ends."""
    await tx.execute(
        "UPDATE artifacts SET attempt = NULL WHERE execution_id = ? AND attempt = ?", (execution_id, attempt)
    )
