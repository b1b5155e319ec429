"""Records of models' calls that no sum needs any more: cost is summed by execution, session and month."""

from __future__ import annotations

from datetime import datetime

from ..core.clock import iso
from ..storage.database import Database
from .settings import RetentionSettings

_OVER = """
    FROM llm_calls AS c WHERE at < :before
        AND NOT EXISTS (SELECT 1 FROM code_executions AS e WHERE e.id = c.execution_id)
"""


class ExpiringCalls:
    """Whole months, so that no month's sum is ever a part of it; one transaction."""

    def __init__(self, database: Database, settings: RetentionSettings) -> None:
        self._database = database
        self._settings = settings

    async def expire(self, now: datetime, dry_run: bool) -> dict[str, int]:
        """See `protocol.Expiring`. The calls of an execution that is kept stay. Raises StorageUnavailable."""
        values = {"before": iso(first_month(now, self._settings.calls_months))}
        if dry_run:
            row = await self._database.fetch_one(f"SELECT count(*) AS n {_OVER}", values)
            return {"llm_calls": row["n"] if row else 0}
        async with self._database.transaction() as tx:
            went = await tx.execute(
                f"DELETE FROM llm_calls WHERE id IN (SELECT id {_OVER})",  # noqa: S608 - of constants; values are bound
                values,
            )
        return {"llm_calls": went}


def first_month(now: datetime, months: int) -> datetime:
    """When the first of the latest `months` began, the present one among them."""
    years, month = divmod(now.year * 12 + now.month - months, 12)
    return now.replace(year=years, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
