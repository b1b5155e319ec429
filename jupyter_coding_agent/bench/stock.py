"""A data directory with much in it, written by SQL as the product would have written it one by one."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..core.clock import iso, now
from ..core.paths import database_path
from ..storage.database import Database
from ..web.headers import LOCAL_USER

KEEP = ["--RetentionSettings.executions_per_user=1000000"]
"""The setting without which a server would clean up what is there."""
PER_SESSION = 10
"""Executions that one session has; each is two messages."""
COMMON, UNCOMMON = "frame", "bessel"
"""A word that every message has, and one that every hundredth execution's two messages have."""
LANGUAGES = ("python", "sql", "yaml")


async def stock(data: Path, *, artifacts: int, executions: int) -> None:
    """Make the data directory of a user who has so many; the artifacts' files are not there."""
    await asyncio.to_thread(data.mkdir, mode=0o700, parents=True)
    await (await Database.open(database_path(data))).close()
    await asyncio.to_thread(_fill, data, artifacts, executions)


def _fill(data: Path, artifacts: int, executions: int) -> None:
    with closing(sqlite3.connect(database_path(data))) as connection, connection:
        connection.execute("INSERT INTO users (name, created_at) VALUES (?, ?)", (LOCAL_USER, iso(now())))
        _insert(connection, "sessions", _sessions(executions))
        _insert(connection, "code_executions", _executions(executions))
        _insert(connection, "execution_attempts", _attempts(executions))
        _insert(connection, "messages", _messages(executions))
        _insert(connection, "artifacts", _artifacts(artifacts, executions))


def session_id(execution: int) -> str:
    """The session of an execution, by its number."""
    return f"ses_{execution // PER_SESSION:032x}"


def execution_id(number: int) -> str:
    """The id of an execution, by its number."""
    return f"exe_{number:032x}"


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    # Names of this file's own only.
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({', '.join(f':{name}' for name in first)})"  # noqa: S608 - see above
    connection.execute(sql, first)
    connection.executemany(sql, rows)


def _at(number: int) -> str:
    """One a second, all of the last half day: nothing of it expires meanwhile."""
    return iso(now() - timedelta(hours=12) + timedelta(seconds=number))


def _sessions(executions: int) -> Iterator[dict[str, Any]]:
    for first in range(0, executions, PER_SESSION):
        made = _at(first)
        yield {
            "id": session_id(first),
            "user": LOCAL_USER,
            "title": f"Work of week {first // PER_SESSION}",
            "created_at": made,
            "updated_at": made,
        }


def _executions(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        made = _at(number)
        yield {
            "id": execution_id(number),
            "user": LOCAL_USER,
            "session_id": session_id(number),
            # Every tenth failed, in no order that a page could profit from.
            "status": "failed" if number % 10 == 3 else "passed",
            "request": json.dumps({"prompt": _prompt(number)}),
            "language": LANGUAGES[number % len(LANGUAGES)],
            "best": 1,
            "explanation": "Every test passed.",
            "quality_score": 90.0,
            "starts": 1,
            "created_at": made,
            "started_at": made,
            "finished_at": made,
            "request_key": sha256(str(number).encode()).hexdigest(),
        }


def _attempts(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        made = _at(number)
        yield {
            "execution_id": execution_id(number),
            "number": 1,
            "files": json.dumps({"solution.py": _answer(number)}),
            "requirements": "[]",
            "diff": "",
            "notes": "[]",
            "model": "templates",
            "hops": "[]",
            "input_tokens": 0,
            "output_tokens": 0,
            "cost_usd": 0.0,
            "started_at": made,
            "finished_at": made,
        }


def _messages(executions: int) -> Iterator[dict[str, Any]]:
    for number in range(executions):
        for role, text, status in (
            ("user", _prompt(number), None),
            ("assistant", _answer(number), "passed"),
        ):
            yield {
                "id": f"msg_{role}_{number:032x}",
                "session_id": session_id(number),
                "role": role,
                "text": text,
                "execution_id": execution_id(number),
                "status": status,
                "created_at": _at(number),
            }


def _artifacts(count: int, executions: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        of = number % executions if executions else None
        yield {
            "id": f"art_{number:032x}",
            "user": LOCAL_USER,
            "name": f"table-{number}.csv",
            "type": "output" if number % 5 == 2 else "uploaded",
            "size": 1000 + number,
            "sha256": sha256(str(number).encode()).hexdigest(),
            "media_type": "text/csv",
            "language": LANGUAGES[number % len(LANGUAGES)] if number % 2 else None,
            "session_id": None if of is None else session_id(of),
            "execution_id": None if of is None else execution_id(of),
            "created_at": _at(number),
        }


def _prompt(number: int) -> str:
    rare = UNCOMMON if number % 100 == 42 else "spline"
    return f"Smooth the {COMMON} number {number} with a {rare} of order {number % 7}, keep gaps as they are"


def _answer(number: int) -> str:
    rare = UNCOMMON if number % 100 == 42 else "spline"
    return f"Every test passed: each {COMMON} is smoothed by a {rare}, gaps of number {number} stay. " * 3
