"""One SQLite file with one writer, and the mapping of its faults to the package's errors."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from ..core.clock import iso, now
from ..core.errors import StorageUnavailable
from .migrations import MIGRATIONS

Row = sqlite3.Row
Parameters = Sequence[Any] | dict[str, Any]

BUSY_TIMEOUT_MS = 5_000


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            sentence = "The database is locked by another program. Close it (a backup tool, a database browser) and try again."
        elif "full" in text:
            sentence = "The disk that holds the data directory is full. Free some space and try again."
        else:
            sentence = f"The database can't be used: {text}."
        raise StorageUnavailable(sentence) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise StorageUnavailable(f"The database file is damaged: {error}. Restore a backup.") from error


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

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, as this transaction sees it."""
        async with self._connection.execute(sql, parameters) as cursor:
            return await cursor.fetchone()


class Database:
    """Opened by the engine only. Raises StorageUnavailable where SQLite can't go on."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._write_lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, *, journal_mode: str = "WAL") -> Database:
        """Open, migrating an older file forward.

        `journal_mode` is WAL, or DELETE where the file is on a network file system.
        """
        with _mapped():
            writer = await cls._connect(path)
            await writer.execute(f"PRAGMA journal_mode={journal_mode}")
            await writer.execute("PRAGMA synchronous=FULL")
            database = cls(writer, await cls._connect(path))
        try:
            await database._migrate()
        except BaseException:
            await database.close()
            raise
        return database

    @staticmethod
    async def _connect(path: Path) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        await connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        await connection.execute("PRAGMA foreign_keys=ON")
        return connection

    async def _migrate(self) -> None:
        async with self.transaction() as tx:
            await tx.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)")
        done = {row["name"] for row in await self.fetch_all("SELECT name FROM migrations")}
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
            with _mapped():
                await self._writer.execute("BEGIN IMMEDIATE")
            try:
                with _mapped():
                    yield Transaction(self._writer)
                    await self._writer.execute("COMMIT")
            except BaseException:
                await asyncio.shield(self._rollback())
                raise

    async def _rollback(self) -> None:
        if self._writer.in_transaction:
            await self._writer.execute("ROLLBACK")

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row of what is committed."""
        with _mapped():
            async with self._reader.execute(sql, parameters) as cursor:
                return list(await cursor.fetchall())

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of what is committed."""
        with _mapped():
            async with self._reader.execute(sql, parameters) as cursor:
                return await cursor.fetchone()

    async def close(self) -> None:
        """Close both connections; everything committed is on disk."""
        await self._reader.close()
        await self._writer.close()
