"""Executions that are older than their user's tier allows, or beyond the latest that are kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from ..executions.models import FINAL
from ..storage.database import Database, Row, Transaction
from ..users.models import Tier
from .due import Kept, due
from .references import TABLE, Key, keys
from .settings import RetentionSettings

_AMONG = "{column} IN (SELECT value FROM json_each(:ids))"


class ExpiringExecutions:
    """One transaction a user: a kill leaves everything of a user's or nothing less than is due."""

    def __init__(
        self, database: Database, settings: RetentionSettings, tier_of: Callable[[str], Tier]
    ) -> None:
        self._database = database
        self._settings = settings
        self._tier_of = tier_of

    async def expire(self, now: datetime, dry_run: bool) -> dict[str, int]:
        """See `protocol.Expiring`. Raises StorageUnavailable."""
        went: Counter[str] = Counter()
        for row in await self._database.fetch_all(f"SELECT DISTINCT user FROM {TABLE}"):  # noqa: S608 - constants
            async with self._database.transaction() as tx:
                went += await self._expire_of(tx, row["user"], now, dry_run)
        return dict(went)

    async def _expire_of(self, tx: Transaction, user: str, now: datetime, dry_run: bool) -> Counter[str]:
        referring = await keys(tx)
        rows = await tx.fetch_all(
            """
            SELECT id, status, coalesce(finished_at, created_at) AS at FROM code_executions
            WHERE user = ? ORDER BY rowid
            """,
            (user,),
        )
        going = due(
            [_kept(row) for row in rows],
            await _references(tx, referring, [row["id"] for row in rows]),
            now=now,
            cutoff=now - timedelta(days=self._settings.days(self._tier_of(user))),
            most=self._settings.executions_per_user,
        )
        if not going:
            return Counter()
        ids = {"ids": json.dumps(going)}
        went = Counter({"executions": len(going)})
        for key in referring:
            if key.part:
                count = await tx.fetch_one(
                    key.sql("SELECT count(*) AS n FROM {table} WHERE " + _AMONG),  # noqa: S608 - constants
                    ids,
                )
                went[key.kind] += count["n"] if count else 0
        if not dry_run:
            await tx.execute(
                "DELETE FROM code_executions WHERE id IN (SELECT value FROM json_each(:ids))", ids
            )
        return went


def _kept(row: Row) -> Kept:
    return Kept(row["id"], row["status"] in FINAL, datetime.fromisoformat(row["at"]))


async def _references(tx: Transaction, referring: list[Key], ids: list[str]) -> list[tuple[str | None, str]]:
    """Who refers to these executions: an execution's id, or None for a row of another table."""
    found: list[tuple[str | None, str]] = []
    for key in referring:
        if not key.keeps:
            continue
        source = "id" if key.table == TABLE else "NULL"
        select = f"SELECT {source} AS source, {{column}} AS target FROM {{table}} WHERE {_AMONG}"  # noqa: S608 - constants
        found += [
            (row["source"], row["target"])
            for row in await tx.fetch_all(key.sql(select), {"ids": json.dumps(ids)})
        ]
    return found
