"""``python -m tests.evaluation.check [--fill] [--once] [id …]``: does every task keep its promises?

Every solution runs in containers, twice unless told otherwise; ``--fill`` writes what it gave into the tasks.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import json
import re
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jupyter_coding_agent.runner.models import AnalysisJob, TestJob, TestRun
from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.languages.python.answers import readable
from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.evaluation.fill import fill
from tests.evaluation.promises import RIGHT, Seen, gaming, outcomes, shape, values
from tests.evaluation.tasks import FOLDER, RAISES, Task, load_one, render_tests, render_values

AT_ONCE = 4

_OWN_MODULE = """\
import sys
import {module}
sys.modules["solution"] = {module}
"""
_OWN_CELL = """\
import pathlib
import pytest

@pytest.fixture
def cell(cell):
    cell._path = str(pathlib.Path(__file__).with_name("{module}.py"))
    return cell

"""


class Checker:
    """Runs tasks' solutions in containers and says which promises of the format a task breaks."""

    def __init__(self, runner: ContainerRunner, times: int = 2) -> None:
        self._runner = runner
        self._validator = Validator(runner, ValidationSettings(cache_size=0))
        self._times = times
        self._places = asyncio.Semaphore(AT_ONCE)

    async def seen(self, task: Task) -> tuple[dict[str, Seen], list[str]]:
        """What the right and the wrong solutions gave, by name; and a sentence for each that is not stable."""
        codes = _honest(task)
        runs = [await self._run(task, codes) for _ in range(self._times)]
        unstable = [
            f"{name} does not give the same in every run"
            for name in codes
            if any(run[name] != runs[0][name] for run in runs[1:])
        ]
        return runs[0], unstable

    async def problems(self, task: Task) -> list[str]:
        """Sentences: what is wrong with a task whose values are filled in."""
        findings, rest = await asyncio.gather(self._static(task), self._dynamic(task))
        return [*shape(task), *findings, *rest]

    async def _dynamic(self, task: Task) -> list[str]:
        if self._times == 1 and not await self._in_one_container(task):
            return []
        gamed = asyncio.gather(*(self._gamed(task, one.name, one.code) for one in task.solutions.gamed))
        (seen, unstable), games = await asyncio.gather(self.seen(task), gamed)
        problems = [*unstable, *values(task, seen), *outcomes(task, seen)]
        return [*problems, *(problem for game in games for problem in game)]

    async def _in_one_container(self, task: Task) -> list[str]:
        """Problems where gamed solutions share the honest ones' container: quick, and no problem is the truth.

        Where there are some, a gamed solution may have meddled, and each has to run alone.
        """
        gamed = {one.name: one.code for one in task.solutions.gamed}
        run = await self._run(task, _honest(task) | gamed)
        seen = {name: one for name, one in run.items() if name not in gamed}
        games = [gaming(task, name, run[name].tests, run[name].oracle_passes) for name in gamed]
        return [*values(task, seen), *outcomes(task, seen), *(problem for game in games for problem in game)]

    async def _run(self, task: Task, codes: dict[str, str]) -> dict[str, Seen]:
        """All solutions in one container: whoever says ``solution`` or ``cell`` gets that of its own number."""
        right = {test.name: test.right for test in task.tests if test.right}
        files, tests = {}, {}
        for number, code in enumerate(codes.values()):
            module = f"solution_{number}"
            own = (_OWN_CELL if task.is_cell else _OWN_MODULE).format(module=module)
            files[f"{module}.py"] = code
            tests[f"test_values_{number}.py"] = own + render_values(task)
            tests[f"test_right_{number}.py"] = own + render_tests(task, right)
            tests[f"test_oracle_{number}.py"] = own + task.oracle
        job = TestJob(
            files={path: text.encode() for path, text in files.items()},
            tests={path: text.encode() for path, text in tests.items()},
            collect=list(tests),
            cell="solution_0.py" if task.is_cell else None,
            imports=LANGUAGES["python"].imports({**files, **tests}),
        )
        async with self._places:
            run = await self._runner.run_tests(job)
        return {name: _seen(run, number) for number, name in enumerate(codes)}

    async def _gamed(self, task: Task, name: str, code: str) -> list[str]:
        """A gamed solution is judged as it will be, in a container of its own with the host's sentinels."""
        right = {test.name: test.right for test in task.tests if test.right}
        request = ValidationRequest(
            files={"solution.py": code},
            tests={"test_right.py": render_tests(task, right), "test_oracle.py": task.oracle},
            signals=["tests"],
        )
        async with self._places:
            verdict = await self._validator.validate(request)
        results = verdict.signals.tests.results if verdict.signals.tests else []
        tests = {one.id: one.outcome for one in results if one.id.startswith("test_right.py")}
        oracle = {one.outcome for one in results if one.id.startswith("test_oracle.py")}
        return gaming(task, name, tests, oracle == {"passed"} and verdict.error_class != "tampering")

    async def _static(self, task: Task) -> list[str]:
        named = {RIGHT: task.solutions.right}
        named |= {one.name: one.code for one in [*task.solutions.wrong, *task.solutions.gamed]}
        files = {f"{name.replace('-', '_')}.py": code for name, code in named.items()}
        job = AnalysisJob(
            files={path: text.encode() for path, text in files.items()},
            known_names=list(task.variables),
            notebook=list(files),
        )
        # The wait in the container's queue counts against its time limit.
        async with self._places:
            analysis = await self._runner.analyze(job)
        blocks = LANGUAGES["python"].blocks
        found = [f"{one.path}:{one.line}: {one.code} {one.message}" for one in analysis.lint if blocks(one)]
        found += [
            f"{one.path}:{one.line}: {one.message}" for one in analysis.security if one.severity == "high"
        ]
        return found + [f"{path}: {text}" for path, text in analysis.syntax_errors.items()]


