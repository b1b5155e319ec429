"""The result of an identical request that has passed before, given again without a run.

Identical means: the same user, words, options and context; the same said before, in whatever session or in none; the
same models to be asked first, and they served; the same settings, prompts, product and image. Only what was written at
temperature 0 counts, and only where its receipt still verifies.
"""

from __future__ import annotations

import json
from datetime import timedelta

from ..agents.models import Attempt, Conversation
from ..core.clock import iso, new_id, now
from ..sessions.service import SessionService, post_request, post_result
from ..storage.database import Database, Row, Transaction
from ..validation.models import Receipt
from ..validation.receipts import verify
from . import notebooks, writing
from .carrier import Signer
from .models import Accepted, ExecuteRequest
from .provenance import Provenance, same_surroundings
from .rows import attempt_of
from .surroundings import Surroundings, conversation_sha256

MOST_A_DAY = 1_000
"""Results given again in 24 hours; they are not charged to the quota, but each is a row of its own."""
_AT_ZERO = frozenset({"draft", "repair", "reason"})
"""Where the code of an attempt came from that was asked for at temperature 0."""


class Reuse:
    """Finds earlier results and gives them again."""

    def __init__(
        self, database: Database, surroundings: Surroundings, signer: Signer, sessions: SessionService
    ) -> None:
        self._database = database
        self._surroundings = surroundings
        self._signer = signer
        self._sessions = sessions

    async def offer(self, user: str, request: ExecuteRequest) -> Accepted | None:
        """An execution that has the earlier result already; None where there is none that may stand in.

        Raises NotFound for a session that isn't the user's.
        """
        if request.fix is not None or request.own_tests is not None:
            # It says how a cell is now, with whatever the kernel has.
            return None
        if request.fresh or request.output_preference != "snippet":
            return None
        row = await self._candidate(user, request)
        # Only now: looking at the surroundings may mean asking the container engine.
        if row is None or not await self._holds(row, request):
            return None
        attempts = await self._attempts(row["id"])
        if not self._proved(row, attempts):
            return None
        execution_id = await self._give(user, request, row, attempts)
        if execution_id is None:
            return None
        return Accepted(
            execution_id=execution_id, status="passed", cached_from=row["id"], estimated_time_seconds=0
        )

    async def _candidate(self, user: str, request: ExecuteRequest) -> Row | None:
        """The latest one that passed in one go: what was interrupted, or given again, was not started just once.

        A replay's models were chosen for it, so it is no such thing. While something in the session has not ended,
        nobody knows what will have been said.
        """
        said = Conversation()
        if request.session_id is not None:
            said = await self._sessions.conversation(user, request.session_id)
        return await self._database.fetch_one(
            """
            SELECT * FROM code_executions
            WHERE user = :user AND request_key = :key AND status = 'passed' AND starts = 1
                AND replay IS NULL AND receipt IS NOT NULL
                AND json_extract(provenance, '$.conversation_sha256') = :said
                AND NOT EXISTS (SELECT 1 FROM code_executions
                    WHERE session_id = :session AND status IN ('pending', 'running'))
                AND (SELECT count(*) FROM code_executions
                     WHERE user = :user AND reused AND created_at > :since) < :most
            ORDER BY rowid DESC LIMIT 1
            """,
            {
                "user": user,
                "key": writing.key_of(request),
                "said": conversation_sha256(said),
                "session": request.session_id,
                "since": iso(now() - timedelta(days=1)),
                "most": MOST_A_DAY,
            },
        )

    async def _holds(self, row: Row, request: ExecuteRequest) -> bool:
        """Whether it would be carried out in the same way now, by models that did not fail then."""
        recorded = Provenance.model_validate_json(row["provenance"])
        steady = all(models == [recorded.first_models[tier]] for tier, models in recorded.models.items())
        if not recorded.models or not steady:
            return False
        return same_surroundings(recorded, await self._surroundings.of(request))

    def _proved(self, row: Row, attempts: list[Attempt]) -> bool:
        """Whether the code is what the receipt is about, and was written at temperature 0."""
        delivered = next((attempt for attempt in attempts if attempt.number == row["best"]), None)
        # The same code twice makes a repair ask at another temperature.
        differing = {json.dumps(attempt.files, sort_keys=True) for attempt in attempts}
        if delivered is None or delivered.origin not in _AT_ZERO or len(differing) < len(attempts):
            return False
        receipt = Receipt.model_validate_json(row["receipt"])
        keys = {self._signer.key_id: self._signer.public_key}
        return verify(receipt, keys, files=delivered.files).valid and receipt.status == "passed"

    async def _attempts(self, execution_id: str) -> list[Attempt]:
        rows = await self._database.fetch_all(
            "SELECT * FROM execution_attempts WHERE execution_id = ? ORDER BY number", (execution_id,)
        )
        return [attempt_of(row) for row in rows]

    async def _give(
        self, user: str, request: ExecuteRequest, row: Row, attempts: list[Attempt]
    ) -> str | None:
        """A copy, so that the earlier one may be deleted; without its costs, which are not spent again.

        None where the earlier one was deleted this very moment.
        """
        execution_id, at = new_id("exe"), iso(now())
        told = (
            f"Reused: this is the result of {row['id']}, where the same was asked. Nothing was run; "
            "ask with fresh (--fresh) to have it made anew."
        )
        explanation = f"{told}\n{row['explanation']}"
        brought = await notebooks.packed(request)
        async with self._database.transaction() as tx:
            copied = await tx.execute(
                """
                INSERT INTO code_executions
                    (id, user, session_id, status, request, language, plan, tests, best, explanation, receipt,
                     quality_score, judgement, provenance, request_key, reused, cached_from, created_at, finished_at)
                SELECT :id, user, :session, status, :request, language, plan, tests, best, :explanation, receipt,
                    quality_score, judgement, provenance, request_key, 1, id, :at, :at
                FROM code_executions WHERE id = :source
                """,
                {
                    "id": execution_id,
                    "session": request.session_id,
                    "request": notebooks.without(request).model_dump_json(),
                    "explanation": explanation,
                    "at": at,
                    "source": row["id"],
                },
            )
            if not copied:
                return None
            await notebooks.keep(tx, execution_id, brought)
            for attempt in attempts:
                free = {"cost_usd": 0.0, "input_tokens": 0, "output_tokens": 0}
                await writing.store_attempt(tx, execution_id, attempt.model_copy(update=free))
            queued = {"position": 0, "estimated_time_seconds": 0}
            await writing.append(tx, execution_id, user, "queued", queued)
            reused = {"cached_from": row["id"], "finished_at": row["finished_at"]}
            await writing.append(tx, execution_id, user, "reused", reused)
            completed = {
                "status": row["status"],
                "attempt": row["best"],
                "quality_score": row["quality_score"],
                "explanation": explanation,
            }
            await writing.append(tx, execution_id, user, "completed", completed)
            if request.session_id is not None:
                await self._post(tx, user, request, execution_id, row, attempts)
        return execution_id

    async def _post(
        self,
        tx: Transaction,
        user: str,
        request: ExecuteRequest,
        execution_id: str,
        row: Row,
        attempts: list[Attempt],
    ) -> None:
        """To its session, in the words of the run: else what is asked next would never find the same said before."""
        session_id, status = request.session_id or "", row["status"]
        files = next(attempt.files for attempt in attempts if attempt.number == row["best"])
        await post_request(tx, user, session_id, execution_id, request.prompt)
        await post_result(tx, session_id, execution_id, status, row["explanation"], files)
