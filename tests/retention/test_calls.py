"""The account of models' calls in a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jupyter_coding_agent.core.clock import iso
from jupyter_coding_agent.retention.calls import ExpiringCalls, first_month
from jupyter_coding_agent.retention.settings import RetentionSettings
from jupyter_coding_agent.storage.database import Database

from .conftest import NOW, add

MONTHS = [(2024, 12), (2025, 3), (2025, 4), (2025, 5), (2026, 4), (2026, 5)]


def expiring(database: Database, **settings: Any) -> ExpiringCalls:
    return ExpiringCalls(database, RetentionSettings(environ={}, **settings))


async def call(database: Database, at: datetime, execution: str | None = None) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO llm_calls (execution_id, user, purpose, tier, outcome, hops, cost_usd, at)
            VALUES (?, 'ada', 'code', 'simple', 'served', '[]', 1, ?)
            """,
            (execution, iso(at)),
        )


async def months(database: Database) -> list[str]:
    rows = await database.fetch_all("SELECT DISTINCT substr(at, 1, 7) AS month FROM llm_calls ORDER BY at")
    return [row["month"] for row in rows]


async def a_year(database: Database) -> None:
    """Calls of several months, at their first and late moments."""
    for year, month in MONTHS:
        for day in (1, 28):
            await call(database, datetime(year, month, day, tzinfo=UTC), "exe_gone" if day > 1 else None)


async def test_whole_months_go_and_those_that_are_summed_stay(database: Database):
    await a_year(database)
    assert await expiring(database).expire(NOW, dry_run=False) == {"llm_calls": 6}
    assert await months(database) == ["2025-05", "2026-04", "2026-05"]
    assert await expiring(database).expire(NOW, dry_run=False) == {"llm_calls": 0}


async def test_a_dry_run_says_the_same_and_takes_nothing(database: Database):
    await a_year(database)
    assert await expiring(database).expire(NOW, dry_run=True) == {"llm_calls": 6}
    assert len(await months(database)) == len(MONTHS)


async def test_the_setting_says_how_many_months(database: Database):
    await a_year(database)
    await expiring(database, calls_months=2).expire(NOW, dry_run=False)
    assert await months(database) == ["2026-04", "2026-05"]


async def test_the_calls_of_an_execution_that_is_kept_stay(database: Database):
    await add(database, "exe_kept", 800)
    for execution in ("exe_kept", "exe_gone", None):
        await call(database, NOW - timedelta(days=800), execution)
    assert await expiring(database).expire(NOW, dry_run=False) == {"llm_calls": 2}
    (row,) = await database.fetch_all("SELECT execution_id FROM llm_calls")
    assert row["execution_id"] == "exe_kept"


@pytest.mark.parametrize("years", [-30, -1])
async def test_a_clock_that_was_moved_back_takes_nothing(database: Database, years: int):
    await call(database, NOW)
    assert await expiring(database).expire(NOW + timedelta(days=365 * years), dry_run=False) == {
        "llm_calls": 0
    }


async def test_as_time_passes_each_month_goes_as_a_whole(database: Database):
    await call(database, NOW)
    for day in range(31):
        await call(database, datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=day, hours=23))
    written = expiring(database)
    assert await written.expire(datetime(2027, 5, 31, 23, tzinfo=UTC), dry_run=False) == {"llm_calls": 0}
    assert await written.expire(datetime(2027, 6, 1, tzinfo=UTC), dry_run=False) == {"llm_calls": 32}


@pytest.mark.parametrize(
    ("now", "count", "first"),
    [
        ((2026, 1), 2, (2025, 12)),
        ((2026, 12), 13, (2025, 12)),
        ((2026, 12), 12, (2026, 1)),
        ((2026, 3), 3, (2026, 1)),
    ],
)
def test_months_are_counted_over_the_years(now: tuple[int, int], count: int, first: tuple[int, int]):
    assert first_month(datetime(*now, 31 if now[1] != 3 else 30, 5, tzinfo=UTC), count) == datetime(
        *first, 1, tzinfo=UTC
    )
