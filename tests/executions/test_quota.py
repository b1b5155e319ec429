"""The quota over a moved clock, and over executions that are there no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jupyter_coding_agent.core.errors import QuotaExceeded
from jupyter_coding_agent.executions.quota import admit
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import USER, events_of, request

from .conftest import Start

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def ask(database: Database, at: datetime, limit: int = 3, user: str = USER) -> int | None:
    """Seconds to wait; None where it was admitted."""
    try:
        async with database.transaction() as tx:
            await admit(tx, user, limit, at)
    except QuotaExceeded as refused:
        return refused.retry_after
    return None


async def test_a_place_is_free_exactly_when_it_was_said(database: Database):
    for number in range(3):
        assert await ask(database, NOON + number * HOUR) is None
    wait = await ask(database, NOON + 3 * HOUR)
    assert wait == 21 * 3600
    free = NOON + 3 * HOUR + timedelta(seconds=wait)
    assert await ask(database, free - timedelta(seconds=1)) == 1
    assert await ask(database, free) is None
    assert await ask(database, free) == 3600


async def test_a_limit_that_was_lowered_waits_until_one_place_is_free_under_it(database: Database):
    for number in range(5):
        assert await ask(database, NOON + number * HOUR, limit=9) is None
    wait = await ask(database, NOON + 5 * HOUR, limit=2)
    assert wait == 22 * 3600
    assert await ask(database, NOON + timedelta(hours=27), limit=2) is None


async def test_refused_requests_do_not_count(database: Database):
    for _ in range(3):
        assert await ask(database, NOON) is None
    for minutes in range(100):
        assert await ask(database, NOON + timedelta(minutes=minutes)) is not None
    assert await ask(database, NOON + 24 * HOUR) is None


async def test_a_clock_that_was_ahead_shuts_nobody_out_for_longer_than_a_day(database: Database):
    ahead = NOON + timedelta(days=3000)
    for _ in range(3):
        assert await ask(database, ahead) is None
    assert await ask(database, NOON) == 24 * 3600
    # Refused, so nothing was kept of it; the next day they are still ahead.
    assert await ask(database, NOON, user="eve") is None
    assert await ask(database, NOON + HOUR, limit=4) is None
    assert await ask(database, NOON + 25 * HOUR, limit=4) is None


async def test_executions_that_are_deleted_still_count(start: Start, database: Database):
    service = await start(settings={"daily_limit": 2})
    for _ in range(2):
        await events_of(service, (await service.accept(USER, request())).execution_id)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions")
    with pytest.raises(QuotaExceeded):
        await service.accept(USER, request())


async def test_the_user_is_kept_with_the_tier_they_have_now(start: Start, database: Database):
    tiers = {USER: "premium"}
    service = await start(tier_of=tiers.__getitem__)
    await service.accept(USER, request())
    assert [row["tier"] for row in await database.fetch_all("SELECT tier FROM users")] == ["premium"]
    tiers[USER] = "registered"
    await service.accept(USER, request())
    assert [row["tier"] for row in await database.fetch_all("SELECT tier FROM users")] == ["registered"]
