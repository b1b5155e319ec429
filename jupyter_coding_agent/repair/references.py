"""The database's own examination: its pages, its indexes, and references that lead nowhere."""

from __future__ import annotations

from ..core.clock import iso, now
from ..core.errors import StorageUnavailable
from ..storage.database import Database, Row, Transaction
from .models import Damage

PART = "database"
WAY_OUT = "Stop Jupyter and restore a backup: jupyter coding-agent restore FILE --replace"


class DatabaseExaminer:
    """SQLite enforces references while the engine writes; a tool that edits the file does not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def examine(self, *, mend: bool) -> list[Damage]:
        """Damaged pages can't be mended; an index can be made anew; a reference is mended as its table says."""
        pages = await self._pages(mend)
        # What is found on damaged pages may not be so.
        damaged = not all(damage.mended for damage in pages)
        return pages if damaged else [*pages, *await self._references(mend)]

    async def _pages(self, mend: bool) -> list[Damage]:
        try:
            found = await self._integrity()
            if found and mend:
                async with self._database.transaction() as tx:
                    await tx.execute("REINDEX")
                left = await self._integrity()
                mended = [Damage(part=PART, sentence="Indexes were made anew.", items=1, mended=True)]
                return mended if not left else [_damaged(left)]
            return [_damaged(found)] if found else []
        except StorageUnavailable as error:
            return [_damaged([error.message])]

    async def _integrity(self) -> list[str]:
        rows = await self._database.fetch_all("PRAGMA integrity_check(10)")
        return [row[0] for row in rows if row[0] != "ok"]

    async def _references(self, mend: bool) -> list[Damage]:
        broken = await self._database.fetch_all("PRAGMA foreign_key_check")
        if not broken:
            return []
        if mend:
            async with self._database.transaction() as tx:
                for row in broken:
                    await _mend(tx, row)
        tables = ", ".join(sorted({row["table"] for row in broken}))
        sentence = f"Rows of {tables} referred to what is not there."
        return [Damage(part=PART, sentence=sentence, items=len(broken), mended=mend)]


async def _mend(tx: Transaction, row: Row) -> None:
    """What the reference's own ON DELETE would have done; a user who is missing is put back."""
    table = row["table"]
    keys = await tx.fetch_all(f"PRAGMA foreign_key_list({table})")
    key = next(key for key in keys if key["id"] == row["fkid"])
    if key["table"] == "users":
        await tx.execute(
            f'INSERT OR IGNORE INTO users (name, created_at) SELECT "{key["from"]}", ? FROM {table} WHERE rowid = ?',  # noqa: S608 - names of the schema
            (iso(now()), row["rowid"]),
        )
    elif key["on_delete"] == "SET NULL":
        await tx.execute(
            f'UPDATE {table} SET "{key["from"]}" = NULL WHERE rowid = ?',  # noqa: S608 - names of the schema
            (row["rowid"],),
        )
    else:
        await tx.execute(f"DELETE FROM {table} WHERE rowid = ?", (row["rowid"],))  # noqa: S608 - as above


def _damaged(found: list[str]) -> Damage:
    sentence = f"The database is damaged ({found[0]}). {WAY_OUT}"
    return Damage(part=PART, sentence=sentence, items=len(found), mended=False)
