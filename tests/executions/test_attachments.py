"""Artifacts as the context of an execution, and what it leaves as artifacts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.models import History, Outcome, Task
from jupyter_coding_agent.agents.ports import Recorder
from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.models import ListQuery
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.artifacts.settings import ArtifactSettings
from jupyter_coding_agent.core.errors import InvalidInput, NotFound, StorageFull, TooLarge, Unprocessable
from jupyter_coding_agent.executions.models import ExecutionView
from jupyter_coding_agent.runner.models import OutputFile
from jupyter_coding_agent.storage.database import Database
from tests.artifacts.test_context import kept
from tests.executions.conftest import Start
from tests.executions.surroundings import World
from tests.scripted_loop import USER, ScriptedLoop, attempt, events_of, outcome, request


@pytest.fixture
async def artifacts(database: Database, tmp_path: Path) -> AsyncIterator[ArtifactService]:
    service = ArtifactService(
        database, Contents(tmp_path / "artifacts", "own_test"), ArtifactSettings(environ={})
    )
    await service.start()
    yield service
    await service.close()


async def test_files_reach_the_loop_with_their_beginnings_apart(start: Start, artifacts: ArtifactService):
    loop = ScriptedLoop()
    service = await start(loop, artifacts=artifacts)
    made = await kept(artifacts, "orders.csv", b"order_id,amount\n1,2.5\n")
    accepted = await service.accept(USER, request(context_artifacts=[made.artifact_id]))
    await events_of(service, accepted.execution_id)
    (task,) = loop.tasks
    (file,) = task.inputs
    assert (file.path, file.size, file.sha256) == ("orders.csv", made.size, made.sha256)
    assert file.location.read_bytes() == b"order_id,amount\n1,2.5\n"
    assert "'amount' number" in file.description
    assert [(sample.name, sample.text) for sample in task.samples] == [
        ("the beginning of orders.csv", "order_id,amount\n1,2.5")
    ]


async def test_what_is_not_there_is_told_before_anything_is_stored(start: Start, artifacts: ArtifactService):
    service = await start(artifacts=artifacts)
    theirs = await kept(artifacts, "a.csv", b"1", user="eve")
    for name in ("art_none", theirs.artifact_id):
        with pytest.raises(NotFound) as missing:
            await service.accept(USER, request(context_artifacts=[name]))
        assert missing.value.field == "context_artifacts"


@pytest.mark.parametrize(
    "name", ["solution.py", "Test_Solution.py", "conftest.py", "pytest.ini", "sitecustomize.py", "pluggy.py"]
)
async def test_no_file_stands_in_the_place_of_tests_or_steers_them(
    start: Start, artifacts: ArtifactService, name: str
):
    service = await start(artifacts=artifacts)
    made = await kept(artifacts, name, b"x")
    with pytest.raises(InvalidInput, match="rename it"):
        await service.accept(USER, request(context_artifacts=[made.artifact_id]))


def leaving(*files: tuple[str, bytes]) -> ScriptedLoop:
    async def script(recorder: Recorder, task: Task, history: History | None) -> Outcome:
        one, two = attempt(1, "1"), attempt(2, "2")
        for made, content in ((one, [("wrong.txt", b"")]), (two, files)):
            assert made.verdict is not None
            made.verdict.outputs = [OutputFile(path=path, content=data) for path, data in content]
            await recorder.attempt(made)
        return outcome(one, two, best=2)

    return ScriptedLoop(script)


async def test_what_the_delivered_attempt_left_is_kept(
    start: Start, artifacts: ArtifactService, begin: Callable[[str], Awaitable[str]]
):
    session_id = await begin("outputs")
    loop = leaving(("plot.png", b"\x89PNG"), ("out/\u202ereport.csv", b"a\n"))
    service = await start(loop, artifacts=artifacts)
    accepted = await service.accept(USER, request(session_id=session_id))
    await events_of(service, accepted.execution_id)
    page = await artifacts.page(USER, ListQuery(execution_id=accepted.execution_id))
    assert [(one.name, one.type, one.session_id) for one in page.artifacts] == [
        ("out/report.csv", "output", session_id),
        ("plot.png", "output", session_id),
    ]
    content = await artifacts.content(USER, page.artifacts[1].artifact_id)
    assert content.path.read_bytes() == b"\x89PNG"


def packed(view: ExecutionView, given: Mapping[str, bytes]) -> tuple[str, bytes]:
    about = f"{view.status} {view.code!r} {view.explanation}".encode()
    return "result.zip", about + b"".join(given.values())


async def test_a_result_that_is_wanted_as_an_archive_is_kept_as_one(start: Start, artifacts: ArtifactService):
    service = await start(artifacts=artifacts, package=packed)
    made = await kept(artifacts, "orders.csv", b"amount\n1\n")
    accepted = await service.accept(
        USER, request(context_artifacts=[made.artifact_id], output_preference="zip")
    )
    await events_of(service, accepted.execution_id)
    view = await service.view(USER, accepted.execution_id)
    assert view.artifact_id is not None
    content = await artifacts.content(USER, view.artifact_id)
    assert (content.view.name, content.view.type) == ("result.zip", "generated")
    assert content.view.execution_id == accepted.execution_id
    assert content.path.read_bytes() == packed(view, {"orders.csv": b"amount\n1\n"})[1]
    assert view.code is not None and view.explanation
    # An archive that was deleted leaves the result as it is.
    await artifacts.delete(USER, view.artifact_id)
    assert (await service.view(USER, accepted.execution_id)).artifact_id is None


async def test_without_the_wish_there_is_no_archive(start: Start, artifacts: ArtifactService):
    service = await start(artifacts=artifacts, package=packed)
    accepted = await service.accept(USER, request())
    await events_of(service, accepted.execution_id)
    assert (await artifacts.page(USER, ListQuery(type="generated"))).total == 0


async def test_a_result_is_not_lost_where_its_archive_is_too_large(start: Start, artifacts: ArtifactService):
    def too_large(view: ExecutionView, given: Mapping[str, bytes]) -> tuple[str, bytes]:
        raise TooLarge("The files have more than 50 MiB together.")

    service = await start(artifacts=artifacts, package=too_large)
    accepted = await service.accept(USER, request(output_preference="zip"))
    await events_of(service, accepted.execution_id)
    view = await service.view(USER, accepted.execution_id)
    assert (view.status, view.artifact_id) == ("passed", None)


async def test_no_pull_request_without_github(start: Start):
    service = await start()
    with pytest.raises(Unprocessable, match="GitHub is not connected") as refused:
        await service.accept(USER, request(output_preference="pr"))
    assert refused.value.field == "output_preference"


async def test_files_that_were_deleted_since_are_left_out(start: Start, artifacts: ArtifactService):
    service = await start(artifacts=artifacts)
    first, second = [await kept(artifacts, name, name.encode()) for name in ("a.csv", "b.csv")]
    accepted = await service.accept(USER, request(context_artifacts=[first.artifact_id, second.artifact_id]))
    await events_of(service, accepted.execution_id)
    assert await service.given(USER, accepted.execution_id) == {"a.csv": b"a.csv", "b.csv": b"b.csv"}
    await artifacts.delete(USER, first.artifact_id)
    assert await service.given(USER, accepted.execution_id) == {"b.csv": b"b.csv"}


async def test_the_names_of_given_files_outlive_them(
    database: Database, start: Start, tmp_path: Path, artifacts: ArtifactService
):
    service = await World(database, start, tmp_path).service(artifacts=artifacts)
    given = await kept(artifacts, "a.csv", b"a")
    accepted = await service.accept(USER, request(context_artifacts=[given.artifact_id]))
    await events_of(service, accepted.execution_id)
    await artifacts.delete(USER, given.artifact_id)
    view = await service.view(USER, accepted.execution_id)
    assert view.provenance is not None
    assert view.provenance.given == {given.artifact_id: "a.csv"}


class Full(ArtifactService):
    async def keep_outputs(self, *args, **kwargs):
        raise StorageFull("The disk is full.")


async def test_a_result_is_not_lost_where_what_it_left_cannot_be_kept(
    start: Start, database: Database, tmp_path: Path
):
    full = Full(database, Contents(tmp_path / "a", "own_test"), ArtifactSettings(environ={}))
    service = await start(leaving(("a", b"x")), artifacts=full)
    accepted = await service.accept(USER, request())
    await events_of(service, accepted.execution_id)
    assert (await service.view(USER, accepted.execution_id)).status == "passed"


async def test_a_file_that_is_gone_when_its_turn_comes_ends_it_with_a_sentence(
    start: Start, artifacts: ArtifactService, database: Database
):
    service = await start(artifacts=artifacts)
    made = await kept(artifacts, "a.csv", b"1")
    await service.close()
    accepted = await service.accept(USER, request(context_artifacts=[made.artifact_id]))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM artifacts")
    again = await start(artifacts=artifacts)
    await events_of(again, accepted.execution_id)
    view = await again.view(USER, accepted.execution_id)
    assert view.status == "failed"
    assert made.artifact_id in view.explanation
