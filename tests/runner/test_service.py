from __future__ import annotations

import asyncio
import base64
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import ImageMissing, InvalidInput, PackageNotAllowed, RunnerUnavailable
from jupyter_coding_agent.runner.images import Images
from jupyter_coding_agent.runner.models import (
    CellSource,
    Change,
    Limits,
    MutationJob,
    NotebookJob,
    TestJob,
    TestRun,
)
from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.runner.wire import Frame, WireError
from tests.runner.fakes import PASSES, FakeBackend, FakeChannel, output, passes, settle


def a_job(**values: Any) -> TestJob:
    return TestJob(
        **{"files": {"a.py": b"x = 1\n"}, "tests": {"test_a.py": b""}, "collect": ["test_a.py"], **values}
    )


class Room:
    """A runner over the fake engine, with an image built from some source."""

    def __init__(self, sources: Path, backend: FakeBackend, **settings: Any) -> None:
        folder = sources / "python"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text("ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n")
        self.backend = backend
        self.settings = RunnerSettings(
            environ={}, **{"warm_plain": 0, "warm_data": 0, "warm_plot": 0, **settings}
        )
        self.images = Images(backend, self.settings.base_image, 1, sources)
        self.runner = ContainerRunner(self.settings, "owner", "this", backend=backend, images=self.images)

    async def built(self) -> Room:
        await self.runner.build_images()
        return self

    def used(self) -> list[FakeChannel]:
        """The channels of test containers that got a job."""
        return [channel for channel in self.backend.channels if channel.sent]


async def make(tmp_path: Path, reply: Any = passes, **settings: Any) -> Room:
    return await Room(tmp_path, FakeBackend(reply), **settings).built()


async def run(tmp_path: Path, reply: Any, **limits: Any) -> TestRun:
    room = await make(tmp_path, reply)
    try:
        return await room.runner.run_tests(a_job(limits=Limits(**limits)))
    finally:
        await room.runner.close()
        assert room.backend.standing == {}


async def test_a_run_that_passes(tmp_path: Path) -> None:
    room = await make(tmp_path, memory_mb=300, timeout_seconds=7)
    found = await room.runner.run_tests(a_job(data={"in.csv": b"1"}, limits=Limits(pids=9)))
    assert [report.outcome for report in found.reports] == ["passed"]
    assert found.exit.reason == "finished"
    assert found.duration_ms > 0
    tag = room.images.tag("python")
    assert found.isolation.model_dump() == {
        "backend": "fake",
        "image": tag,
        "image_digest": f"sha256:{tag}",
        "network": "none",
        "user": "1000",
    }
    (channel,) = room.used()
    (sent,) = channel.sent
    assert sent["op"] == "run"
    assert base64.b64decode(sent["files"]["a.py"]) == b"x = 1\n"
    assert base64.b64decode(sent["data"]["in.csv"]) == b"1"
    # What the job does not ask for, the settings say.
    assert (sent["limits"]["memory_mb"], sent["limits"]["timeout_seconds"], sent["limits"]["pids"]) == (
        300,
        7,
        9,
    )
    test_spec = next(spec for spec in room.backend.specs if spec.role == "test")
    assert (test_spec.memory_mb, test_spec.pids, test_spec.network) == (300, 9, "none")
    assert not test_spec.writable_root
    await room.runner.close()
    assert room.backend.standing == {}
    assert room.backend.closed


CHANGE = Change(path="a.py", start=4, end=5, text="2", first_line=1, last_line=1)


def tries(channel: FakeChannel, _frame: Frame) -> None:
    """Trial 0 is over when the time is up."""
    channel.say({"t": "mutant", "number": 0, "steps": 3})
    channel.say({"t": "exit", "reason": "timeout", "detail": ""}, {"t": "end"})


async def test_mutants_are_tried_in_one_container_within_the_budget(tmp_path: Path) -> None:
    room = await make(tmp_path, tries, memory_mb=300)
    job = MutationJob(**dict(a_job(limits=Limits(timeout_seconds=99, pids=9))), changes=[CHANGE] * 3, most=2)
    found = await room.runner.run_mutants(job, 1.5)
    assert [(trial.number, trial.steps) for trial in found.trials] == [(0, 3)]
    assert found.exit.reason == "timeout"
    assert found.isolation.image == room.images.tag("python")
    (channel,) = room.used()
    (sent,) = channel.sent
    assert (sent["op"], sent["most"], sent["changes"]) == ("mutate", 2, [CHANGE.model_dump()] * 3)
    limits = sent["limits"]
    assert (limits["timeout_seconds"], limits["memory_mb"], limits["pids"]) == (1.5, 300, 9)
    await room.runner.close()
    assert room.backend.standing == {}


