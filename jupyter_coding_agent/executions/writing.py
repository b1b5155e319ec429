"""What is written of an execution, each within a transaction of the caller's.

A status and the event that tells of it are committed together. Whatever a running execution writes carries
its `Claim`: once the execution was cancelled or claimed anew, the old run can write no more (`Superseded`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..agents.models import Attempt, Judgement
from ..artifacts.service import deliver_outputs
from ..core.clock import iso, now
from ..llm.models import Completion
from ..sessions.models import Outcome
from ..sessions.service import post_result
from ..storage.database import Transaction
from ..validation.receipts import sha256_of
from .models import ExecuteRequest, Fault
from .provenance import Replay
from .rows import attempt_columns

MAX_STARTS = 3


class Superseded(Exception):
    """This run of the execution is over: it was cancelled or claimed by another run."""


@dataclass(frozen=True)
class Claim:
    """One run of one execution."""

    execution_id: str
    user: str
    start: int
    request: ExecuteRequest
    tests: dict[str, str] | None
    tests_completion: Completion | None
    judgement: Judgement
    replay: Replay | None = None


@dataclass(frozen=True)
class Ending:
    """How an execution ends, and the last event of its stream."""

    status: Outcome
    explanation: str
    event: str
    data: dict[str, Any]
    fault: Fault | None = None
    tests: dict[str, str] | None = None
    plan: str | None = None
    delivered: Attempt | None = None
    """The best attempt, as the whole execution scores it."""
    quality_score: float | None = None
    cost_usd: float = 0
    receipt: str | None = None
    judgement: str | None = None
    artifact_id: str | None = None
    """Of the archive that it is delivered as."""

    @property
    def columns(self) -> dict[str, Any]:
        """What is stored of it; None leaves tests and judgement as they are."""
        return {
            "status": self.status,
            "finished_at": iso(now()),
            "explanation": self.explanation,
            "error": self.fault.model_dump_json() if self.fault else None,
            "tests": json.dumps(self.tests) if self.tests is not None else None,
            "plan": self.plan,
            "best": self.delivered.number if self.delivered else None,
            "quality_score": self.quality_score,
            "cost_usd": self.cost_usd,
            "receipt": self.receipt,
            "judgement": self.judgement,
            "artifact_id": self.artifact_id,
        }


def key_of(request: ExecuteRequest) -> str:
    """The same for requests that ask for the same, in whatever session."""
    asked = request.model_dump(mode="json", exclude={"session_id": True, "fresh": True, "context": True})
    return sha256_of(asked | {"context": request.context.hashed})


async def check_claim(tx: Transaction, claim: Claim) -> None:
    """Raises Superseded where this run is over."""
    row = await tx.fetch_one(
        "SELECT 1 FROM code_executions WHERE id = ? AND status = 'running' AND starts = ?",
        (claim.execution_id, claim.start),
    )
    if row is None:
        raise Superseded(claim.execution_id)


async def put_back(tx: Transaction, execution_id: str, user: str, starts: int) -> None:
    """Queue it again, or give it up where it was started too often."""
    if starts < MAX_STARTS:
        await tx.execute("UPDATE code_executions SET status = 'pending' WHERE id = ?", (execution_id,))
        return
    fault = Fault(
        message=f"The engine stopped {MAX_STARTS} times while it worked on this, so it was given up. "
        "Look at the server's log, then retry it.",
        reason="engine_stopped",
    )
    ending = Ending("failed", fault.message, "error", fault.model_dump(), fault=fault)
    await end(tx, execution_id, user, ending)


async def end(tx: Transaction, execution_id: str, user: str, ending: Ending) -> None:
    """The final state, the last event of the stream, and the session's message."""
    row = await tx.fetch_one(
        """
        UPDATE code_executions SET
            status = :status, finished_at = :finished_at, explanation = :explanation, error = :error,
            tests = coalesce(:tests, tests), plan = :plan, best = :best, quality_score = :quality_score,
            cost_usd = :cost_usd, receipt = :receipt, judgement = coalesce(:judgement, judgement),
            artifact_id = :artifact_id
        WHERE id = :id RETURNING session_id
        """,
        ending.columns | {"id": execution_id},
    )
    if ending.delivered:
        await store_attempt(tx, execution_id, ending.delivered)
        await deliver_outputs(tx, execution_id, ending.delivered.number)
    await append(tx, execution_id, user, ending.event, ending.data)
    if row is not None and row["session_id"] is not None:
        files = ending.delivered.files if ending.delivered else {}
        await post_result(tx, row["session_id"], execution_id, ending.status, ending.explanation, files)


async def store_attempt(tx: Transaction, execution_id: str, attempt: Attempt) -> None:
    """A finished attempt, in place of an earlier state of it."""
    await tx.execute(
        """
        INSERT OR REPLACE INTO execution_attempts (
            execution_id, number, files, requirements, diff, verdict,
            tests_passed, lint_passed, security_passed,
            error_class, error_message, fix_applied, notes,
            model, hops, input_tokens, output_tokens, cost_usd, started_at, finished_at,
            origin, mutation_score
        ) VALUES (
            :execution_id, :number, :files, :requirements, :diff, :verdict,
            :tests_passed, :lint_passed, :security_passed,
            :error_class, :error_message, :fix_applied, :notes,
            :model, :hops, :input_tokens, :output_tokens, :cost_usd, :started_at, :finished_at,
            :origin, :mutation_score
        )
        """,
        {"execution_id": execution_id} | attempt_columns(attempt),
    )


async def append(tx: Transaction, execution_id: str, user: str, kind: str, data: dict[str, Any]) -> None:
    """An event; its id grows over the whole database."""
    await tx.execute(
        "INSERT INTO execution_events (execution_id, user, kind, data, at) VALUES (?, ?, ?, ?, ?)",
        (execution_id, user, kind, json.dumps(data), iso(now())),
    )
