"""The SQL of artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..core.clock import iso, now
from ..core.errors import Conflict, NotFound
from ..storage.database import Database, Row
from .models import ListQuery

# An execution's request names what it was given; what it left names the execution.
_REFERRED = """
    EXISTS (
        SELECT 1 FROM code_executions AS e, json_each(e.request, '$.context_artifacts') AS given
        WHERE e.user = a.user AND given.value = a.id
    )
"""


@dataclass(frozen=True)
class NewArtifact:
    """A row to be; its content is in place."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    media_type: str
    language: str | None
    session_id: str | None = None
    execution_id: str | None = None


class ArtifactStore:
    """Raises StorageUnavailable where the database can't go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def contents(self) -> list[tuple[str, str]]:
        """Every (user, sha256) that an artifact has."""
        rows = await self._database.fetch_all("SELECT DISTINCT user, sha256 FROM artifacts")
        return [(row["user"], row["sha256"]) for row in rows]

    async def add(self, user: str, artifacts: Sequence[NewArtifact]) -> None:
        """All of them or none; a session that is not there, or not the user's, is left out."""
        at = iso(now())
        async with self._database.transaction() as tx:
            await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES (?, ?)", (user, at))
            for new in artifacts:
                await tx.execute(
                    """
                    INSERT INTO artifacts (id, user, name, type, size, sha256, media_type, language,
                        session_id, execution_id, created_at)
                    VALUES (:id, :user, :name, :type, :size, :sha256, :media_type, :language,
                        (SELECT id FROM sessions WHERE id = :session_id AND user = :user),
                        :execution_id, :created_at)
                    """,
                    vars(new) | {"user": user, "created_at": at},
                )

    async def check_session(self, user: str, session_id: str) -> None:
        """Raise NotFound unless it is there and the user's."""
        row = await self._database.fetch_one(
            "SELECT 1 FROM sessions WHERE id = ? AND user = ?", (session_id, user)
        )
        if row is None:
            raise NotFound(f"There is no session {session_id[:80]!r}.", field="session_id")

    async def get(self, user: str, artifact_id: str) -> Row:
        """The row. Raises NotFound, also for another user's."""
        row = await self._database.fetch_one(
            "SELECT * FROM artifacts WHERE id = ? AND user = ?", (artifact_id, user)
        )
        if row is None:
            raise missing(artifact_id)
        return row

    async def page(self, user: str, query: ListQuery) -> tuple[Sequence[Row], int]:
        """One page, newest first, and how many there are in all."""
        values: dict[str, Any] = query.model_dump()
        values |= {"user": user, "offset": (query.page - 1) * query.limit}
        chosen = """
            user = :user AND (:session_id IS NULL OR session_id = :session_id)
            AND (:execution_id IS NULL OR execution_id = :execution_id)
            AND (:type IS NULL OR type = :type) AND (:language IS NULL OR language = :language)
        """
        rows = await self._database.fetch_all(
            f"SELECT * FROM artifacts WHERE {chosen} ORDER BY rowid DESC LIMIT :limit OFFSET :offset",  # noqa: S608
            values,
        )
        total = await self._database.fetch_one(
            f"SELECT count(*) AS n FROM artifacts WHERE {chosen}",  # noqa: S608 - constant
            values,
        )
        assert total is not None
        return rows, total["n"]

    async def delete(self, user: str, artifact_id: str) -> None:
        """Remove the row. Raises NotFound, and Conflict while an execution that has not ended needs it."""
        async with self._database.transaction() as tx:
            needed = await tx.fetch_one(
                """
                SELECT e.id FROM code_executions AS e, json_each(e.request, '$.context_artifacts') AS given
                WHERE e.user = ? AND e.status IN ('pending', 'running') AND given.value = ? LIMIT 1
                """,
                (user, artifact_id),
            )
            if needed is not None:
                raise Conflict(
                    f"The execution {needed['id']} works with this artifact: cancel it first, or wait until it ends."
                )
            if not await tx.execute("DELETE FROM artifacts WHERE id = ? AND user = ?", (artifact_id, user)):
                raise missing(artifact_id)

    async def with_content(self, user: str, sha256: str) -> list[str]:
        """The ids of the artifacts that have it."""
        rows = await self._database.fetch_all(
            "SELECT id FROM artifacts WHERE user = ? AND sha256 = ?", (user, sha256)
        )
        return [row["id"] for row in rows]

    async def expired(self, before: str) -> Sequence[Row]:
        """Artifacts made before then that no kept execution was given or left."""
        return await self._database.fetch_all(
            f"""
            SELECT id, user FROM artifacts AS a
            WHERE created_at < ? AND NOT {_REFERRED} AND NOT EXISTS (
                SELECT 1 FROM code_executions AS left_by WHERE left_by.id = a.execution_id
            )
            ORDER BY rowid
            """,  # noqa: S608 - constant
            (before,),
        )


def missing(artifact_id: str) -> NotFound:
    """What is said of an artifact that isn't there, or isn't this user's."""
    return NotFound(f"There is no artifact {artifact_id[:80]!r}.")
