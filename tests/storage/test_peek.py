"""A look into a database that nobody has opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.storage.peek import any_row

QUERY = "SELECT 1 FROM users"


async def test_it_sees_what_a_closed_engine_left(tmp_path: Path):
    path = tmp_path / "test.sqlite3"
    assert not any_row(path, QUERY)
    assert not path.exists()
    database = await Database.open(path)
    assert not any_row(path, QUERY)
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO users (name, created_at) VALUES ('a', '')")
    assert any_row(path, QUERY)
    await database.close()
    assert any_row(path, QUERY)


def test_what_it_cannot_tell_is_left_to_whoever_opens_it_properly(tmp_path: Path):
    path = tmp_path / "test.sqlite3"
    path.write_bytes(b"junk" * 1000)
    assert any_row(path, QUERY)
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (a)")
        other.execute("BEGIN EXCLUSIVE")
        assert any_row(path, QUERY)
