"""What lies in the data directory, looked at past the engine."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from jupyter_coding_agent.core.paths import artifacts_path, database_path
from tests.crash.told import Told

BELONGS = {
    "artifacts",
    "coding-agent.sqlite3",
    "coding-agent.sqlite3-shm",
    "coding-agent.sqlite3-wal",
    "engine.lock",
    "engine.sock",
    "keys",
    "owner",
    "templates",
}
LONG_AGO = "2020-01-01T00:00:00.000Z"


def check_files(data: Path, told: Told) -> None:
    """Every file belongs to something, and nothing that was being made is left."""
    extra = {path.name for path in data.iterdir()} - BELONGS
    assert not extra, f"left over in the data directory: {extra}"
    assert {path.name for path in (data / "keys").iterdir()} == {"receipts.ed25519"}
    root = artifacts_path(data)
    assert not list((root / "incoming").iterdir()), "left over of an upload"
    kept = {path.name for path in root.rglob("*") if path.is_file()}
    assert kept == {known.sha256 for known in told.artifacts.values()}, "files and artifacts differ"


def check_database(path: Path) -> None:
    """SQLite's own examination."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_words(path: Path) -> None:
    """What is searched agrees with what it is made of. Nobody else has the database open."""
    with closing(sqlite3.connect(path)) as connection:
        for table in ("messages_found", "sessions_found"):
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def grow_old(data: Path) -> None:
    """As if everything had been stored long ago. No engine runs."""
    with closing(sqlite3.connect(database_path(data))) as connection, connection:
        connection.execute("UPDATE artifacts SET created_at = ?", (LONG_AGO,))
        connection.execute("UPDATE code_executions SET created_at = ?, finished_at = ?", (LONG_AGO, LONG_AGO))


def check_restored(data: Path, wanted: Told, unsure: Collection[str]) -> None:
    """A backup has what was there before it began, with every file but those of the artifacts `unsure`."""
    check_database(database_path(data))
    with closing(sqlite3.connect(database_path(data))) as connection:
        artifacts = dict(connection.execute("SELECT id, sha256 FROM artifacts").fetchall())
        for table, told in (("sessions", wanted.sessions), ("code_executions", wanted.executions)):
            stored = {row[0] for row in connection.execute(f"SELECT id FROM {table}")}
            assert stored >= told.keys(), f"{table} are missing in the backup"
    assert artifacts.keys() >= wanted.artifacts.keys() - set(unsure), "artifacts are missing in the backup"
    for one in artifacts.keys() - set(unsure):
        files = list(artifacts_path(data).glob(f"u_*/*/{artifacts[one]}"))
        assert files, "an artifact of the backup has no file"
        assert hashlib.sha256(files[0].read_bytes()).hexdigest() == artifacts[one]
