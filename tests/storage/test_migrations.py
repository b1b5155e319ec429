"""Every earlier schema, with a row in each of its tables, becomes the present one and keeps what is in it."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.storage.migrations import MIGRATIONS

Rows = dict[str, list[dict[str, Any]]]
_CHOICE = r"\b{}\b[^,]*?CHECK\s*\(\s*{}\s+IN\s*\(\s*'([^']+)'"


def at(path: Path, count: int) -> None:
    """Make the database as it was after the first `count` migrations."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)")
        for name, statements in MIGRATIONS[:count]:
            for statement in statements:
                connection.execute(statement)
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01T00:00:00.000Z')", (name,))


def tables(connection: sqlite3.Connection) -> dict[str, str]:
    """Name → SQL of the ordinary tables, in the order in which they were made: what is referred to comes first."""
    virtual = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
        )
    ]
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return {
        name: sql for name, sql in rows if not name.startswith(("sqlite_", *virtual)) and name != "migrations"
    }


def fill(connection: sqlite3.Connection) -> Rows:
    """Put a row into every table; returns them."""
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys=ON")
    for table, sql in tables(connection).items():
        parents = {row["from"]: row for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
        row = {
            column["name"]: value(connection, table, sql, column, parents.get(column["name"]))
            for column in connection.execute(f"PRAGMA table_info({table})").fetchall()
        }
        names = ", ".join(row)
        connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()]
        )
    connection.commit()
    return content(connection)


def value(
    connection: sqlite3.Connection, table: str, sql: str, column: sqlite3.Row, parent: sqlite3.Row | None
) -> Any:
    """One that the schema allows."""
    name = column["name"]
    if parent is not None and parent["table"] == table:
        return None
    if parent is not None:
        to = parent["to"] or "rowid"
        row = connection.execute(f"SELECT {to} FROM {parent['table']} LIMIT 1").fetchone()
        # A reference that was added later may point to a table that was made later.
        return row[0] if row else None
    if choice := re.search(_CHOICE.format(name, name), sql, re.DOTALL):
        return choice[1]
    return {"INTEGER": 1, "REAL": 0.5, "BLOB": b"\0"}.get(column["type"], f"{table}.{name}")


def content(connection: sqlite3.Connection) -> Rows:
    """Every row of every ordinary table."""
    connection.row_factory = sqlite3.Row
    return {
        table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        for table in tables(connection)
    }


def schema(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT name, sql FROM sqlite_master"))


@pytest.mark.parametrize("count", range(1, len(MIGRATIONS) + 1))
async def test_every_earlier_schema_comes_forward_with_its_data(tmp_path: Path, count: int):
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    at(old, count)
    with closing(sqlite3.connect(old)) as connection:
        before = fill(connection)
    for path in (old, new):
        await (await Database.open(path)).close()
    with closing(sqlite3.connect(old)) as connection:
        after = content(connection)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table, rows in before.items():
        assert len(rows) == 1
        for was, row in zip(rows, after[table], strict=True):
            assert {name: row[name] for name in was} == was
    assert schema(old) == schema(new)


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from jupyter_coding_agent.storage import database

left = int(sys.argv[2])

class Killing(database.Transaction):
    async def execute(self, sql, parameters=()):
        global left
        done = await super().execute(sql, parameters)
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

database.Transaction = Killing
asyncio.run(database.Database.open(Path(sys.argv[1])))
"""


async def test_killed_in_a_migration_the_next_one_goes_on(tmp_path: Path):
    """After each statement in turn: the data is there, and opening it again brings it forward."""
    fresh = tmp_path / "fresh.sqlite3"
    await (await Database.open(fresh)).close()
    statements = sum(len(statements) + 1 for _, statements in MIGRATIONS[1:])
    for number in range(0, statements, max(1, statements // 8)):
        path = tmp_path / f"{number}.sqlite3"
        at(path, 1)
        with closing(sqlite3.connect(path)) as connection:
            before = fill(connection)
        killed = subprocess.run([sys.executable, "-c", KILLED, path, str(number + 1)], check=False)
        assert killed.returncode == -9
        await (await Database.open(path)).close()
        assert schema(path) == schema(fresh)
        with closing(sqlite3.connect(path)) as connection:
            after = content(connection)
        assert after["users"] == before["users"]
        assert after["code_executions"][0]["request"] == before["code_executions"][0]["request"]
