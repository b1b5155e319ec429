"""The database against what can happen to a file: locked, full, damaged, newer, cancelled half-way."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.storage.migrations import MIGRATIONS

USER = "INSERT INTO users (name, created_at) VALUES (?, '2026-01-01')"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.sqlite3"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path, busy_timeout_ms=50)
    yield opened
    await opened.close()


async def names(database: Database) -> list[str]:
    return [row["name"] for row in await database.fetch_all("SELECT name FROM users ORDER BY name")]


async def test_every_migration_is_applied_once(path: Path):
    for _ in range(2):
        database = await Database.open(path)
        rows = await database.fetch_all("SELECT name FROM migrations ORDER BY rowid")
        await database.close()
        assert [row["name"] for row in rows] == [name for name, _ in MIGRATIONS]


async def test_only_the_owner_can_read_the_file(database: Database, path: Path):
    async with database.transaction() as tx:
        await tx.execute(USER, ("a",))
    files = list(path.parent.glob("test.sqlite3*"))
    assert path in files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_a_transaction_is_seen_once_it_is_committed(database: Database):
    async with database.transaction() as tx:
        await tx.execute(USER, ("a",))
        assert await tx.fetch_one("SELECT * FROM users") is not None
        assert await names(database) == []
    assert await names(database) == ["a"]


async def test_an_exception_rolls_everything_back(database: Database):
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.execute(USER, ("a",))
            raise ZeroDivisionError
    async with database.transaction() as tx:
        await tx.execute(USER, ("b",))
    assert await names(database) == ["b"]


async def test_a_broken_constraint_is_not_taken_for_a_broken_file(database: Database):
    with pytest.raises(sqlite3.IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(USER, ("a",))
            await tx.execute(USER, ("a",))
    assert await names(database) == []


@pytest.mark.parametrize("steps", range(6))
async def test_cancelling_at_any_step_leaves_all_or_nothing(database: Database, steps: int):
    async def write() -> None:
        async with database.transaction() as tx:
            await tx.execute(USER, ("a",))
            await tx.execute(USER, ("b",))

    task = asyncio.create_task(write())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.transaction() as tx:
        await tx.execute(USER, ("c",))
    assert await names(database) in (["c"], ["a", "b", "c"])


async def test_transactions_wait_for_each_other(database: Database):
    async def add(name: str) -> None:
        async with database.transaction() as tx:
            row = await tx.fetch_one("SELECT count(*) AS n FROM users")
            assert row is not None
            await tx.execute(USER, (f"{row['n']:02}-{name}",))

    await asyncio.gather(*(add(str(n)) for n in range(20)))
    assert [name[:2] for name in await names(database)] == [f"{n:02}" for n in range(20)]


async def test_a_locked_database_is_a_sentence_and_goes_on_afterwards(database: Database, path: Path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageUnavailable, match="locked by another program"):
            async with database.transaction() as tx:
                await tx.execute(USER, ("a",))
        other.execute("ROLLBACK")
    async with database.transaction() as tx:
        await tx.execute(USER, ("b",))
    assert await names(database) == ["b"]


async def test_a_full_disk_is_a_sentence_and_nothing_is_lost(database: Database):
    async with database.transaction() as tx:
        await tx.execute(USER, ("a",))
        # SQLite treats its own limit as a full disk. It can't be set below what is there.
        await tx.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageUnavailable, match="full"):
        async with database.transaction() as tx:
            await tx.execute(USER, ("x" * 1_000_000,))
    assert await names(database) == ["a"]
    async with database.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 100000")
    async with database.transaction() as tx:
        await tx.execute(USER, ("b",))
    assert await names(database) == ["a", "b"]


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b"SQLite format 3\0" + b"\xff" * 4096])
async def test_a_damaged_file_is_a_sentence_and_leaves_no_thread(path: Path, content: bytes):
    path.write_bytes(content)
    before = set(threading.enumerate())
    with pytest.raises(StorageUnavailable, match="damaged"):
        await Database.open(path)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert path.read_bytes() == content


async def test_a_path_that_is_no_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(StorageUnavailable, match="can't be opened"):
        await Database.open(tmp_path)


async def test_a_newer_database_is_left_alone(path: Path):
    database = await Database.open(path)
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO migrations VALUES ('9999_future', '2030')")
    await database.close()
    with pytest.raises(StorageUnavailable, match="newer version"):
        await Database.open(path)


async def test_a_network_file_system_gets_a_rollback_journal(path: Path):
    database = await Database.open(path, journal_mode="DELETE")
    async with database.transaction() as tx:
        await tx.execute(USER, ("a",))
    assert await names(database) == ["a"]
    row = await database.fetch_one("PRAGMA journal_mode")
    await database.close()
    assert row is not None
    assert row[0] == "delete"


def test_a_process_that_never_closes_it_still_ends(path: Path):
    code = """
import asyncio, sys
from pathlib import Path
from jupyter_coding_agent.storage.database import Database
kept = asyncio.run(Database.open(Path(sys.argv[1])))
"""
    assert subprocess.run([sys.executable, "-c", code, path], timeout=30).returncode == 0
