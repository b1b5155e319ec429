from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import AgentError, RunnerUnavailable, TimedOut, Unprocessable
from jupyter_coding_agent.runner.analysis import Analyst
from jupyter_coding_agent.runner.backends.protocol import Container
from jupyter_coding_agent.runner.models import AnalysisJob
from jupyter_coding_agent.runner.wire import Frame
from tests.runner.fakes import FakeBackend, FakeChannel, settle, spec

JOB = AnalysisJob(files={"a.py": b"x = 1\n"}, known_names=["df"], notebook=["a.py"])


class Lab:
    def __init__(self, reply: Any, timeout_seconds: float = 5, grace_seconds: float = 5) -> None:
        self.backend = FakeBackend(reply)
        self.discarded: list[Container] = []
        self.analyst = Analyst(self._start, self.discarded.append, timeout_seconds, grace_seconds)

    async def _start(self) -> Container:
        return await self.backend.start(spec(role="analysis"), f"a{len(self.backend.channels)}")


def answers(channel: FakeChannel, frame: Frame) -> None:
    channel.say({"t": "result", "id": frame["id"], "analysis": {"imports": sorted(frame["files"])}})


async def test_asks_and_parses() -> None:
    lab = Lab(answers)
    assert (await lab.analyst.analyze(JOB)).imports == ["a.py"]
    ((sent,),) = [channel.sent for channel in lab.backend.channels]
    assert sent["op"] == "analyze"
    assert base64.b64decode(sent["files"]["a.py"]) == b"x = 1\n"
    assert (sent["known_names"], sent["notebook"], sent["timeout"]) == (["df"], ["a.py"], 5)
    await lab.analyst.close()
    assert len(lab.discarded) == 1


async def test_tidied_files_come_as_bytes() -> None:
    def tidies(channel: FakeChannel, frame: Frame) -> None:
        assert frame["op"] == "tidy"
        channel.say({"t": "result", "id": frame["id"], "analysis": {"tidied": {"a.py": "eCA9IDEK"}}})

    lab = Lab(tidies)
    assert (await lab.analyst.analyze(JOB.model_copy(update={"tidy": True}))).tidied == {"a.py": b"x = 1\n"}
    await lab.analyst.close()


async def test_answers_find_their_questions_in_any_order() -> None:
    asked: list[Frame] = []

    def collects(channel: FakeChannel, frame: Frame) -> None:
        asked.append(frame)
        if len(asked) == 3:
            channel.say({"t": "result", "id": 999}, {"t": "noise"})
            for one in reversed(asked):
                answers(channel, one)

    lab = Lab(collects)
    jobs = [AnalysisJob(files={f"{n}.py": b""}) for n in range(3)]
    found = await asyncio.gather(*map(lab.analyst.analyze, jobs))
    assert [analysis.imports for analysis in found] == [["0.py"], ["1.py"], ["2.py"]]
    assert len(lab.backend.channels) == 1
    await lab.analyst.close()


async def test_one_that_dies_is_replaced_and_asked_again() -> None:
    died: list[FakeChannel] = []

    def dies_once(channel: FakeChannel, frame: Frame) -> None:
        if died:
            answers(channel, frame)
        else:
            died.append(channel)
            channel.end()

    lab = Lab(dies_once)
    assert (await lab.analyst.analyze(JOB)).imports == ["a.py"]
    assert (len(lab.backend.channels), len(lab.discarded)) == (2, 1)
    await lab.analyst.close()


async def test_one_that_is_found_dead_is_replaced() -> None:
    lab = Lab(answers)
    await lab.analyst.warm()
    # Its end is known to the channel, but nobody has been told yet.
    lab.backend.channels[0].end()
    assert (await lab.analyst.analyze(JOB)).imports == ["a.py"]
    assert (len(lab.backend.channels), len(lab.discarded)) == (2, 1)
    await lab.analyst.close()


async def test_one_that_dies_of_every_question_is_told() -> None:
    lab = Lab(lambda channel, _: channel.end())
    with pytest.raises(RunnerUnavailable, match="ended twice"):
        await lab.analyst.analyze(JOB)
    await lab.analyst.close()


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        ({"t": "error", "reason": "timeout", "detail": "black"}, TimedOut),
        ({"t": "error", "reason": "crash", "detail": "flake8"}, Unprocessable),
        ({"t": "result"}, RunnerUnavailable),
        ({"t": "result", "analysis": []}, RunnerUnavailable),
        ({"t": "result", "analysis": {"lint": [{}]}}, RunnerUnavailable),
        ({"t": "result", "analysis": {"tidied": {"a": "!"}}}, RunnerUnavailable),
        ({"t": "result", "analysis": {"tidied": {"a": 1}}}, RunnerUnavailable),
        ({"t": "result", "analysis": {"surprise": 1}}, RunnerUnavailable),
    ],
)
async def test_errors_and_nonsense(frame: Frame, error: type[AgentError]) -> None:
    lab = Lab(lambda channel, asked: channel.say({**frame, "id": asked["id"]}))
    with pytest.raises(error):
        await lab.analyst.analyze(JOB)
    await lab.analyst.close()


async def test_one_that_does_not_keep_its_time_is_given_up() -> None:
    lab = Lab(lambda *_: None, timeout_seconds=0.01, grace_seconds=0.01)
    with pytest.raises(TimedOut):
        await lab.analyst.analyze(JOB)
    await settle()
    assert len(lab.discarded) == 1
    await lab.analyst.close()


async def test_cancelling_tells_the_container() -> None:
    lab = Lab(lambda *_: None)
    asking = asyncio.ensure_future(lab.analyst.analyze(JOB))
    await settle()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    sent = lab.backend.channels[0].sent
    assert sent[1] == {"id": sent[0]["id"], "op": "cancel"}
    assert lab.discarded == []
    await lab.analyst.close()


async def test_asking_while_it_starts_starts_one() -> None:
    lab = Lab(answers)
    await asyncio.gather(lab.analyst.warm(), lab.analyst.analyze(JOB), lab.analyst.analyze(JOB))
    assert len(lab.backend.channels) == 1
    await lab.analyst.close()
