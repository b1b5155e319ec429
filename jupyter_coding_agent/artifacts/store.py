"""The SQL of artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..core.clock import iso, new_id, now
from ..core.errors import Conflict, NotFound
from ..storage.database import Database, Row
from ..storage.filters import equal_to
from . import kinds
from .content import Staged
from .models import ArtifactType, ListQuery

# What an attempt left that is not delivered, or not yet, is nobody's to see.
_SEEN = "attempt IS NULL"
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
    attempt: int | None = None
    """The number of the attempt that left it, until that is delivered."""
    thumbnail_sha256: str | None = None

    @classmethod
    def of(cls, name: str, kind: ArtifactType, content: Staged, **more: Any) -> NewArtifact:
        """Of a sealed file."""
        return cls(
            id=new_id("art"),
            name=name,
            type=kind,
            size=content.size,
            sha256=content.sha256,
            media_type=kinds.media_type(name),
            language=kinds.language(name),
            **more,
        )


class ArtifactStore:
    """Raises StorageUnavailable where the database can't go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def contents(self) -> list[tuple[str, str]]:
        """Every (user, sha256) that an artifact has, thumbnails' too."""
        rows = await self._database.fetch_all("""
            SELECT user, sha256 FROM artifacts
            UNION SELECT user, thumbnail_sha256 FROM artifacts WHERE thumbnail_sha256 IS NOT NULL
            """)
        return [(row["user"], row["sha256"]) for row in rows]

    async def add(self, user: str, artifacts: Sequence[NewArtifact], instead_of: Sequence[str] = ()) -> None:
        """All of them or none, in place of those with the ids `instead_of`.

        A session that is not there, or not the user's, is left out.
        """
        at = iso(now())
        async with self._database.transaction() as tx:
            for artifact_id in instead_of:
                await tx.execute("DELETE FROM artifacts WHERE id = ? AND user = ?", (artifact_id, user))
            await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES (?, ?)", (user, at))
            for new in artifacts:
                await tx.execute(
                    """
                    INSERT INTO artifacts (id, user, name, type, size, sha256, media_type, language,
                        session_id, execution_id, created_at, attempt, thumbnail_sha256)
                    VALUES (:id, :user, :name, :type, :size, :sha256, :media_type, :language,
                        (SELECT id FROM sessions WHERE id = :session_id AND user = :user),
                        :execution_id, :created_at, :attempt, :thumbnail_sha256)
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
            f"SELECT * FROM artifacts WHERE id = ? AND user = ? AND {_SEEN}",  # noqa: S608 - constant
            (artifact_id, user),
        )
        if row is None:
            raise missing(artifact_id)
        return row

    async def page(self, user: str, query: ListQuery) -> tuple[Sequence[Row], int]:
        """One page, newest first, and how many there are in all."""
        filters = query.model_dump(include={"session_id", "execution_id", "type", "language"})
        chosen = f"{_SEEN} AND {equal_to({'user': user} | filters)}"
        values: dict[str, Any] = filters | {"user": user}
        counted = await self._database.fetch_one(
            f"SELECT count(*) AS n FROM artifacts WHERE {chosen}",  # noqa: S608 - of constants; values are bound
            values,
        )
        assert counted is not None
        total, before = counted["n"], (query.page - 1) * query.limit
        # What is skipped is skipped in the index, from the end that is nearer. Only constants are put together.
        after = max(0, total - before - query.limit)
        near = before <= after
        values |= {"limit": min(query.limit, max(0, total - before)), "skipped": before if near else after}
        rows = await self._database.fetch_all(
            f"""
            SELECT * FROM artifacts WHERE rowid IN (
                SELECT rowid FROM artifacts WHERE {chosen}
                ORDER BY rowid {"DESC" if near else "ASC"} LIMIT :limit OFFSET :skipped
            ) ORDER BY rowid DESC
            """,  # noqa: S608 - of constants; values are bound
            values,
        )
        return rows, total

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
        return await self._ids("user = ? AND sha256 = ?", (user, sha256))

    async def with_thumbnail(self, user: str, sha256: str) -> list[str]:
        """The ids of the artifacts that have it as their thumbnail."""
        return await self._ids("user = ? AND thumbnail_sha256 = ?", (user, sha256))

    async def contents_of(self, user: str, artifact_id: str) -> set[str]:
        """The hashes of its file and of its thumbnail; empty where it is not there."""
        row = await self._database.fetch_one(
            "SELECT sha256, thumbnail_sha256 FROM artifacts WHERE id = ? AND user = ?", (artifact_id, user)
        )
        return {sha256 for sha256 in (row or ()) if sha256 is not None}

    async def forget_thumbnail(self, user: str, sha256: str) -> None:
        """No artifact has it as its thumbnail any more."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE artifacts SET thumbnail_sha256 = NULL WHERE user = ? AND thumbnail_sha256 = ?",
                (user, sha256),
            )

    async def of_attempt(self, user: str, execution_id: str, attempt: int) -> list[str]:
        """The ids of what this attempt left, while it is not delivered."""
        return await self._ids("user = ? AND execution_id = ? AND attempt = ?", (user, execution_id, attempt))

    async def undelivered(self, execution_id: str | None) -> list[tuple[str, str]]:
        """(user, id) of what attempts left and nobody will be delivered.

        Of `execution_id` also where the attempt itself was never stored.
        """
        rows = await self._database.fetch_all(
            """
            SELECT a.user, a.id FROM artifacts AS a LEFT JOIN code_executions AS e ON e.id = a.execution_id
            WHERE a.attempt IS NOT NULL AND (
                e.id IS NULL OR e.status NOT IN ('pending', 'running')
                OR (e.id = ? AND a.attempt NOT IN
                    (SELECT number FROM execution_attempts WHERE execution_id = e.id))
            )
            """,
            (execution_id,),
        )
        return [(row["user"], row["id"]) for row in rows]

    async def _ids(self, where: str, values: Sequence[Any]) -> list[str]:
        rows = await self._database.fetch_all(f"SELECT id FROM artifacts WHERE {where}", values)  # noqa: S608 - of constants; values are bound
        return [row["id"] for row in rows]

    async def expired(self, before: str) -> Sequence[Row]:
        """Artifacts made before then that no kept execution was given or left."""
        return await self._database.fetch_all(
            f"""
            SELECT id, user FROM artifacts AS a
            WHERE {_SEEN} AND created_at < ? AND NOT {_REFERRED} AND NOT EXISTS (
                SELECT 1 FROM code_executions AS left_by WHERE left_by.id = a.execution_id
            )
            ORDER BY rowid
            """,  # noqa: S608 - constant
            (before,),
        )


def missing(artifact_id: str) -> NotFound:
    """What is said of an artifact that isn't there, or isn't this user's."""
    return NotFound(f"There is no artifact {artifact_id[:80]!r}.")
