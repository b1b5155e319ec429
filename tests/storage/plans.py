"""What SQLite does for the statements of a store: read from its own plans."""

from __future__ import annotations

from pathlib import Path

import aiosqlite

from jupyter_coding_agent.storage.database import Database, Parameters, Row


class Recording(Database):
    """Keeps what it is asked."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        super().__init__(path, writer, reader)
        self.asked: list[tuple[str, Parameters]] = []

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        self.asked.append((sql, parameters))
        return await super().fetch_all(sql, parameters)

    async def plans(self) -> list[str]:
        """Every step of everything that was asked."""
        steps = []
        for sql, parameters in self.asked.copy():
            plan = await super().fetch_all(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps += [str(row["detail"]) for row in plan]
        return steps
