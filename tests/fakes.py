"""Fakes that several rooms' tests share."""

from __future__ import annotations

import contextlib
import io
import sys
import types
from collections.abc import Callable
from typing import Any

from jupyter_coding_agent.runner.models import (
    Analysis,
    AnalysisJob,
    CellFailure,
    CellRun,
    Exit,
    ImageStatus,
    Isolation,
    MutationJob,
    MutationRun,
    NotebookJob,
    NotebookRun,
    RunnerStatus,
    TestJob,
    TestReport,
    TestRun,
    Trial,
)
from jupyter_coding_agent.runner.notebook_collector import CellListener
from jupyter_coding_agent.runner.protocol import Progress

ISOLATION = Isolation(
    backend="fake", image="coding-agent/python", image_digest="sha256:fake", network="none", user="1000"
)


class FakeRunner:
    """A Runner without containers.

    By default it is honest in the small: it executes the module-level test functions of the job in this
    process (give it only tests that a test wrote), so that planted tests fail and pass as they must. `run`
    replaces that, `altered` is what an attacker makes of the honest run; `analysis` is what the tools say.
    `mutation` replaces what becomes of mutants, `notebook` is what is made of the honest run of a notebook's cells.
    """

    def __init__(
        self,
        *,
        run: Callable[[TestJob], TestRun] | None = None,
        altered: Callable[[TestRun], TestRun] | None = None,
        mutation: Callable[[MutationJob], MutationRun] | None = None,
        notebook: Callable[[NotebookJob, NotebookRun], NotebookRun] | None = None,
        analysis: Analysis | Callable[[AnalysisJob], Analysis] | None = None,
        error: Exception | None = None,
    ) -> None:
        self._run = run or honest_run
        self._altered = altered
        self._mutation = mutation or honest_mutation_run
        self._notebook = notebook
        self._analysis = analysis or Analysis()
        self.error = error
        self.digest = "sha256:fake"
        self.test_jobs: list[TestJob] = []
        self.mutation_jobs: list[MutationJob] = []
        self.budgets: list[float] = []
        self.analysis_jobs: list[AnalysisJob] = []
        self.notebook_jobs: list[NotebookJob] = []
        self.closed = False

    async def run_tests(self, job: TestJob) -> TestRun:
        self.test_jobs.append(job)
        if self.error is not None:
            raise self.error
        run = self._run(job)
        return self._altered(run) if self._altered else run

    async def run_mutants(self, job: MutationJob, budget_seconds: float) -> MutationRun:
        self.mutation_jobs.append(job)
        self.budgets.append(budget_seconds)
        if self.error is not None:
            raise self.error
        return self._mutation(job)

    async def run_notebook(self, job: NotebookJob, listener: CellListener | None = None) -> NotebookRun:
        self.notebook_jobs.append(job)
        if self.error is not None:
            raise self.error
        run = honest_notebook_run(job)
        if self._notebook is not None:
            run = self._notebook(job, run)
        for cell in run.cells:
            if listener is not None:
                listener(cell)
        return run

    async def analyze(self, job: AnalysisJob) -> Analysis:
        self.analysis_jobs.append(job)
        if isinstance(self._analysis, Analysis):
            return self._analysis.model_copy(update={"tidied": dict(job.files)} if job.tidy else {})
        return self._analysis(job)

    async def install(self, language: str, requirements: list[str], progress: Progress | None = None) -> str:
        return f"coding-agent/{language}:layer"

    async def build_images(
        self, languages: list[str] | None = None, progress: Progress | None = None
    ) -> list[ImageStatus]:
        return []

    async def prune_images(self) -> list[str]:
        return []

    async def status(self) -> RunnerStatus:
        return RunnerStatus(state="ok", sentence="A fake runner answers.", backend="fake")

    async def image_digest(self, language: str) -> str:
        return self.digest

    def warm(self) -> None:
        pass

    async def close(self) -> None:
        self.closed = True


def honest_notebook_run(job: NotebookJob) -> NotebookRun:
    """What a container would report of these cells, which are executed in this process."""
    namespace: dict[str, Any] = {}
    cells: list[CellRun] = []
    out: set[int] = set()
    for number, cell in enumerate(job.cells):
        if not out.isdisjoint(cell.after):
            out.add(number)
            continue
        printed = io.StringIO()
        failure = None
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(cell.source, cell.name, "exec"), namespace)
        except Exception as error:
            out.add(number)
            failure = CellFailure(
                type=type(error).__name__,
                message=f"{type(error).__name__}: {error}",
                missing=getattr(error, "name", "") if isinstance(error, NameError) else "",
            )
        cells.append(CellRun(number=number, error=failure, stdout=printed.getvalue(), duration_ms=1))
    return NotebookRun(exit=Exit(reason="finished", code=0), cells=cells, isolation=ISOLATION)


