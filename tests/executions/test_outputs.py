"""What code left is the execution's once it has ended, whatever happens on the way, and is told with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.models import Attempt, History, Outcome, Task
from jupyter_coding_agent.agents.ports import Recorder
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.runner.models import OutputFile
from jupyter_coding_agent.storage.database import Database
from tests.artifacts.conftest import files_in
from tests.artifacts.leaving import PNG
from tests.executions.conftest import Start
from tests.executions.test_attachments import artifacts
from tests.scripted_loop import (
    TESTS,
    TESTS_COMPLETION,
    USER,
    ScriptedLoop,
    attempt,
    events_of,
    outcome,
    request,
)

__all__ = ["artifacts"]  # a fixture


@pytest.fixture
def kept_in(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


def with_outputs(number: int, *paths: str, status: str = "passed") -> Attempt:
    """An attempt that left these files, each holding its number; a picture has a small one."""
    made = attempt(number, f"x = {number}\n", status)
    assert made.verdict is not None
    made.verdict.outputs = [
        OutputFile(path=path, content=b"%d" % number, thumbnail=PNG if path.endswith("png") else None)
        for path in paths
    ]
    return made


async def told(service: ExecutionService, execution_id: str) -> list[tuple[str, int, bool]]:
    view = await service.view(USER, execution_id)
    return [(one.name, one.size, one.has_thumbnail) for one in view.outputs]


class Interrupted:
    """A first start that ends after its attempts; a later one delivers the attempt `best` of those stored."""

    def __init__(self, best: int, *attempts: Attempt) -> None:
        self.reached = asyncio.Event()
        self._best = best
        self._attempts = attempts

    async def __call__(self, recorder: Recorder, task: Task, history: History | None) -> Outcome:
        if history is not None:
            stored = history.attempts
            assert all(one.verdict and not one.verdict.outputs for one in stored)
            # As where an attempt is stored anew with what the challenge found.
            await recorder.attempt(stored[0])
            return outcome(*stored, best=self._best)
        await recorder.tests_written(TESTS, TESTS_COMPLETION)
        for one in self._attempts:
            await recorder.attempt(one)
        self.reached.set()
        await asyncio.Event().wait()
        raise AssertionError("not reached")


async def test_an_engine_that_ends_loses_nothing_of_what_the_best_attempt_left(
    start: Start, artifacts: ArtifactService, kept_in: Path
):
    script = Interrupted(
        1, with_outputs(1, "plot.png", "b/table.csv"), with_outputs(2, "worse.txt", status="failed")
    )
    first = await start(ScriptedLoop(script), artifacts=artifacts)
    accepted = await first.accept(USER, request())
    await script.reached.wait()
    assert await told(first, accepted.execution_id) == []
    await first.close()
    await artifacts.start()
    activity = Activity()
    second = await start(ScriptedLoop(script), artifacts=artifacts, activity=activity)
    await events_of(second, accepted.execution_id)
    await activity.idle_for(0)
    assert await told(second, accepted.execution_id) == [("b/table.csv", 1, False), ("plot.png", 1, True)]
    view = await second.view(USER, accepted.execution_id)
    assert (await artifacts.content(USER, view.outputs[1].artifact_id)).path.read_bytes() == b"1"
    assert (await artifacts.thumbnail(USER, view.outputs[1].artifact_id)).path.read_bytes() == PNG
    # The content that both files have, and the small picture: nothing of the other attempt.
    assert len(files_in(kept_in)) == 2


async def test_what_an_attempt_left_that_was_not_stored_is_not_taken_for_the_next_ones(
    start: Start, artifacts: ArtifactService, database: Database
):
    script = Interrupted(1, with_outputs(1, "a.csv"))
    first = await start(ScriptedLoop(script), artifacts=artifacts)
    accepted = await first.accept(USER, request())
    await script.reached.wait()
    await first.close()
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM execution_attempts")

    async def again(recorder: Recorder, task: Task, history: History | None) -> Outcome:
        one = with_outputs(1)
        await recorder.attempt(one)
        return outcome(one)

    second = await start(ScriptedLoop(again), artifacts=artifacts)
    await events_of(second, accepted.execution_id)
    assert await told(second, accepted.execution_id) == []


async def test_a_cancelled_execution_leaves_nothing(start: Start, artifacts: ArtifactService, kept_in: Path):
    script = Interrupted(1, with_outputs(1, "a.csv"))
    service = await start(ScriptedLoop(script), artifacts=artifacts)
    accepted = await service.accept(USER, request())
    await script.reached.wait()
    assert len(files_in(kept_in)) == 1
    await service.cancel(USER, accepted.execution_id)
    assert files_in(kept_in) == []
    assert await told(service, accepted.execution_id) == []


async def test_what_was_deleted_is_told_no_more(start: Start, artifacts: ArtifactService):
    async def script(recorder: Recorder, task: Task, history: History | None) -> Outcome:
        one = with_outputs(1, "a.csv", "b.csv")
        await recorder.attempt(one)
        return outcome(one)

    service = await start(ScriptedLoop(script), artifacts=artifacts)
    accepted = await service.accept(USER, request())
    await events_of(service, accepted.execution_id)
    view = await service.view(USER, accepted.execution_id)
    await artifacts.delete(USER, view.outputs[0].artifact_id)
    assert [name for name, _, _ in await told(service, accepted.execution_id)] == ["b.csv"]
