"""A database with executions of any age."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.core.clock import iso
from jupyter_coding_agent.retention.executions import ExpiringExecutions
from jupyter_coding_agent.retention.settings import RetentionSettings
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.users.service import Users
from jupyter_coding_agent.users.settings import UserSettings

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "coding-agent.sqlite3", busy_timeout_ms=50)
    yield opened
    await opened.close()


def expiring(database: Database, tiers: dict[str, str] | None = None, **settings: Any) -> ExpiringExecutions:
    users = Users(database, UserSettings(environ={}, tiers=tiers or {}))
    return ExpiringExecutions(database, RetentionSettings(environ={}, **settings), users.tier_of)


async def add(
    database: Database,
    name: str,
    age_days: float,
    *,
    user: str = "ada",
    status: str = "passed",
    retry_of: str | None = None,
) -> None:
    """An execution that ended so many days before NOW, with one attempt and two events."""
    at = iso(NOW - timedelta(days=age_days))
    async with database.transaction() as tx:
        await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES (?, ?)", (user, at))
        await tx.execute(
            """
            INSERT INTO code_executions (id, user, status, request, retry_of, created_at, finished_at)
            VALUES (?, ?, ?, '{}', ?, ?, ?)
            """,
            (name, user, status, retry_of, at, at if status not in ("pending", "running") else None),
        )
        await tx.execute(
            """
            INSERT INTO execution_attempts (execution_id, number, files, requirements, diff, notes, model, hops,
                input_tokens, output_tokens, cost_usd, started_at, finished_at)
            VALUES (?, 1, '{}', '[]', '', '[]', 'm', '[]', 0, 0, 0, ?, ?)
            """,
            (name, at, at),
        )
        for kind in ("queued", "completed"):
            await tx.execute(
                "INSERT INTO execution_events (execution_id, user, kind, data, at) VALUES (?, ?, ?, '{}', ?)",
                (name, user, kind, at),
            )


async def left(database: Database) -> list[str]:
    """The executions that are there."""
    return [row["id"] for row in await database.fetch_all("SELECT id FROM code_executions ORDER BY rowid")]


async def dump(database: Database) -> list[tuple[Any, ...]]:
    """Everything of executions, to compare."""
    tables = ("code_executions", "execution_attempts", "execution_events")
    found = await asyncio.gather(*(database.fetch_all(f"SELECT * FROM {table}") for table in tables))
    return [tuple(row) for rows in found for row in rows]
