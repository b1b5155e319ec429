"""A loop that does what a test says, and the pieces of an execution."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

from jupyter_coding_agent.agents.models import Attempt, History, Outcome, Plan, Recording, Task
from jupyter_coding_agent.agents.ports import Recorder
from jupyter_coding_agent.executions.models import Event, ExecuteRequest
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.llm.models import Completion, Complexity, Hop
from jupyter_coding_agent.runner.models import Isolation
from jupyter_coding_agent.validation.models import (
    DataSignal,
    Effects,
    LintSignal,
    QualityPart,
    SecuritySignal,
    Signals,
    TestResult,
    TestsSignal,
    Verdict,
)

Script = Callable[[Recorder, Task, History | None], Awaitable[Outcome]]

USER = "ada"
PLAN = Plan(
    language="python",
    language_sure=True,
    complexity=Complexity(score=1, tier="simple", parts={}, expected_lines=10, expected_files=1),
    tier="simple",
)
TESTS = {"test_solution.py": "def test_it(): pass\n"}
TESTS_COMPLETION = Completion(text="…", model="fake", tier="simple", hops=[], cost_usd=0.25)


def verdict(status: str = "passed", quality: float = 9.0) -> Verdict:
    passed = status == "passed"
    return Verdict(
        status=status,  # type: ignore[arg-type]
        signals=Signals(
            tests=TestsSignal(passed=passed, results=[TestResult(id="t::a", outcome="passed")]),
            lint=LintSignal(passed=True),
            security=SecuritySignal(passed=True),
            data=DataSignal(passed=True),
        ),
        effects=Effects(reads=["in.csv"]),
        quality_score=quality,
        quality_parts=[QualityPart(name="coverage", points=1, reason="75 %")],
        isolation=Isolation(
            backend="fake", image="python", image_digest="sha256:0", network="none", user="1000"
        ),
        stdout="hello\n",
    )


def attempt(number: int, code: str, status: str = "passed", **fields: Any) -> Attempt:
    return Attempt(
        number=number,
        files={"solution.py": code},
        requirements=["pandas"],
        diff=f"+{code}",
        verdict=verdict(status),
        model="fake/model",
        hops=[Hop(model="fake/model", outcome="served", latency_ms=3)],
        input_tokens=10,
        output_tokens=20,
        cost_usd=0.5,
        started_at="2026-01-01T00:00:00.000Z",
        finished_at="2026-01-01T00:00:01.000Z",
        **fields,
    )


def outcome(*attempts: Attempt, status: str = "passed", best: int | None = None) -> Outcome:
    return Outcome(
        status=status,  # type: ignore[arg-type]
        plan=PLAN,
        tests=TESTS,
        attempts=list(attempts),
        best=best or (attempts[-1].number if attempts else None),
        explanation="As told.",
        cost_usd=sum(one.cost_usd for one in attempts),
    )


async def passes(recorder: Recorder, task: Task, history: History | None) -> Outcome:
    """The loop's usual course."""
    await recorder.event("plan", PLAN.model_dump())
    await recorder.tests_written(TESTS, TESTS_COMPLETION)
    await recorder.event("tests", {"files": list(TESTS), "count": 1, "model": "fake"})
    one = attempt(1, f"# {task.prompt}\n")
    await recorder.attempt(one)
    return outcome(one)


class ScriptedLoop:
    """A loop for every execution, each doing `script`. Keeps what it was given."""

    def __init__(self, script: Script = passes) -> None:
        self.script = script
        self.tasks: list[Task] = []
        self.histories: list[History | None] = []
        self.recordings: list[Recording] = []

    def __call__(self, recorder: Recorder) -> _Run:
        return _Run(self, recorder)


class _Run:
    def __init__(self, loop: ScriptedLoop, recorder: Recorder) -> None:
        self._loop = loop
        self._recorder = recorder

    async def run(self, task: Task, history: History | None = None) -> Outcome:
        self._loop.tasks.append(task)
        self._loop.histories.append(history)
        return await self._loop.script(self._recorder, task, history)

    async def prove(self, task: Task, recording: Recording) -> Outcome:
        self._loop.recordings.append(recording)
        one = attempt(1, recording.files["solution.py"])
        await self._recorder.attempt(one)
        return outcome(one)


class Gate:
    """A script that stops until it is let through."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.cancelled = False

    async def __call__(self, recorder: Recorder, task: Task, history: History | None) -> Outcome:
        self.reached.set()
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return await passes(recorder, task, history)


def request(prompt: str = "sort a list", **fields: Any) -> ExecuteRequest:
    return ExecuteRequest(prompt=prompt, **fields)


async def events_of(service: ExecutionService, execution_id: str, after: int = 0) -> list[Event]:
    """Every event until the stream ends."""
    async with aclosing(await service.follow(USER, execution_id, after)) as events:
        return [event async for event in events]
