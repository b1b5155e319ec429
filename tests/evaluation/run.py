"""Drives the whole engine over the tasks, arm by arm and seed by seed, and writes the report."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from jupyter_coding_agent import __version__
from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.llm.providers.prices import price_of
from tests.evaluation import options as command_line
from tests.evaluation.driving import carry_out
from tests.evaluation.engines import ModelAccess, engine, served_at
from tests.evaluation.fault_model import FaultModel, Rates
from tests.evaluation.oracle import Oracle
from tests.evaluation.plot import draw
from tests.evaluation.recording import RecordedModel
from tests.evaluation.records import Ledger
from tests.evaluation.report import report
from tests.evaluation.table import markdown
from tests.evaluation.tasks import Task, load

PRICE = (2.0, 8.0)
"""US dollars per million tokens, in and out: what a middling hosted model takes."""


class Evaluation:
    """The executions that are still to be made, and where their records go."""

    def __init__(self, options: argparse.Namespace, tasks: Sequence[Task]) -> None:
        self._options = options
        self._tasks = tasks
        self._rates = replace(Rates(), wrong_test=options.p_test, wrong_code=options.p_code)
        self._ledger = Ledger(options.out / f"records-{self._condition()}.jsonl")
        self._oracle = Oracle(options.out / "oracle.jsonl")
        self._started = time.monotonic()
        self._made = 0

    async def run(self) -> dict[str, Any]:
        """Carry out what is missing; the report of all."""
        with self._served() as server:
            for seed in range(self._options.seeds):
                for arm in self._options.arms:
                    await self._one(arm, seed, self._access(arm, seed, server))
        return self._report()

    def _condition(self) -> str:
        """A short name of what a record depends on beside arm, seed and task: other conditions, other records."""
        model = self._options.replay or self._options.model
        return hashlib.sha256(f"{model} {self._rates}".encode()).hexdigest()[:8]

    async def _one(self, arm: str, seed: int, model: ModelAccess) -> None:
        """One arm on one seed, on an engine of its own."""
        missing = [task for task in self._tasks if (arm, seed, task.id) not in self._ledger.records]
        if not missing:
            return
        # One more is asked for than run, so that nobody waits while one is judged.
        places = asyncio.Semaphore(self._options.jobs + 1)
        with tempfile.TemporaryDirectory(prefix="evaluation-") as home:
            async with (
                engine(
                    Path(home), arm, model, self._options.jobs, self._options.out / "engine.log"
                ) as client,
                asyncio.TaskGroup() as group,
            ):
                for task in missing:
                    group.create_task(self._execution(places, client, arm, seed, task))
        rate = self._made / (time.monotonic() - self._started)
        print(f"seed {seed}, {arm}: {len(missing)} executions made; {rate:.2f} a second", flush=True)

    async def _execution(
        self, places: asyncio.Semaphore, client: Any, arm: str, seed: int, task: Task
    ) -> None:
        async with places:
            record = await carry_out(client, self._oracle, arm, seed, task)
        self._ledger.add(record)
        self._made += 1
        if record.trouble:
            print(f"lost: {arm}, seed {seed}, {task.id}: {record.trouble}", flush=True)

    @contextmanager
    def _served(self) -> Iterator[FaultModel | RecordedModel | None]:
        """The server that stands for the model, if one does."""
        options = self._options
        server: FaultModel | RecordedModel | None = None
        if options.replay:
            server = RecordedModel(options.replay)
        elif options.record:
            server = RecordedModel(options.record, options.model)
        elif options.model == command_line.FAULT:
            server = FaultModel(self._tasks, self._rates)
        if server is None:
            yield None
        else:
            with server:
                yield server

    def _access(self, arm: str, seed: int, server: FaultModel | RecordedModel | None) -> ModelAccess:
        name = self._options.model
        if server is None and name == command_line.CONFIGURED:
            return ModelAccess("configured", users_configuration=True)
        if server is None:
            return ModelAccess(name, {"llm_provider": [name], "templates_fallback": False})
        price = price_of(name, local=False, overrides={}) if "/" in name else None
        return served_at(f"openai/eval-{arm}-s{seed}", server.api_base, price or PRICE)

    def _report(self) -> dict[str, Any]:
        seeds, tasks = range(self._options.seeds), [task.id for task in self._tasks]
        rates = asdict(self._rates) if self._options.model == command_line.FAULT else None
        return report(
            {arm: self._ledger.of(arm, seeds, tasks) for arm in self._options.arms},
            model=self._options.model
            if not self._options.replay
            else f"recorded in {self._options.replay.name}",
            rates=rates,
            seeds=list(seeds),
            tasks=tasks,
            versions={"engine": __version__, "prompts": Prompts().version},
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, write report.json and report.png, print the table; 1 if the infrastructure lost executions."""
    options = command_line.parse(arguments)
    try:
        tasks = load(options.folder, options.tasks)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.fresh:
        shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    found = asyncio.run(Evaluation(options, tasks).run())
    (options.out / "report.json").write_text(json.dumps(found, indent=1) + "\n")
    draw(found, options.out / "report.png")
    print(f"\n{markdown(found)}\n{options.out / 'report.json'} ({time.monotonic() - started:.0f} s)")
    return int(any(numbers["troubled"] for numbers in found["arms"].values()))
