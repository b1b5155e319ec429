"""A copy of the database as of one moment, also while an engine writes to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..core.errors import StorageUnavailable
from .migrations import MIGRATIONS

BUSY_SECONDS = 30.0


def take(database: Path, target: Path) -> None:
    """Copy it with SQLite's own backup, which waits for writers and sees whole transactions only.

    Raises StorageUnavailable where it can't be read or is damaged.
    """
    try:
        with (
            # Not read-only: the write-ahead log's index may have to be made.
            closing(
                sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
            ) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise StorageUnavailable(f"The database {database} can't be copied: {error}.") from error
    examine(target)


def artifacts(database: Path) -> list[tuple[str, str]]:
    """The (user, sha256) of every content that a sound copy's artifacts have."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'artifacts'").fetchone():
            return []
        return connection.execute("SELECT DISTINCT user, sha256 FROM artifacts").fetchall()


def examine(database: Path) -> None:
    """Raise StorageUnavailable where the file is damaged, incomplete or from a newer version."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise StorageUnavailable(f"The database is damaged ({found}). Restore a backup.")
            if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageUnavailable(
                    f"A row of the table {broken[0]} refers to one that is not there. "
                    "Run: jupyter coding-agent doctor --repair"
                )
            applied = {row[0] for row in connection.execute("SELECT name FROM migrations")}
    except sqlite3.DatabaseError as error:
        raise StorageUnavailable(f"The database is damaged ({error}). Restore a backup.") from error
    if newer := applied - {name for name, _ in MIGRATIONS}:
        raise StorageUnavailable(
            f"The database comes from a newer version (it knows {min(newer)!r}). Upgrade jupyter-coding-agent."
        )
