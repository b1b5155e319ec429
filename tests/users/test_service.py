from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.users.service import Users
from jupyter_coding_agent.users.settings import UserSettings


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "test.sqlite3")
    yield opened
    await opened.close()


def users(database: Database, **settings: object) -> Users:
    return Users(database, UserSettings(environ={}, **settings))


def test_who_is_not_named_has_the_default_tier(database: Database):
    assert users(database).tier_of("ada") == "free"
    named = users(database, default_tier="registered", tiers={"ada": "premium"})
    assert (named.tier_of("ada"), named.tier_of("bob")) == ("premium", "registered")


async def test_the_table_follows_the_settings(database: Database):
    async with database.transaction() as tx:
        for name in ("ada", "bob"):
            await tx.execute(
                "INSERT INTO users (name, tier, created_at) VALUES (?, 'premium', '2026')", (name,)
            )
    await users(database, tiers={"ada": "registered"}).settle()
    rows = await database.fetch_all("SELECT name, tier FROM users ORDER BY name")
    assert [tuple(row) for row in rows] == [("ada", "registered"), ("bob", "free")]
