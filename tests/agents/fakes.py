"""Scripted parts of the world for the loop, and short ways to make replies and verdicts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Any

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import Attempt, History, Judgement, Task
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import AgentError
from jupyter_coding_agent.llm.models import Completion, Hop, ModelRequest
from jupyter_coding_agent.runner.models import LintFinding, SecurityFinding
from jupyter_coding_agent.validation.models import (
    Challenge,
    ErrorClass,
    LintSignal,
    SecuritySignal,
    Signals,
    TestResult,
    TestsSignal,
    ValidationRequest,
    Verdict,
)

TESTS = """\
from solution import add


def test_small():
    assert add(2, 3) == 5


def test_negative():
    assert add(-1, 1) == 0
"""
RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
WRONG_TOO = "def add(a, b):\n    return a * b\n"


def fenced(path: str, text: str) -> str:
    """A reply with one file."""
    return f"```python path={path}\n{text}```\n"


TESTS_REPLY = fenced("test_solution.py", TESTS)


def code_reply(text: str) -> str:
    """A reply with the solution."""
    return fenced("solution.py", text)


def a_task(prompt: str = "Write add(a, b).", **values: Any) -> Task:
    """A task of which only what matters is given."""
    given = {"execution_id": "exe_1", "user": "local", "prompt": prompt, "language": "python"}
    return Task(**(given | values))


def completion(text: str, *, model: str = "scripted/one", truncated: bool = False) -> Completion:
    """A reply that took 100 tokens in, 50 out and a tenth of a cent."""
    return Completion(
        text=text,
        model=model,
        tier="simple",
        hops=[Hop(model=model, outcome="served", latency_ms=5)],
        input_tokens=100,
        output_tokens=50,
        cost_usd=0.001,
        latency_ms=5,
        truncated=truncated,
    )


class ScriptedModel:
    """Answers with the given replies in order; an error is raised. `requests` holds what was asked."""

    def __init__(self, *replies: str | Completion | AgentError) -> None:
        self._replies = list(replies)
        self.requests: list[ModelRequest] = []

    async def complete(self, request: ModelRequest) -> Completion:
        self.requests.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, AgentError):
            raise reply
        return reply if isinstance(reply, Completion) else completion(reply)

    @property
    def purposes(self) -> list[str]:
        """What each call was for."""
        return [request.purpose for request in self.requests]

    def prompt(self, number: int) -> str:
        """The user's message of a call, counted from 0."""
        return self.requests[number].messages[1].content

    @property
    def left(self) -> int:
        """Replies that nobody asked for."""
        return len(self._replies)