def honest_run(job: TestJob) -> TestRun:
    """What a container would report of the module-level tests (fixtures `answer` and `cell` only)."""
    reports: list[TestReport] = []
    with _importable({path: content.decode() for path, content in job.files.items() if path.endswith(".py")}):
        for path in job.collect:
            namespace: dict[str, Any] = {"__name__": path.removesuffix(".py")}
            try:
                exec(compile(job.tests[path], path, "exec"), namespace)
            except Exception as error:
                text = f"{path}: E   {type(error).__name__}: {error}"
                return finished(reports, collection_errors=[text])
            for name, function in namespace.items():
                if name.startswith("test") and callable(function):
                    reports.append(_report(f"{path}::{name}", function, job))
    return finished(reports)


def honest_mutation_run(job: MutationJob) -> MutationRun:
    """What a container would report of the changes, where every line is executed and none loops."""
    trials = [_trial(0, job)]
    for number, change in enumerate(job.changes[: job.most], 1):
        content = job.files[change.path]
        changed = content[: change.start] + change.text.encode() + content[change.end :]
        trials.append(_trial(number, job.model_copy(update={"files": {**job.files, change.path: changed}})))
    lines = {path: list(range(1, content.count(b"\n") + 2)) for path, content in job.files.items()}
    return MutationRun(
        exit=Exit(reason="finished", code=0), trials=trials, executed_lines=lines, isolation=ISOLATION
    )


def _trial(number: int, job: TestJob) -> Trial:
    run = honest_run(job)
    failed = [report for report in run.reports if report.outcome == "failed"]
    return Trial(
        number=number,
        failed=[*(text.partition(":")[0] for text in run.collection_errors), *(r.id for r in failed)],
        message=failed[0].message if failed else "",
        answers={report.id: report.answers for report in run.reports if report.answers},
    )


def finished(reports: list[TestReport], **fields: Any) -> TestRun:
    """A run that came to its end; exit status 1, because a planted test always fails."""
    return TestRun(exit=Exit(reason="finished", code=1), reports=reports, isolation=ISOLATION, **fields)


def ended(reason: str, code: int | None = None, **fields: Any) -> TestRun:
    """A run that was cut short."""
    return TestRun(exit=Exit(reason=reason, code=code), isolation=ISOLATION, **fields)  # type: ignore[arg-type]


def _report(test_id: str, function: Callable[..., object], job: TestJob) -> TestReport:
    answers: list[str] = []
    fixtures: dict[str, Any] = {"answer": lambda value: answers.append(_canonical(value)), "cell": _cell(job)}
    fixtures["monkeypatch"] = types.SimpleNamespace(setattr=lambda *_: None)
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]  # type: ignore[attr-defined]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            function(**{name: fixtures[name] for name in wanted})
    except BaseException as error:
        return TestReport(
            id=test_id, outcome="failed", message=f"{type(error).__name__}: {error}", answers=answers
        )
    return TestReport(id=test_id, outcome="passed", answers=answers)


def _cell(job: TestJob) -> Callable[..., object]:
    def cell(**inputs: object) -> object:
        namespace: dict[str, object] = {"__name__": "__main__", **inputs}
        exec(job.files[job.cell or ""].decode(), namespace)
        return types.SimpleNamespace(namespace=namespace)

    return cell


def _canonical(value: object) -> str:
    from jupyter_coding_agent.validation.languages.python.answers import canonical

    return canonical(value)


@contextlib.contextmanager
def _importable(sources: dict[str, str]):  # type: ignore[no-untyped-def]
    """The sources as top-level modules; a source that can't be imported raises where it is imported."""

    class Finder:
        def find_spec(self, name: str, path: object = None, target: object = None) -> object:
            import importlib.util

            text = sources.get(f"{name}.py")
            if text is None:
                return None

            class Loader:
                def create_module(self, spec: object) -> None:
                    return None

                def exec_module(self, module: types.ModuleType) -> None:
                    exec(compile(text, f"{name}.py", "exec"), module.__dict__)

            return importlib.util.spec_from_loader(name, Loader())  # type: ignore[arg-type]

    names = [path.removesuffix(".py") for path in sources]
    kept = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    finder = Finder()
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
