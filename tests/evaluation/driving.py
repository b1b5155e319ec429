"""Executions on a running engine: requested, followed to the end, and judged by the oracle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from tests.evaluation.oracle import Oracle
from tests.evaluation.records import Record
from tests.evaluation.tasks import Task


async def carry_out(client: httpx.AsyncClient, oracle: Oracle, arm: str, seed: int, task: Task) -> Record:
    """Run one task. Whatever code comes of it, passed or not, is judged by tests that the engine never saw."""
    record = Record(arm=arm, seed=seed, task=task.id, category=task.category, status="lost")
    try:
        view = await _execute(client, task)
        record = record.model_copy(update=_told(view))
        if view["files"]:
            record.oracle = await oracle.judge(client, task, view["files"], view["requirements"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        record.trouble = f"{type(error).__name__}: {error}"
    return record


async def _execute(client: httpx.AsyncClient, task: Task) -> dict[str, Any]:
    """The execution as it stands at its end."""
    context = {"variables": task.variables}
    # What is measured is a run, also where the task was run before.
    body = {"prompt": task.prompt, "language": "python", "context": context, "fresh": True}
    accepted = (await client.post("/execute", json=body)).raise_for_status().json()
    path = f"/execute/{accepted['execution_id']}"
    async with client.stream("GET", f"{path}/stream") as events:
        async for _ in events.aiter_lines():
            pass  # it ends with the execution
    view: dict[str, Any] = (await client.get(path)).raise_for_status().json()
    return view


def _told(view: dict[str, Any]) -> dict[str, Any]:
    """What the engine says, in a record's terms."""
    trouble = view["error"]["message"] if view["error"] else ""
    if view["error_class"] == "infrastructure":
        trouble = trouble or view["explanation"]
    started, finished = view["started_at"], view["finished_at"]
    seconds = 0.0
    if started and finished:
        seconds = (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
    return {
        "status": view["status"],
        "attempt": view["attempt"],
        "attempts": view["attempts"],
        "cost": view["cost"],
        "seconds": seconds,
        "explanation": view["explanation"],
        "trouble": trouble,
    }