class HangingModel:
    """Never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def complete(self, request: ModelRequest) -> Completion:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


class ScriptedJudge:
    """Gives the verdicts in order (an error is raised), observes by `observing`, and tidies by `tidying`.

    The challenges come in order too; where none is left, no mutant could be made.
    """

    def __init__(
        self,
        *verdicts: Verdict | AgentError,
        challenges: Iterable[Challenge | AgentError] = (),
        tidying: Callable[[str], str] = lambda text: text,
        tidy_error: AgentError | None = None,
        observing: Callable[[ValidationRequest], dict[str, tuple[str, ...]]] = lambda request: {},
    ) -> None:
        self._observing = observing
        self.observed: list[ValidationRequest] = []
        self._verdicts = list(verdicts)
        self._challenges = list(challenges)
        self._tidying = tidying
        self._tidy_error = tidy_error
        self.requests: list[ValidationRequest] = []
        self.challenged: list[ValidationRequest] = []
        self.allowed: list[Collection[str]] = []
        self.generated: list[bool] = []
        self.notebooks: list[list[str]] = []

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        self.requests.append(request)
        self.generated.append(generated)
        self.allowed.append(allowed_packages)
        verdict = self._verdicts.pop(0)
        if isinstance(verdict, AgentError):
            raise verdict
        return verdict

    async def observe(
        self,
        request: ValidationRequest,
        probes: bool = True,
        *,
        only: Collection[str] | None = None,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> dict[str, tuple[str, ...]]:
        self.observed.append(request)
        seen = self._observing(request)
        return {
            name: texts
            for name, texts in seen.items()
            if (probes if name.startswith("probe::") else only is None or name in only)
        }

    async def challenge(
        self,
        request: ValidationRequest,
        verdict: Verdict,
        *,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> Challenge:
        self.challenged.append(request)
        if not self._challenges:
            return Challenge(mutants=[], possible=0, score=None)
        challenge = self._challenges.pop(0)
        if isinstance(challenge, AgentError):
            raise challenge
        return challenge

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        self.notebooks.append(notebook)
        if self._tidy_error:
            raise self._tidy_error
        return {path: self._tidying(text) for path, text in files.items()}


class ListRecorder:
    """Keeps everything in lists, in one order; `fail_at` raises at that kind of event."""

    def __init__(self, fail_at: str = "", error: Exception | None = None) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.tests: dict[str, str] = {}
        self.tests_completion: Completion | None = None
        self.attempts: list[Attempt] = []
        self.judgement = Judgement()
        self._fail_at = fail_at
        self._error = error

    async def event(self, kind: str, data: dict[str, Any]) -> None:
        if kind == self._fail_at and self._error:
            raise self._error
        self.events.append((kind, data))

    async def tests_written(self, tests: dict[str, str], completion: Completion | None) -> None:
        self.tests, self.tests_completion = dict(tests), completion

    async def judged(self, tests: dict[str, str], judgement: Judgement) -> None:
        self.tests, self.judgement = dict(tests), judgement.model_copy(deep=True)

    async def attempt(self, attempt: Attempt) -> None:
        self.attempts = [*(a for a in self.attempts if a.number != attempt.number), attempt]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the events in order."""
        return [kind for kind, _ in self.events]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one kind."""
        return [data for found, data in self.events if found == kind]

    def history(self, attempts: int | None = None) -> History:
        """What a crash would leave behind after so many attempts (all of them if not given)."""
        return History(
            tests=self.tests,
            tests_completion=self.tests_completion,
            attempts=self.attempts[:attempts],
            judgement=self.judgement,
        )


def result(name: str, outcome: str = "passed", **values: Any) -> TestResult:
    """One test's result."""
    return TestResult(
        id=f"test_solution.py::{name}", outcome=outcome, **({"kind": "soft", "duration_ms": 1} | values)
    )


def a_verdict(
    results: Iterable[TestResult] = (),
    *,
    error_class: ErrorClass | None = None,
    lint: Iterable[LintFinding] = (),
    security: Iterable[SecurityFinding] = (),
    coverage: float | None = 100.0,
    explanation: str = "",
    reason: str = "",
    **values: Any,
) -> Verdict:
    """A verdict that fails where something in it does."""
    results, lint, security = list(results), list(lint), list(security)
    signals = Signals(
        tests=TestsSignal(
            passed=bool(results) and all(r.outcome != "failed" for r in results),
            results=results,
            coverage_percent=coverage,
            reason=reason,
        ),
        lint=LintSignal(passed=all(f.severity != "error" for f in lint), findings=lint),
        security=SecuritySignal(passed=all(f.severity != "high" for f in security), findings=security),
    )
    passed = error_class is None
    return Verdict(
        status="passed" if passed else "failed",
        signals=signals,
        quality_score=10.0,
        error_class=error_class,
        explanation=explanation,
        **values,
    )


PASS = a_verdict([result("test_small"), result("test_negative")])
FAIL = a_verdict(
    [
        result(
            "test_small",
            "failed",
            message="AssertionError: assert -1 == 5",
            expected="5",
            actual="-1",
            traceback="test_solution.py:5: in test_small\n    assert add(2, 3) == 5",
        ),
        result(
            "test_negative", "failed", message="AssertionError: assert -2 == 0", expected="0", actual="-2"
        ),
    ],
    error_class="assertion",
)
HALF = a_verdict(
    [result("test_small"), result("test_negative", "failed", message="AssertionError: assert 1 == 0")],
    error_class="assertion",
)
NOT_JUDGED = Verdict(
    status="error",
    signals=Signals(),
    error_class="infrastructure",
    explanation="The container died before the tests began.",
)


async def run_plainly(model, judge, recorder=None, history=None, **task):
    """The loop's plain way: what the full one adds is in judgement/test_settling.py."""
    settings = AgentSettings(environ={}, judgement="plain")
    loop = Loop(model, judge, recorder or ListRecorder(), settings=settings)
    return await loop.run(a_task(**task), history)