def runs_one_cell(channel: FakeChannel, _frame: Frame) -> None:
    """The second cell has begun when the time is up."""
    channel.say({"t": "cell_begins", "number": 0}, {"t": "cell_ends", "number": 0, "error": None})
    channel.say({"t": "cell_begins", "number": 1})
    channel.say({"t": "exit", "reason": "timeout", "detail": ""}, {"t": "end"})


async def test_a_notebooks_cells_run_in_one_container_and_are_told_as_they_end(tmp_path: Path) -> None:
    room = await make(tmp_path, runs_one_cell)
    cells = [
        CellSource(name="In [1]", source=b"a", count=1),
        CellSource(name="In [2]", source=b"b", after=[0]),
    ]
    told: list[int] = []
    found = await room.runner.run_notebook(NotebookJob(cells=cells), lambda cell: told.append(cell.number))
    assert (found.exit.reason, [cell.number for cell in found.cells], found.begun, told) == (
        "timeout",
        [0],
        1,
        [0],
    )
    (channel,) = room.used()
    (sent,) = channel.sent
    assert sent["op"] == "notebook"
    assert sent["cells"][1] == {"name": "In [2]", "count": 0, "after": [0], "source": "Yg=="}
    await room.runner.close()
    assert room.backend.standing == {}


async def test_each_run_has_a_container_of_its_own(tmp_path: Path) -> None:
    room = await make(tmp_path, warm_plain=2, max_running=3)
    await asyncio.gather(*(room.runner.run_tests(a_job()) for _ in range(7)))
    assert len(room.used()) == 7
    assert all(len(channel.sent) == 1 for channel in room.used())
    await room.runner.close()


@pytest.mark.parametrize(
    ("imports", "flavor"),
    [(["os", "json"], "plain"), (["pandas", "os"], "data"), (["pandas", "matplotlib"], "plot")],
)
async def test_imports_choose_the_kind(tmp_path: Path, imports: list[str], flavor: str) -> None:
    room = await make(tmp_path)
    await room.runner.run_tests(a_job(imports=imports))
    assert flavor in [spec.flavor for spec in room.backend.specs]
    await room.runner.close()


async def test_no_more_than_max_running_at_once(tmp_path: Path) -> None:
    waiting: list[FakeChannel] = []
    room = await make(tmp_path, lambda channel, _: waiting.append(channel), max_running=2)
    runs = [asyncio.ensure_future(room.runner.run_tests(a_job())) for _ in range(5)]
    for done in range(1, 6):
        await settle()
        assert len(waiting) == min(5, done + 1)
        assert (await room.runner.status()).running == min(2, 6 - done)
        waiting[done - 1].say(*PASSES)
    await asyncio.gather(*runs)
    await room.runner.close()


def silent(_channel: FakeChannel, _frame: Frame) -> None:
    return


async def test_cancelling_kills(tmp_path: Path) -> None:
    room = await make(tmp_path, silent)
    running = asyncio.ensure_future(room.runner.run_tests(a_job()))
    await settle()
    assert len(room.used()) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await settle()
    assert [name for name in room.backend.standing if room.backend.standing[name].spec.role == "test"] == []
    await room.runner.close()


def breaks_off(channel: FakeChannel, _frame: Frame) -> None:
    channel.say({"t": "collected", "ids": [], "errors": []})
    channel.end()


async def test_a_stream_that_breaks_off_is_infrastructure(tmp_path: Path) -> None:
    found = await run(tmp_path, breaks_off)
    assert (found.exit.reason, found.exit.code) == ("infrastructure", 137)
    assert "status 137" in found.exit.detail
    assert "said on stderr" in found.exit.detail


async def test_out_of_memory_is_told_by_the_engine(tmp_path: Path) -> None:
    room = await make(tmp_path, breaks_off)
    room.backend.out_of_memory = True
    assert (await room.runner.run_tests(a_job())).exit.reason == "memory_limit"
    await room.runner.close()


async def test_an_engine_that_goes_away_during_a_run(tmp_path: Path) -> None:
    room = await make(tmp_path, silent)
    running = asyncio.ensure_future(room.runner.run_tests(a_job()))
    await settle()
    room.backend.down = True
    for channel in room.backend.channels:
        channel.end()
    with pytest.raises(RunnerUnavailable):
        await running
    room.backend.down = False
    room.backend.reply = passes
    assert (await room.runner.run_tests(a_job())).exit.reason == "finished"
    await room.runner.close()


async def test_a_container_that_ends_before_it_takes_the_job_is_replaced(tmp_path: Path) -> None:
    ended: list[FakeChannel] = []

    def once(channel: FakeChannel, frame: Frame) -> None:
        if ended:
            passes(channel, frame)
        else:
            ended.append(channel)
            channel.end()

    found = await run(tmp_path, once)
    assert found.exit.reason == "finished"


