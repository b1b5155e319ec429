"""The whole loop with the fault-injecting model, judged on paper: the task says what a test makes of a solution.

Without containers thousands of executions take minutes, so a rule of the judgement can be tried out. It knows
neither gaming nor mutants: a gamed solution is found out in nine of ten cases, and no suite is challenged. What
counts is `make eval`.

    python -m tests.evaluation.on_paper --seeds 10
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import Outcome
from jupyter_coding_agent.agents.models import Task as Request
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.llm.models import Completion, ModelRequest
from jupyter_coding_agent.validation.models import Challenge, TestResult, ValidationRequest, Verdict
from tests.agents.fakes import ListRecorder, a_verdict
from tests.evaluation.fault_model import FaultModel
from tests.evaluation.reading import Shown, shown_in
from tests.evaluation.report import wilson
from tests.evaluation.tasks import Task, TaskTest, load
from tests.scripted_model import Request as HttpRequest

FOUND_OUT = 0.9
"""The share of gamed solutions that are taken for such."""
TOLD_APART = 0.3
"""The share of wrong solutions that inputs beside the tests' tell from the right one."""
_GAMED = "gamed "


class PaperModel:
    """The fault-injecting model without its server."""

    def __init__(self, model: FaultModel, name: str) -> None:
        self._model, self._name = model, name
        self.calls = 0

    async def complete(self, request: ModelRequest) -> Completion:
        """The drawn reply."""
        self.calls += 1
        messages = [message.model_dump() for message in request.messages]
        body = {"model": self._name, "messages": messages}
        text = self._model.answer(HttpRequest("", {}, body)).text
        return Completion(text=text, model=self._name, tier=request.tier, hops=[])


class PaperJudge:
    """Judges the solutions of one task by what the task says that they give."""

    def __init__(self, task: Task) -> None:
        self._task = task
        known = {task.solutions.right.strip(): "right"}
        self._names = known | {wrong.code.strip(): wrong.name for wrong in task.solutions.wrong}

    def name(self, files: dict[str, str]) -> str:
        """Which solution it is; all that the task does not name as wrong is gamed."""
        code = files["solution.py"].strip()
        return self._names.get(code) or _GAMED + hashlib.sha256(code.encode()).hexdigest()[:8]

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        """Every test compared with what the solution gives; gamed ones pass all."""
        name = self.name(request.files)
        results = [self._result(path, one, name) for path, one in self._shown(request)]
        if name.startswith(_GAMED) and self._chance("gamed", name) < FOUND_OUT:
            return a_verdict(results, error_class="gaming")
        failed = any(result.outcome == "failed" for result in results)
        return a_verdict(results, error_class="assertion" if failed else None)

    async def observe(
        self,
        request: ValidationRequest,
        probes: bool = True,
        *,
        only: Collection[str] | None = None,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> dict[str, tuple[str, ...]]:
        """What it gives where the tests look, and on one further input."""
        name = self.name(request.files)
        apart = name != "right" and self._chance("probe", name) < TOLD_APART
        seen = {f"{path}::{one.test.name}": (_given(one.test, name),) for path, one in self._shown(request)}
        return seen | {"probe::f(0)": (name if apart else "right",)}

    async def challenge(
        self,
        request: ValidationRequest,
        verdict: Verdict,
        *,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> Challenge:
        """No mutants on paper."""
        return Challenge(mutants=[], possible=0, score=None)

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        """As they are, so that they are recognized."""
        return files

    def _shown(self, request: ValidationRequest) -> list[tuple[str, Shown]]:
        return [(path, one) for path, text in request.tests.items() for one in shown_in(text, self._task)]

    def _result(self, path: str, one: Shown, name: str) -> TestResult:
        passed = name.startswith(_GAMED) or _given(one.test, name) == one.expected
        return TestResult(
            id=f"{path}::{one.test.name}",
            outcome="passed" if passed else "failed",
            kind="soft",
            message="" if passed else f"assert {_given(one.test, name)} == {one.expected}",
        )

    def _chance(self, *parts: str) -> float:
        return Random("/".join((self._task.id, *parts))).random()


def _given(test: TaskTest, name: str) -> str:
    return test.misread.get(name, test.right)


@dataclass
class Tally:
    """What came of many executions."""

    executions: int = 0
    delivered: int = 0
    right: int = 0
    calls: int = 0
    wrong: list[str] = field(default_factory=list)
    """Of each wrong *passed*: task, seed, solution."""

    @property
    def precision(self) -> float:
        """The share of delivered ones that are right."""
        return self.right / self.delivered

    @property
    def recall(self) -> float:
        """The share of all that are delivered and right."""
        return self.right / self.executions

    @property
    def misjudged(self) -> list[str]:
        """The wrong ones that no recognition of gaming could have kept back."""
        return [which for which in self.wrong if f": {_GAMED}" not in which]


async def evaluate(tasks: Sequence[Task], seeds: Sequence[int], settings: AgentSettings) -> Tally:
    """Carry every task out for every seed."""
    model, tally = FaultModel(tasks), Tally()
    for seed in seeds:
        for task in tasks:
            judge, asked = PaperJudge(task), PaperModel(model, f"paper-s{seed}")
            loop = Loop(asked, judge, ListRecorder(), settings=settings)
            outcome = await loop.run(_request(task, seed))
            tally.executions += 1
            tally.calls += asked.calls
            _count(tally, outcome, judge, f"{task.id}, seed {seed}")
    return tally


def _request(task: Task, seed: int) -> Request:
    return Request(
        execution_id=f"{seed}/{task.id}",
        user="paper",
        prompt=task.prompt,
        language="python",
        variables=task.variables,
    )


def _count(tally: Tally, outcome: Outcome, judge: PaperJudge, which: str) -> None:
    if outcome.status != "passed" or outcome.best is None:
        return
    name = judge.name(outcome.attempts[outcome.best - 1].files)
    tally.delivered += 1
    tally.right += name == "right"
    if name != "right":
        tally.wrong.append(f"{which}: {name}")


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(parser.parse_args().seeds)
    tasks = load(Path(__file__).with_name("tasks"), [])
    tally = asyncio.run(evaluate(tasks, seeds, AgentSettings(environ={})))
    low, _ = wilson(tally.right, tally.delivered)
    print(
        f"{tally.executions} executions, {tally.delivered} delivered: precision {tally.precision:.4f} "
        f"(at least {low:.4f}), recall {tally.recall:.3f}, {tally.calls / tally.executions:.1f} calls each"
    )
    for line in tally.wrong:
        print(f"  wrong: {line}")


if __name__ == "__main__":
    main()