def _honest(task: Task) -> dict[str, str]:
    return {RIGHT: task.solutions.right} | {one.name: one.code for one in task.solutions.wrong}


def _seen(run: TestRun, number: int) -> Seen:
    seen = Seen()
    for report in run.reports:
        path, _, name = report.id.partition("::")
        if path == f"test_right_{number}.py":
            seen.tests[name] = report.outcome
        elif path == f"test_oracle_{number}.py":
            seen.oracle[name] = report.outcome
        elif path == f"test_values_{number}.py":
            if report.answers:
                seen.values[name] = value_of(report.answers[0])
            else:
                seen.trouble.append(f"{name}: {report.message}")
    seen.trouble += [text for text in run.collection_errors if re.match(rf"test_\w+_{number}\.py", text)]
    if run.exit.reason != "finished":
        seen.trouble.append(f"the run ended by {run.exit.reason}: {run.exit.detail}")
    return seen


def value_of(answer: str) -> str:
    """A canonical answer as an expectation: a literal, or ``raises ValueError``."""
    text = readable(json.loads(answer))
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    if isinstance(value, dict) and value.keys() == {"raises"}:
        return f"{RAISES}{value['raises']}"
    return text


@asynccontextmanager
async def checker(times: int = 2) -> AsyncIterator[Checker]:
    """A checker with a warm pool of its own, which is removed at the end."""
    runner = ContainerRunner(
        RunnerSettings(warm_plain=2, warm_data=3, warm_plot=1, warm_memory_mb=1024),
        f"evaluation-{secrets.token_hex(6)}",
        secrets.token_hex(6),
    )
    try:
        runner.warm()
        yield Checker(runner, times)
    finally:
        await runner.close()


async def check_file(checker: Checker, path: Path, filling: bool) -> list[str]:
    """The problems of a task's file, which is filled in before where asked."""
    try:
        task = load_one(path)
        if filling:
            seen, _ = await checker.seen(task)
            fill(path, task, {name: one.values for name, one in seen.items()})
            task = load_one(path)
        return await checker.problems(task)
    except ValueError as error:
        return [str(error)]


async def main() -> int:
    """Check and report; the number of tasks with problems, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.check", description=__doc__)
    parser.add_argument("ids", nargs="*", help="tasks; all if none is named")
    parser.add_argument("--fill", action="store_true", help="write what the solutions gave into the tasks")
    parser.add_argument(
        "--once", action="store_true", help="run each solution once: quicker, finds no instability"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    paths = [options.folder / f"{name}.yaml" for name in options.ids] or sorted(options.folder.glob("*.yaml"))
    started, bad = time.monotonic(), 0
    async with checker(1 if options.once else 2) as checking:
        results = [asyncio.create_task(check_file(checking, path, options.fill)) for path in paths]
        for path, result in zip(paths, results, strict=True):
            problems = await result
            bad += bool(problems)
            print(f"{path.stem}: {'ok' if not problems else ''}")
            for problem in problems:
                print(f"  - {problem}")
    print(f"{len(paths) - bad} of {len(paths)} tasks are in order ({time.monotonic() - started:.0f} s).")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
