"""One SQLite file with one writer, and the mapping of its faults to the package's errors."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import aiosqlite

from ..core.clock import iso, now
from ..core.errors import StorageUnavailable
from .filesystem import is_network
from .migrations import MIGRATIONS

Row = sqlite3.Row
Parameters = Sequence[Any] | dict[str, Any]
JournalMode = Literal["WAL", "DELETE"]

BUSY_TIMEOUT_MS = 5_000


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            sentence = (
                "The database is locked by another program. "
                "Close it (a backup tool, a database browser) and try again."
            )
        elif "full" in text:
            sentence = "The disk that holds the data directory is full. Free some space and try again."
        elif "readonly" in text:
            sentence = "The database can't be written. Give your user write permission on the data directory."
        else:
            sentence = (
                f"The database can't be used: {text}. Look at the disk and the data directory's permissions."
            )
        raise StorageUnavailable(sentence) from error
    except sqlite3.DatabaseError as error:
        # Its subclasses are faults of ours (a broken constraint, a wrong call), not of the file.
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise StorageUnavailable(f"The database file is damaged ({error}). Restore a backup.") from error


class Transaction:
    """Statements that are committed together; handed out by `Database.transaction`."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; returns the number of rows it changed."""
        async with self._connection.execute(sql, parameters) as cursor:
            return cursor.rowcount

    async def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one INSERT; returns the new row's id."""
        async with self._connection.execute(sql, parameters) as cursor:
            return cursor.lastrowid or 0

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row, as this transaction sees it."""
        return list(await self._connection.execute_fetchall(sql, parameters))

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, as this transaction sees it."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None


class Database:
    """Opened by the engine only. Raises StorageUnavailable where SQLite can't go on."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._write_lock = asyncio.Lock()

    @classmethod
    async def open(
        cls, path: Path, *, journal_mode: JournalMode | None = None, busy_timeout_ms: int = BUSY_TIMEOUT_MS
    ) -> Database:
        """Open, migrating an older file forward.

        `journal_mode` is WAL unless given, and DELETE where the file is on a network file system.
        """
        mode = journal_mode or ("DELETE" if is_network(path.parent) else "WAL")
        _create_private(path)
        connections: list[aiosqlite.Connection] = []
        try:
            with _mapped():
                for _ in range(2):
                    connections.append(await _connect(path))
                    connections[-1].row_factory = sqlite3.Row
                    await connections[-1].execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
                    await connections[-1].execute("PRAGMA foreign_keys=ON")
                writer, reader = connections
                await writer.execute(f"PRAGMA journal_mode={mode}")
                await writer.execute("PRAGMA synchronous=FULL")
            database = cls(path, writer, reader)
            await database._migrate()
        except BaseException:
            for connection in connections:
                await connection.close()
            raise
        return database

    async def _migrate(self) -> None:
        async with self.transaction() as tx:
            await tx.execute(
                "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"
            )
        done = {row["name"] for row in await self.fetch_all("SELECT name FROM migrations")}
        unknown = done - {name for name, _ in MIGRATIONS}
        if unknown:
            raise StorageUnavailable(
                f"The database comes from a newer version (it knows {sorted(unknown)[0]!r}). "
                "Upgrade jupyter-coding-agent or use another data directory."
            )
        for name, statements in MIGRATIONS:
            if name in done:
                continue
            async with self.transaction() as tx:
                for statement in statements:
                    await tx.execute(statement)
                await tx.execute("INSERT INTO migrations VALUES (?, ?)", (name, iso(now())))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing: committed at the end, rolled back on any exception (cancellation too)."""
        async with self._write_lock:
            try:
                with _mapped():
                    await self._writer.execute("BEGIN IMMEDIATE")
                    yield Transaction(self._writer)
                    await self._writer.execute("COMMIT")
            except BaseException:
                await asyncio.shield(self._rollback())
                raise

    async def _rollback(self) -> None:
        # On the connection's thread, after whatever was cancelled half-way there; nothing if nothing began.
        # What failed first is what is told: SQLite has itself rolled back where this fails.
        with suppress(sqlite3.Error, ValueError):
            await self._writer.rollback()

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row of what is committed."""
        with _mapped():
            return list(await self._reader.execute_fetchall(sql, parameters))

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of what is committed."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Close both connections; everything committed is on disk."""
        await self._reader.close()
        await self._writer.close()


async def _connect(path: Path) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None)
    # Its thread must not keep a server alive that ends without closing. Before 0.22 it was a thread itself.
    thread: Any = getattr(connection, "_thread", connection)
    thread.daemon = True
    return await connection


def _create_private(path: Path) -> None:
    """Readable by its owner only, since it holds prompts and code. SQLite's side files follow its mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StorageUnavailable(f"The database {path} can't be opened: {error.strerror}.") from error
