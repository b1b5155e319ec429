from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_coding_agent.repair.models import RepairRequest
from jupyter_coding_agent.repair.references import DatabaseExaminer
from jupyter_coding_agent.repair.service import RepairService
from jupyter_coding_agent.storage.database import Database

ROWS = """
INSERT INTO users (name, created_at) VALUES ('ada', '2026-01-01');
INSERT INTO code_executions (id, user, status, request, retry_of, created_at)
    VALUES ('exe_1', 'ada', 'passed', '{}', NULL, '2026-01-01'),
           ('exe_2', 'ada', 'passed', '{}', 'exe_1', '2026-01-01');
INSERT INTO execution_events (execution_id, user, kind, data, at)
    VALUES ('exe_1', 'ada', 'queued', '{}', '2026-01-01'), ('exe_2', 'ada', 'queued', '{}', '2026-01-01');
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "test.sqlite3")
    behind(opened, ROWS)
    yield opened
    await opened.close()


def behind(database: Database, sql: str) -> None:
    """As a tool would that edits the file and enforces nothing."""
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.executescript(sql)


async def found(database: Database, *, dry_run: bool = False) -> list[tuple[str, int, bool]]:
    report = await RepairService([DatabaseExaminer(database)]).run(RepairRequest(dry_run=dry_run))
    assert report.sound == all(damage.mended for damage in report.damages)
    return [(damage.sentence, damage.items, damage.mended) for damage in report.damages]


async def column(database: Database, sql: str) -> list[object]:
    return [row[0] for row in await database.fetch_all(sql)]


async def test_a_sound_database_has_no_damage(database: Database):
    assert await found(database) == []


async def test_what_belonged_to_a_missing_row_goes_and_what_only_named_it_forgets_it(database: Database):
    behind(database, "DELETE FROM code_executions WHERE id = 'exe_1'")
    told = await found(database, dry_run=True)
    assert told == [("Rows of code_executions, execution_events referred to what is not there.", 2, False)]
    assert await column(database, "SELECT count(*) FROM execution_events") == [2]
    assert [mended for *_, mended in await found(database)] == [True]
    assert await column(database, "SELECT execution_id FROM execution_events") == ["exe_2"]
    assert await column(database, "SELECT retry_of FROM code_executions") == [None]
    assert await found(database) == []


async def test_a_missing_user_is_put_back_and_loses_nothing(database: Database):
    behind(database, "DELETE FROM users")
    assert [mended for *_, mended in await found(database)] == [True]
    assert await column(database, "SELECT name FROM users") == ["ada"]
    assert await column(database, "SELECT count(*) FROM code_executions") == [2]


async def test_an_index_that_disagrees_is_made_anew(database: Database):
    # The schema is told that the index is of another column than it was made from.
    behind(
        database,
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, 'execution_id, id', 'kind, id')
            WHERE name = 'execution_events_by_execution';
        """,
    )
    path = database.path
    await database.close()
    reopened = await Database.open(path)
    assert [mended for *_, mended in await found(reopened, dry_run=True)] == [False]
    assert await found(reopened) == [("Indexes were made anew.", 1, True)]
    assert await found(reopened) == []
    await reopened.close()


async def test_a_damaged_page_is_told_with_the_way_out(tmp_path: Path):
    path = tmp_path / "test.sqlite3"
    database = await Database.open(path, journal_mode="DELETE")
    behind(database, ROWS)
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        [(page,)] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'execution_events'"
        ).fetchall()
        [(size,)] = connection.execute("PRAGMA page_size").fetchall()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)
    database = await Database.open(path, journal_mode="DELETE")
    for dry_run in (True, False):
        [(sentence, _, mended)] = await found(database, dry_run=dry_run)
        assert "damaged" in sentence and "restore" in sentence and not mended
    await database.close()