async def test_containers_that_always_end_at_once_are_no_loop(tmp_path: Path) -> None:
    room = await make(tmp_path, lambda channel, _: channel.end())
    with pytest.raises(RunnerUnavailable, match="before they take a job up"):
        await room.runner.run_tests(a_job())
    assert len(room.used()) == 3
    await room.runner.close()


async def test_a_broken_wire_is_infrastructure(tmp_path: Path) -> None:
    def breaks(channel: FakeChannel, _frame: Frame) -> None:
        channel.say({"t": "collected", "ids": [], "errors": []})
        channel.failure = WireError("a frame of 4 GiB")

    assert (await run(tmp_path, breaks)).exit.reason == "infrastructure"


async def test_too_many_bytes_end_the_run(tmp_path: Path) -> None:
    def floods(channel: FakeChannel, _frame: Frame) -> None:
        channel.received_bytes += 1 << 40
        channel.say(output("x"))

    assert (await run(tmp_path, floods)).exit.reason == "output_limit"


async def test_noise_is_counted_and_told(tmp_path: Path) -> None:
    def noisy(channel: FakeChannel, _frame: Frame) -> None:
        channel.noise = 2
        channel.say({"t": "nonsense"}, *PASSES)

    found = await run(tmp_path, noisy)
    assert found.exit.reason == "finished"
    assert "3 malformed" in found.exit.detail


async def test_an_end_without_an_exit_is_not_finished(tmp_path: Path) -> None:
    found = await run(tmp_path, lambda channel, _: channel.say(PASSES[1], {"t": "end"}))
    assert found.exit.reason == "infrastructure"


async def test_bad_input_starts_nothing(tmp_path: Path) -> None:
    room = await make(tmp_path)
    with pytest.raises(InvalidInput):
        await room.runner.run_tests(a_job(files={"../a": b""}))
    with pytest.raises(PackageNotAllowed):
        await room.runner.run_tests(a_job(requirements=["https://example.com/x.whl"]))
    with pytest.raises(InvalidInput, match="python"):
        await room.runner.run_tests(a_job(language="cobol"))
    assert room.backend.channels == []
    await room.runner.close()


async def test_an_image_that_is_not_built(tmp_path: Path) -> None:
    room = Room(tmp_path, FakeBackend())
    with pytest.raises(ImageMissing, match="run `jupyter coding-agent images build`"):
        await room.runner.run_tests(a_job())
    status = await room.runner.status()
    assert (status.state, status.images[0].state) == ("degraded", "missing")
    assert "images build" in status.sentence
    await room.built()
    assert (await room.runner.run_tests(a_job())).exit.reason == "finished"
    await room.runner.close()


async def test_an_image_that_was_made_anew_is_noticed(tmp_path: Path) -> None:
    room = await make(tmp_path)
    await room.runner.image_digest("python")
    tag = room.images.tag("python")
    await room.backend.remove_image(tag)
    await room.backend.import_image([], "another")
    with pytest.raises(ImageMissing):
        await room.runner.run_tests(a_job())
    await room.backend.import_image([], tag)
    assert (await room.runner.run_tests(a_job())).isolation.image == tag
    await room.runner.close()


async def test_the_pool_follows_an_image_that_was_made_anew(tmp_path: Path) -> None:
    room = await make(tmp_path, warm_plain=1)
    await room.runner.run_tests(a_job())
    await settle()
    tag = room.images.tag("python")
    room.backend.present[tag] = dataclasses.replace(room.backend.present[tag], id="sha256:anew")
    await room.runner.build_images()
    await room.runner.run_tests(a_job())
    await settle()
    idle = [one.spec.image for one in room.backend.standing.values() if one.spec.role == "test"]
    assert idle == ["sha256:anew"]
    await room.runner.close()


async def test_status_without_an_engine(tmp_path: Path) -> None:
    room = await make(tmp_path)
    room.backend.down = True
    status = await room.runner.status()
    assert (status.state, status.sentence, status.images) == ("missing", "The engine is down.", [])
    await room.runner.close()


async def test_warming_twice_is_warming_once(tmp_path: Path) -> None:
    room = await make(tmp_path, warm_plain=2, warm_data=1, warm_plot=1)
    for _ in range(3):
        room.runner.warm()
        await settle()
    status = await room.runner.status()
    assert status.warm == {"plain": 2, "data": 1, "plot": 1}
    assert status.state == "ok"
    assert sorted(spec.role for spec in room.backend.specs) == ["analysis", "test", "test", "test", "test"]
    await room.runner.close()
    assert room.backend.standing == {}


async def test_closing_twice(tmp_path: Path) -> None:
    room = await make(tmp_path)
    await room.runner.close()
    await room.runner.close()
    room.runner.warm()
    await settle()
    assert room.backend.channels == []
