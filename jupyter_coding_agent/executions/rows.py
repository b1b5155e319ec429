"""Attempts and events as rows of their tables, and back."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from ..agents.models import Attempt
from ..llm.models import Hop
from ..storage.database import Row
from ..validation.models import Verdict
from .models import Event, ExecuteRequest

_HOPS = TypeAdapter(list[Hop])


def request_of(row: Row) -> ExecuteRequest:
    """What was asked, in the session that it is in now: none where that was deleted."""
    request = ExecuteRequest.model_validate_json(row["request"])
    return request.model_copy(update={"session_id": row["session_id"]})


def event_of(row: Row) -> Event:
    """An event from its row."""
    return Event.model_validate(dict(row) | {"data": json.loads(row["data"])})


def attempt_columns(attempt: Attempt) -> dict[str, Any]:
    """An attempt as the columns of its row, with one boolean per signal beside the whole verdict."""
    signals = attempt.verdict.signals if attempt.verdict else None
    return attempt.model_dump(exclude={"verdict"}) | {
        "files": json.dumps(attempt.files),
        "requirements": json.dumps(attempt.requirements),
        "verdict": attempt.verdict.model_dump_json() if attempt.verdict else None,
        "tests_passed": signals.tests.passed if signals and signals.tests else None,
        "lint_passed": signals.lint.passed if signals and signals.lint else None,
        "security_passed": signals.security.passed if signals and signals.security else None,
        "notes": json.dumps(attempt.notes),
        "hops": _HOPS.dump_json(attempt.hops).decode(),
    }


def attempt_of(row: Row) -> Attempt:
    """The inverse of `attempt_columns`."""
    columns = {name: row[name] for name in Attempt.model_fields}
    return Attempt.model_validate(
        columns
        | {
            "files": json.loads(row["files"]),
            "requirements": json.loads(row["requirements"]),
            "verdict": Verdict.model_validate_json(row["verdict"]) if row["verdict"] else None,
            "notes": json.loads(row["notes"]),
            "hops": _HOPS.validate_json(row["hops"]),
        }
    )
