"""The SQL of executions, their attempts and their events; `writing` has what one transaction writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..agents.models import Attempt, Judgement
from ..core.clock import iso, now
from ..core.errors import Conflict, NotFound
from ..llm.models import Completion, TierName
from ..sessions.service import post_request
from ..storage.database import Database, Row
from ..storage.filters import equal_to
from ..users.models import Tier
from . import notebooks, quota, writing
from .models import FINAL, Event, ExecuteRequest, ListQuery
from .provenance import Provenance, Replay
from .rows import attempt_of, event_of
from .writing import Claim, Ending, key_of

RECENT = 20


@dataclass(frozen=True)
class Load:
    """What an estimate is made of."""

    ahead: int
    """Executions that wait or run before this one."""
    recent_seconds: list[float]
    """How long the latest finished executions took to run."""


class ExecutionStore:
    """Raises StorageUnavailable where the database can't go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Load:
        """The queue as it is."""
        row = await self._database.fetch_one(
            "SELECT count(*) AS ahead FROM code_executions WHERE status IN ('pending', 'running')"
        )
        assert row is not None
        rows = await self._database.fetch_all(
            """
            SELECT (julianday(finished_at) - julianday(started_at)) * 86400.0 AS seconds FROM code_executions
            WHERE finished_at IS NOT NULL AND started_at IS NOT NULL AND status != 'cancelled'
            ORDER BY finished_at DESC LIMIT ?
            """,
            (RECENT,),
        )
        return Load(row["ahead"], [row["seconds"] for row in rows])

    async def create(
        self,
        execution_id: str,
        user: str,
        request: ExecuteRequest,
        queued: dict[str, Any],
        *,
        daily_limit: int,
        retry_of: str | None = None,
        tier: Tier = "free",
        replay: Replay | None = None,
    ) -> None:
        """The row, its `queued` event and its session's message. Raises QuotaExceeded, NotFound for the session."""
        moment = now()
        at = iso(moment)
        brought = await notebooks.packed(request)
        async with self._database.transaction() as tx:
            await quota.admit(tx, user, daily_limit, moment)
            await tx.execute(
                """
                INSERT INTO users (name, tier, created_at) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET tier = excluded.tier
                """,
                (user, tier, at),
            )
            if request.session_id is not None:
                await post_request(tx, user, request.session_id, execution_id, request.prompt)
            await tx.execute(
                """
                INSERT INTO code_executions
                    (id, user, session_id, status, request, language, retry_of, created_at,
                     request_key, replay, replay_of)
                VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)
                """,
                (
                    execution_id,
                    user,
                    request.session_id,
                    notebooks.without(request).model_dump_json(),
                    request.language,
                    retry_of,
                    at,
                    key_of(request),
                    replay.model_dump_json() if replay else None,
                    replay.replay_of if replay else None,
                ),
            )
            await notebooks.keep(tx, execution_id, brought)
            await writing.append(tx, execution_id, user, "queued", queued)

    async def recover(self) -> None:
        """Put back in the queue what a dead engine left running. Only for whoever owns the data directory."""
        async with self._database.transaction() as tx:
            for row in await tx.fetch_all(
                "SELECT id, user, starts FROM code_executions WHERE status = 'running'"
            ):
                await writing.put_back(tx, row["id"], row["user"], row["starts"])

    async def put_back(self, claim: Claim) -> None:
        """Put an execution back in the queue whose run could not be recorded. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await writing.put_back(tx, claim.execution_id, claim.user, claim.start)

    async def claim(self) -> Claim | None:
        """The execution that waits longest, now running; None if none waits.

        No two callers get the same one. In a session one runs at a time, since each may be about the one before.
        """
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(
                """
                UPDATE code_executions SET status = 'running', starts = starts + 1, started_at = ?
                WHERE rowid =
                    (
                        SELECT rowid FROM code_executions AS waiting
                        WHERE status = 'pending' AND NOT EXISTS (
                            SELECT 1 FROM code_executions AS other
                            WHERE other.session_id = waiting.session_id AND other.status = 'running'
                        )
                        ORDER BY rowid LIMIT 1
                    )
                RETURNING id, user, starts, request, session_id, tests, tests_completion, judgement, replay
                """,
                (iso(now()),),
            )
            if row is None:
                return None
            await writing.append(tx, row["id"], row["user"], "started", {"start": row["starts"]})
            request = await notebooks.request_with(tx, row)
        completion = row["tests_completion"]
        return Claim(
            execution_id=row["id"],
            user=row["user"],
            start=row["starts"],
            request=request,
            tests=json.loads(row["tests"]) if row["tests"] else None,
            tests_completion=Completion.model_validate_json(completion) if completion else None,
            judgement=Judgement.model_validate_json(row["judgement"] or "{}"),
            replay=Replay.model_validate_json(row["replay"]) if row["replay"] else None,
        )

    async def add_event(self, claim: Claim, kind: str, data: dict[str, Any]) -> None:
        """Store a progress event of a running execution. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            if kind == "plan":
                await tx.execute(
                    "UPDATE code_executions SET language = ? WHERE id = ?",
                    (data.get("language"), claim.execution_id),
                )
            await writing.append(tx, claim.execution_id, claim.user, kind, data)

    async def set_tests(self, claim: Claim, tests: dict[str, str], completion: Completion | None) -> None:
        """Store the tests. Raises Superseded."""
        stored = completion.model_dump_json() if completion else None
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await tx.execute(
                "UPDATE code_executions SET tests = ?, tests_completion = ? WHERE id = ?",
                (json.dumps(tests), stored, claim.execution_id),
            )

    async def set_judgement(self, claim: Claim, tests: dict[str, str], judgement: Judgement) -> None:
        """Store the tests as they stand and what is known beyond the verdicts. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await tx.execute(
                "UPDATE code_executions SET tests = ?, judgement = ? WHERE id = ?",
                (json.dumps(tests), judgement.model_dump_json(), claim.execution_id),
            )

    async def add_attempt(self, claim: Claim, attempt: Attempt) -> None:
        """Store a finished attempt, in place of an earlier state of it. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await writing.store_attempt(tx, claim.execution_id, attempt)

    async def set_provenance(self, claim: Claim, provenance: Provenance) -> None:
        """Store what a running execution is carried out with. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await tx.execute(
                "UPDATE code_executions SET provenance = ? WHERE id = ?",
                (provenance.model_dump_json(), claim.execution_id),
            )

    async def set_served(self, claim: Claim, models: Mapping[TierName, list[str]]) -> None:
        """Add the models that served to what it was carried out with. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await tx.execute(
                "UPDATE code_executions SET provenance = json_set(provenance, '$.models', json(?)) WHERE id = ?",
                (json.dumps(models), claim.execution_id),
            )

    async def finish(self, claim: Claim, ending: Ending) -> None:
        """The end of a running execution. Raises Superseded."""
        async with self._database.transaction() as tx:
            await writing.check_claim(tx, claim)
            await writing.end(tx, claim.execution_id, claim.user, ending)

    async def cancel(self, execution_id: str, user: str, explanation: str) -> None:
        """Cancelled from now on, waiting or running. Raises NotFound, Conflict where it has ended."""
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(
                "SELECT status FROM code_executions WHERE id = ? AND user = ?", (execution_id, user)
            )
            if row is None:
                raise missing(execution_id)
            if row["status"] in FINAL:
                raise Conflict(f"This execution has ended already: it is {row['status']}.")
            cost = await tx.fetch_one(
                "SELECT coalesce(sum(cost_usd), 0) AS usd FROM execution_attempts WHERE execution_id = ?",
                (execution_id,),
            )
            assert cost is not None
            data = {"status": "cancelled", "attempt": None, "quality_score": None, "explanation": explanation}
            ending = Ending("cancelled", explanation, "completed", data, cost_usd=cost["usd"])
            await writing.end(tx, execution_id, user, ending)

    async def get(self, execution_id: str, user: str) -> Row:
        """The execution's row. Raises NotFound, also for another user's."""
        row = await self._database.fetch_one(
            "SELECT * FROM code_executions WHERE id = ? AND user = ?", (execution_id, user)
        )
        if row is None:
            raise missing(execution_id)
        return row

    async def request(self, row: Row) -> ExecuteRequest:
        """What an execution's row asks for, with what it brought of its notebook."""
        return await notebooks.request_with(self._database, row)

    async def attempts(self, execution_id: str) -> list[Attempt]:
        """Every stored attempt in order."""
        rows = await self._database.fetch_all(
            "SELECT * FROM execution_attempts WHERE execution_id = ? ORDER BY number", (execution_id,)
        )
        return [attempt_of(row) for row in rows]

    async def page(self, user: str, query: ListQuery) -> tuple[Sequence[Row], int]:
        """One page, newest first, and how many there are in all."""
        filters = query.model_dump(include={"session_id", "status", "language"})
        chosen = equal_to({"user": user} | filters)
        values = filters | {"user": user, "limit": query.limit, "offset": (query.page - 1) * query.limit}
        # What is skipped is skipped in the index. Only constants are put together.
        rows = await self._database.fetch_all(
            f"""
            SELECT id, status, substr(json_extract(request, '$.prompt'), 1, 200) AS prompt, language,
                session_id, quality_score, cost_usd, created_at, finished_at,
                (SELECT count(*) FROM execution_attempts AS a WHERE a.execution_id = e.id) AS attempts
            FROM code_executions AS e WHERE rowid IN (
                SELECT rowid FROM code_executions WHERE {chosen}
                ORDER BY rowid DESC LIMIT :limit OFFSET :offset
            ) ORDER BY rowid DESC
            """,  # noqa: S608 - constants
            values,
        )
        total = await self._database.fetch_one(
            f"SELECT count(*) AS n FROM code_executions WHERE {chosen}",  # noqa: S608 - constants
            values,
        )
        assert total is not None
        return rows, total["n"]

    async def used_today(self, user: str) -> int:
        """How many of the user's executions count against the daily limit now."""
        return await quota.used(self._database, user, now())

    async def ended(self, execution_id: str) -> bool:
        """Whether the last event of the execution's stream is stored."""
        row = await self._database.fetch_one(
            "SELECT status FROM code_executions WHERE id = ?", (execution_id,)
        )
        return row is None or row["status"] in FINAL

    async def events_of(self, execution_id: str, after: int, limit: int) -> list[Event]:
        """Stored events of one execution, later than `after`."""
        rows = await self._database.fetch_all(
            """
            SELECT id, execution_id, kind, data, at FROM execution_events
            WHERE execution_id = ? AND id > ? ORDER BY id LIMIT ?
            """,
            (execution_id, after, limit),
        )
        return [event_of(row) for row in rows]

    async def events_for(self, user: str, after: int, limit: int) -> list[Event]:
        """Stored events of everything that is the user's, later than `after`."""
        rows = await self._database.fetch_all(
            """
            SELECT id, execution_id, kind, data, at FROM user_events
            WHERE user = ? AND id > ? ORDER BY id LIMIT ?
            """,
            (user, after, limit),
        )
        return [event_of(row) for row in rows]

    async def last_event(self) -> int:
        """The id of the newest event of all."""
        row = await self._database.fetch_one("""
            SELECT max(
                coalesce((SELECT max(id) FROM execution_events), 0),
                coalesce((SELECT max(id) FROM chat_events), 0)
            ) AS last
            """)
        assert row is not None
        return int(row["last"])


def missing(execution_id: str) -> NotFound:
    """What is said of an execution that isn't there, or isn't this user's."""
    return NotFound(f"There is no execution {execution_id!r}.")
