"""What is shown of a stored execution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..agents.fixing.book import cell_changes
from ..agents.models import Attempt, Fix, Judgement, Plan
from ..storage.database import Row
from ..validation.models import Receipt, Signals
from .models import FINAL, ExecutionSummary, ExecutionView, Fault, Output
from .provenance import Provenance, Replay

SOLUTION = "solution.py"


def execution_view(row: Row | Mapping[str, Any], attempts: list[Attempt]) -> ExecutionView:
    """The delivered attempt of an execution that has ended, the latest of one that has not."""
    shown = shown_attempt(row, attempts)
    verdict = shown.verdict if shown else None
    signals = verdict.signals if verdict else Signals()
    return ExecutionView(
        execution_id=row["id"],
        status=row["status"],
        prompt=json.loads(row["request"])["prompt"],
        language=row["language"],
        session_id=row["session_id"],
        attempt=shown.number if shown else None,
        attempts=len(attempts),
        code=shown.files.get(SOLUTION) if shown else None,
        files=shown.files if shown else None,
        requirements=shown.requirements if shown else [],
        tests=json.loads(row["tests"]) if row["tests"] else None,
        examples=Plan.model_validate_json(row["plan"]).examples if row["plan"] else [],
        output=Output(
            stdout=verdict.stdout if verdict else "",
            stderr=verdict.stderr if verdict else "",
            test_results=signals.tests,
            lint_results=signals.lint,
            security_results=signals.security,
            data_results=signals.data,
        ),
        changes=cell_changes(_fix_of(row), shown.files) if shown else [],
        signals=signals,
        effects=verdict.effects if verdict else None,
        error_class=shown.error_class if shown else None,
        quality_score=verdict.quality_score if verdict else None,
        quality_parts=verdict.quality_parts if verdict else [],
        artifact_id=row["artifact_id"],
        model=(shown.model or None) if shown else None,
        cost=row["cost_usd"] or sum(attempt.cost_usd for attempt in attempts),
        receipt=Receipt.model_validate_json(row["receipt"]) if row["receipt"] else None,
        judgement=Judgement.model_validate_json(row["judgement"] or "{}"),
        explanation=row["explanation"] or "",
        error=Fault.model_validate_json(row["error"]) if row["error"] else None,
        retry_of=row["retry_of"],
        replay_of=row["replay_of"],
        differs=Replay.model_validate_json(row["replay"]).differs if row["replay"] else [],
        cached_from=row["cached_from"],
        provenance=Provenance.model_validate_json(row["provenance"]) if row["provenance"] else None,
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


def _fix_of(row: Row | Mapping[str, Any]) -> Fix | None:
    fix = json.loads(row["request"]).get("fix")
    return Fix.model_validate(fix) if fix else None


def execution_summary(row: Row) -> ExecutionSummary:
    """A row of a list."""
    fields = {name: row[name] for name in ("status", "prompt", "language", "session_id", "attempts")}
    more = {name: row[name] for name in ("quality_score", "created_at", "finished_at")}
    return ExecutionSummary(execution_id=row["id"], cost=row["cost_usd"], **fields, **more)


def shown_attempt(row: Row | Mapping[str, Any], attempts: list[Attempt]) -> Attempt | None:
    """The delivered attempt of an execution that has ended, the latest of one that has not; None without any."""
    if row["status"] in FINAL and row["best"] is not None:
        return next((attempt for attempt in attempts if attempt.number == row["best"]), None)
    return attempts[-1] if attempts else None
