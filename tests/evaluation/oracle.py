"""The oracle's judgement on delivered code, in the engine's containers; the same code is judged once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Literal

import httpx

from tests.evaluation.tasks import Task

Judgement = Literal["passed", "failed"]


class Oracle:
    """Judges by POST /validate, and keeps what it found in a file: models give the same code again and again."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._known: dict[str, Judgement] = {}
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        for line in kept.read_text().splitlines() if kept.exists() else ():
            entry = json.loads(line)
            self._known[entry["key"]] = entry["judgement"]

    async def judge(
        self, client: httpx.AsyncClient, task: Task, files: dict[str, str], requirements: list[str]
    ) -> Judgement:
        """Whether every test of the oracle passes. Raises ValueError, httpx.HTTPError where it could not run."""
        body = json.dumps(
            {
                "files": files,
                "tests": {"test_oracle.py": task.oracle},
                "requirements": requirements,
                "signals": ["tests"],
                "cell": "solution.py",
            }
        )
        key = hashlib.sha256(body.encode()).hexdigest()
        async with self._turns[key]:
            if key not in self._known:
                self._keep(key, await _judged(client, body))
        return self._known[key]

    def _keep(self, key: str, judgement: Judgement) -> None:
        self._known[key] = judgement
        with self._kept.open("a") as file:
            file.write(json.dumps({"key": key, "judgement": judgement}) + "\n")


async def _judged(client: httpx.AsyncClient, body: str) -> Judgement:
    verdict = (await client.post("/validate", content=body)).raise_for_status().json()
    if verdict["status"] == "error" or verdict["error_class"] == "infrastructure":
        raise ValueError(f"the oracle could not judge: {verdict['explanation']}")
    return "passed" if verdict["status"] == "passed" else "failed"
