from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_coding_agent.notebooks.handlers import routes
from jupyter_coding_agent.notebooks.service import Notebooks
from jupyter_coding_agent.runner.models import NotebookJob, NotebookRun
from tests.fakes import FakeRunner
from tests.serving import served

Make = Callable[..., Notebooks]
BODY = {"cells": [{"source": "x = 1", "id": "one"}, {"source": "print(y)"}]}
EVENTS = {"Accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def test_the_report_as_json(notebooks: Make, tmp_path: Path):
    async with served(routes(notebooks(FakeRunner())), tmp_path / "s") as client:
        report = (await client.post("/notebooks/prove", json=BODY)).json()
    assert (report["status"], report["breaks"]) == ("failed", 1)
    assert report["cells"][0]["id"] == "one"


async def test_cells_come_as_events_before_the_report(notebooks: Make, tmp_path: Path):
    async with served(routes(notebooks(FakeRunner())), tmp_path / "s") as client:
        answer = await client.post("/notebooks/prove", json=BODY, headers=EVENTS)
    kinds = events(answer.text)
    assert [kind for kind, _ in kinds] == ["cell", "cell", "completed"]
    assert kinds[1][1]["error"]["type"] == "NameError"
    assert kinds[2][1]["breaks"] == 1


async def test_an_error_within_the_stream_is_an_event(notebooks: Make, tmp_path: Path):
    from jupyter_coding_agent.core.errors import ImageMissing

    async with served(
        routes(notebooks(FakeRunner(error=ImageMissing("Build it.")))), tmp_path / "s"
    ) as client:
        answer = await client.post("/notebooks/prove", json=BODY, headers=EVENTS)
    assert events(answer.text) == [("error", {"message": "Build it.", "reason": "image_missing"})]


async def test_what_is_wrong_is_said_before_anything_runs(notebooks: Make, tmp_path: Path):
    runner = FakeRunner()
    async with served(routes(notebooks(runner)), tmp_path / "s") as client:
        for body, status, field in (
            ({"cells": []}, 400, "cells"),
            ({"cells": [{"source": "1"}] * 2001}, 413, "cells"),
            ({**BODY, "only": 9}, 400, "only"),
            ({**BODY, "surprise": 1}, 400, "surprise"),
        ):
            answer = await client.post("/notebooks/prove", json=body, headers=EVENTS)
            assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert runner.notebook_jobs == []


class Endless(FakeRunner):
    """A runner whose run ends only when it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.cancelled = asyncio.Event(), asyncio.Event()

    async def run_notebook(self, job: NotebookJob, listener: Any = None) -> NotebookRun:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()
        raise AssertionError


async def test_whoever_goes_ends_the_run(notebooks: Make, tmp_path: Path):
    for headers in (EVENTS, {}):
        runner = Endless()
        async with served(routes(notebooks(runner)), tmp_path / "s") as client:
            asking = asyncio.ensure_future(client.post("/notebooks/prove", json=BODY, headers=headers))
            await runner.begun.wait()
            asking.cancel()
            await asyncio.wait_for(runner.cancelled.wait(), 10)
