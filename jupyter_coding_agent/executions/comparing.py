"""Which two versions a diff is asked for: two attempts of one execution, or what two executions came to."""

from __future__ import annotations

import asyncio
import json

from ..agents.models import Attempt
from ..core.errors import NotFound
from ..storage.database import Row
from .differences import Files, difference
from .models import DiffQuery, DiffView
from .store import ExecutionStore
from .views import shown_attempt

_FIELDS = ("from_attempt", "to_attempt")


async def compare(store: ExecutionStore, user: str, execution_id: str, query: DiffQuery) -> DiffView:
    """What changed. Raises NotFound for an execution that is not the user's, and for an attempt that there is not."""
    if query.with_execution is not None:
        sides = await _of_two_executions(store, user, execution_id, query.with_execution, query)
    else:
        sides = await _of_two_attempts(store, user, execution_id, query)
    found = await asyncio.to_thread(difference, *sides)
    return DiffView(unified_diff=found.unified_diff, changes_summary=found.summary)


async def _of_two_attempts(
    store: ExecutionStore, user: str, execution_id: str, query: DiffQuery
) -> tuple[Files, Files]:
    await store.get(execution_id, user)
    attempts = await store.attempts(execution_id)
    to = query.to_attempt if query.to_attempt is not None else max((a.number for a in attempts), default=0)
    start = query.from_attempt if query.from_attempt is not None else max(to - 1, 0)
    return _files(attempts, start, "from_attempt"), _files(attempts, to, "to_attempt")


async def _of_two_executions(
    store: ExecutionStore, user: str, execution_id: str, other: str, query: DiffQuery
) -> tuple[Files, Files]:
    """Of each the attempt that was asked for, else the one that it delivered, with its tests."""
    asked = (query.from_attempt, query.to_attempt)
    rows: list[Row] = [await store.get(execution_id, user)]
    try:
        rows.append(await store.get(other, user))
    except NotFound as error:
        raise NotFound(error.message, field="with_execution") from error
    sides: list[Files] = []
    for row, number, field in zip(rows, asked, _FIELDS, strict=True):
        attempts = await store.attempts(row["id"])
        tests: dict[str, str] = json.loads(row["tests"]) if row["tests"] else {}
        shown = shown_attempt(row, attempts)
        files = _files(attempts, number, field) if number is not None else shown.files if shown else {}
        sides.append({**tests, **files})
    return sides[0], sides[1]


def _files(attempts: list[Attempt], number: int, field: str) -> Files:
    if number == 0:
        return {}
    found = next((attempt for attempt in attempts if attempt.number == number), None)
    if found is None:
        raise NotFound(f"There is no attempt {number}; this execution has {len(attempts)}.", field=field)
    return found.files
