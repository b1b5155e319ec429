"""The SQL of the templates' usage."""

from __future__ import annotations

from ..core.clock import iso, now
from ..storage.database import Database


class UsageStore:
    """How often each template was used. Raises StorageUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self, template_id: str) -> None:
        """Count one use."""
        async with self._database.transaction() as tx:
            await tx.execute(
                """
                INSERT INTO code_templates (id, usage_count, last_used_at) VALUES (?, 1, ?)
                ON CONFLICT (id) DO UPDATE
                SET usage_count = usage_count + 1, last_used_at = excluded.last_used_at
                """,
                (template_id, iso(now())),
            )

    async def counts(self) -> dict[str, int]:
        """Id → uses, of every template that was used."""
        rows = await self._database.fetch_all("SELECT id, usage_count FROM code_templates")
        return {row["id"]: row["usage_count"] for row in rows}
