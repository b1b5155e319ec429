"""Executions in a real database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.storage.database import Database, Transaction

from .conftest import NOW, add, dump, expiring, left

ROOT = Path(__file__).parent.parent.parent


async def test_each_tier_is_kept_as_long_as_it_is_worth(database: Database):
    for user in ("ada", "bob", "cyd"):
        for age in (91, 31, 8, 6):
            await add(database, f"{user}{age}", age, user=user)
    went = await expiring(database, {"bob": "registered", "cyd": "premium"}).expire(NOW, dry_run=False)
    assert await left(database) == ["ada6", "bob8", "bob6", "cyd31", "cyd8", "cyd6"]
    assert went == {"executions": 6, "attempts": 6, "events": 12}
    for table in ("execution_attempts", "execution_events"):
        rows = await database.fetch_all(f"SELECT DISTINCT execution_id AS id FROM {table}")
        assert {row["id"] for row in rows} == set(await left(database))


async def test_the_latest_of_each_user_stay(database: Database):
    for number in range(5):
        await add(database, f"a{number}", 1)
        await add(database, f"b{number}", 1, user="bob")
    await expiring(database, executions_per_user=2).expire(NOW, dry_run=False)
    assert await left(database) == ["a3", "b3", "a4", "b4"]


async def test_a_dry_run_says_the_same_and_changes_nothing(database: Database):
    await add(database, "needed", 30)
    for number in range(4):
        await add(database, f"old{number}", 20, user=f"user{number % 2}")
    await add(database, "new", 0, retry_of="needed")
    before, written = await dump(database), expiring(database)
    said = await written.expire(NOW, dry_run=True)
    assert await dump(database) == before
    assert await written.expire(NOW, dry_run=False) == said == {"executions": 4, "attempts": 4, "events": 8}
    assert await left(database) == ["needed", "new"]
    assert await written.expire(NOW, dry_run=False) == {}


@pytest.mark.parametrize("status", ["pending", "running"])
async def test_what_runs_never_goes(database: Database, status: str):
    await add(database, "works", 4000, status=status)
    await add(database, "done", 4000)
    await expiring(database).expire(NOW, dry_run=False)
    assert await left(database) == ["works"]


async def test_further_tables_are_found_in_the_schema(database: Database):
    async with database.transaction() as tx:
        await tx.execute(
            'CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, "of what" TEXT REFERENCES code_executions (id))'
        )
        await tx.execute(
            """
            CREATE TABLE execution_notes
                (id INTEGER PRIMARY KEY, of TEXT REFERENCES code_executions (id) ON DELETE CASCADE)
            """
        )
        await tx.execute(
            """
            CREATE TABLE letters (text TEXT, of TEXT REFERENCES code_executions (id) ON DELETE SET NULL)
            """
        )
        await tx.execute(
            "ALTER TABLE code_executions ADD COLUMN likened_to TEXT REFERENCES code_executions (id) "
            "ON DELETE SET NULL"
        )
    for name in ("shown", "replayed", "plain"):
        await add(database, name, 30)
    await add(database, "new", 0)
    async with database.transaction() as tx:
        await tx.execute("""INSERT INTO "odd ""name" ("of what") VALUES ('shown'), (NULL)""")
        await tx.execute("INSERT INTO execution_notes (of) VALUES ('plain'), ('plain'), ('new')")
        await tx.execute("INSERT INTO letters VALUES ('hello', 'plain')")
        await tx.execute("UPDATE code_executions SET likened_to = 'replayed' WHERE id = 'new'")
    went = await expiring(database).expire(NOW, dry_run=False)
    assert await left(database) == ["shown", "replayed", "new"]
    assert went == {"executions": 1, "attempts": 1, "events": 2, "notes": 2}
    # A row that can do without goes on without.
    assert [tuple(row) for row in await database.fetch_all("SELECT * FROM letters")] == [("hello", None)]


@pytest.mark.parametrize("years", [-30, -1])
async def test_a_clock_that_was_moved_back_deletes_nothing(database: Database, years: int):
    await add(database, "a", 6)
    await add(database, "b", 1)
    assert await expiring(database).expire(NOW + timedelta(days=365 * years), dry_run=False) == {}
    assert await left(database) == ["a", "b"]


async def test_what_was_stored_while_the_clock_was_behind_is_not_taken_early(database: Database):
    await add(database, "before", 2)
    await add(database, "behind", 20_000)
    assert await expiring(database).expire(NOW, dry_run=False) == {}
    assert await expiring(database).expire(NOW + timedelta(days=6), dry_run=False) == {
        "executions": 2,
        "attempts": 2,
        "events": 4,
    }


async def test_an_error_in_the_middle_takes_nothing_of_that_user(database: Database):
    for name in ("ada", "bob"):
        for number in range(3):
            await add(database, f"{name}{number}", 30, user=name)
    async with database.transaction() as tx:
        await tx.execute(
            """
            CREATE TRIGGER stop BEFORE DELETE ON code_executions WHEN OLD.id = 'bob1'
            BEGIN SELECT raise(ABORT, 'disk is full'); END
            """
        )
    with pytest.raises(Exception, match="full"):
        await expiring(database).expire(NOW, dry_run=False)
    assert await left(database) == ["bob0", "bob1", "bob2"]
    assert len(await dump(database)) == 3 * 4
    async with database.transaction() as tx:
        await tx.execute("DROP TRIGGER stop")
    await expiring(database).expire(NOW, dry_run=False)
    assert await left(database) == []


async def test_a_locked_database_is_a_sentence(database: Database):
    await add(database, "old", 30)
    other = await Database.open(database.path)
    async with other.transaction():
        with pytest.raises(StorageUnavailable):
            await expiring(database).expire(NOW, dry_run=False)
    await other.close()
    assert await left(database) == ["old"]


class Deadly(Database):
    """Kills its process when the second user's rows have been deleted, before that is committed."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
            if await tx.fetch_one("SELECT 1 FROM code_executions WHERE user = 'bob'") is None:
                os._exit(9)


async def killed(path: Path) -> None:
    """In a process of its own, see below."""
    database = await Deadly.open(path)
    await expiring(database).expire(NOW, dry_run=False)


async def test_a_kill_in_the_middle_leaves_whole_users(database: Database):
    for name in ("ada", "bob", "cyd"):
        for number in range(3):
            await add(database, f"{name}{number}", 30, user=name)
    script = (
        "import asyncio, pathlib, sys; from tests.retention.test_executions import killed; "
        "asyncio.run(killed(pathlib.Path(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", script, database.path], cwd=ROOT, timeout=60)
    assert done.returncode == 9
    names = await left(database)
    assert {name[:3] for name in names} == {"bob", "cyd"}
    assert len(names) == 6
    assert len(await dump(database)) == 6 * 4
    check = await database.fetch_one("PRAGMA integrity_check")
    assert check is not None
    assert tuple(check) == ("ok",)
    assert await database.fetch_all("PRAGMA foreign_key_check") == []
    await expiring(database).expire(NOW, dry_run=False)
    assert await left(database) == []
