"""Proves a notebook: runs its cells from a clean start, and what might mend those that break."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random, SystemRandom
from typing import Protocol

from packaging.utils import canonicalize_name

from ..artifacts.models import ContextFile
from ..core.errors import AgentError, InvalidInput, Unprocessable
from ..core.tasks import one_error
from ..runner.models import CellRun, Limits
from ..runner.protocol import Runner
from ..validation.effects import merge
from ..validation.languages import LANGUAGES
from ..validation.packages import approved
from ..validation.receipts import Signer
from ..validation.service import Validator
from . import findings as static
from . import ordering
from .findings import Findings
from .models import CellReport, NotebookReport, ProveRequest
from .proposing import Candidate, candidates, proposed
from .reading import Reading
from .reporting import Reporter, explained
from .settings import NotebookSettings
from .signing import Signing
from .trial import Outcome, Trial

Tell = Callable[[CellReport], None]
"""Told of each cell as it ends; a cell may be told again where packages had to be installed first."""
_ROUNDS = 3
_MODULE_MISSING = "ModuleNotFoundError: No module named '"


class Artifacts(Protocol):
    """The artifacts' room, as far as it is needed."""

    async def context(self, user: str, artifact_ids: Sequence[str]) -> list[ContextFile]:
        """The files. Raises NotFound, InvalidInput, TooLarge."""


@dataclass(frozen=True)
class Notebook:
    """A request that can be carried out."""

    request: ProveRequest
    reading: Reading
    wanted: list[int]
    """Positions of the cells that are to be run."""
    imports: list[str]
    """Top-level modules that these import."""
    data: dict[str, bytes]


class Notebooks:
    """Proves notebooks, whoever wrote them."""

    def __init__(
        self,
        runner: Runner,
        validator: Validator,
        settings: NotebookSettings,
        *,
        signer: Signer | None = None,
        artifacts: Artifacts | None = None,
        random: Random | None = None,
    ) -> None:
        self._runner = runner
        self._validator = validator
        self._settings = settings
        self._signer = signer
        self._artifacts = artifacts
        self._random = random or SystemRandom()

    async def admit(self, user: str, request: ProveRequest) -> Notebook:
        """What is to be run.

        Raises:
            InvalidInput, NotFound, TooLarge: it can't be; names the field.
        """
        sources = [cell.source for cell in request.cells]
        reading = await asyncio.to_thread(Reading, sources)
        if all(reading.empty):
            raise InvalidInput("There is no code that could be proved: every cell is empty.", field="cells")
        wanted = list(range(len(sources)))
        if request.only is not None:
            if request.only >= len(sources) or reading.empty[request.only]:
                raise InvalidInput("There is no code at the position that is to be proved.", field="only")
            wanted = [*reading.behind(request.only), request.only]
        data = await self._data(user, request.context_artifacts)
        imports = await asyncio.to_thread(
            LANGUAGES["python"].imports, {f"{position}.py": sources[position] for position in wanted}
        )
        return Notebook(request, reading, wanted, imports, data)

    async def prove(self, notebook: Notebook, tell: Tell | None = None) -> NotebookReport:
        """Run it, try what may mend it, and say what was seen.

        Raises:
            MissingPart, TimedOut: the runner can't do it now.
        """
        started = time.monotonic()
        request, reading = notebook.request, notebook.reading
        reporter = Reporter(request, reading, notebook.wanted)
        attempts = _Attempts(self, notebook)
        async with one_error(), asyncio.TaskGroup() as group:
            looking = group.create_task(
                static.look(self._validator, reading, notebook.wanted, request.kernel_python)
            )
            running = group.create_task(attempts.first(reporter, tell))
        outcome, found = running.result(), looking.result()
        reports = await asyncio.to_thread(reporter.cells, outcome, found, attempts.notes)
        recorded = ordering.as_recorded([cell.execution_count for cell in request.cells])
        report = NotebookReport(
            status="failed" if outcome.failed or outcome.tampered else "ran",
            breaks=min(outcome.failed, default=None),
            explanation=explained(reports, outcome, found, request.only),
            cells=reports,
            recorded_order=recorded,
            effects=merge(found.effects, outcome.run.effects, found.imports),
            isolation=outcome.run.isolation,
        )
        if outcome.failed and request.only is None and self._settings.propose:
            wanted = await asyncio.to_thread(candidates, reading, request.cells, reports)
            report.proposal = await proposed(wanted, outcome, len(reports), attempts.of)
        if not outcome.tampered:
            await asyncio.to_thread(self._sign, report, notebook, outcome, found)
        report.duration_ms = round((time.monotonic() - started) * 1000, 1)
        return report

    def _sign(self, report: NotebookReport, notebook: Notebook, outcome: Outcome, found: Findings) -> None:
        """A receipt for each cell below which nothing broke, and for the whole."""
        if self._signer is None or report.isolation is None:
            return
        sources = notebook.reading.sources
        signing = Signing(
            self._signer, report.isolation, notebook.request.kernel_python, sources, scanned=found.scanned
        )
        for position in notebook.wanted:
            cell = report.cells[position]
            if cell.status in ("failed", "not run"):
                return
            if cell.status == "ran" and position in outcome.believed and position not in found.unclean:
                events = [event for event in report.effects.events if event.path == cell.name]
                cell.receipt = signing.cell(cell, events)
        if notebook.request.only is None and not found.unclean and report.status == "ran":
            report.receipt = signing.notebook(report.cells, report.effects.events)

    async def _data(self, user: str, artifact_ids: Sequence[str]) -> dict[str, bytes]:
        if not artifact_ids:
            return {}
        if self._artifacts is None:
            raise Unprocessable("Artifacts can't be used here.", field="context_artifacts")
        files = await self._artifacts.context(user, artifact_ids)
        try:
            return {file.path: await asyncio.to_thread(file.location.read_bytes) for file in files}
        except OSError as error:
            raise Unprocessable(f"A file to work with is gone: {error.strerror}. Upload it again.") from error

    async def attempt(
        self,
        trial: Trial,
        notebook: Notebook,
        requirements: list[str],
        listen: Callable[[int, CellRun], None] | None,
    ) -> Outcome:
        """One run in a container of its own."""
        seconds = notebook.request.timeout_seconds or self._settings.timeout_seconds
        limits = Limits(timeout_seconds=seconds, artifact_count=0, thumbnail_count=0)
        job = trial.job(limits, notebook.data, requirements, notebook.imports)
        run = await self._runner.run_notebook(job, trial.listener(listen) if listen is not None else None)
        return trial.outcome(run)

    @property
    def random(self) -> Random:
        """Where sentinels come from."""
        return self._random


class _Attempts:
    """The runs of one request; packages that one needs are there for those that follow."""

    def __init__(self, service: Notebooks, notebook: Notebook) -> None:
        self._service = service
        self._notebook = notebook
        self._requirements: list[str] = []
        self._refused: set[str] = set()
        self.notes: dict[int, str] = {}
        """Sentences about cells whose packages could not be had."""

    async def first(self, reporter: Reporter, tell: Tell | None) -> Outcome:
        """The notebook as it stands."""

        def listen(position: int, run: CellRun) -> None:
            if tell is not None:
                tell(reporter.begun(position, run))

        return await self._with_packages(Candidate(tuple(self._notebook.wanted)), listen)

    async def of(self, candidate: Candidate) -> Outcome | None:
        """The notebook in another form; None where it could not be tried."""
        try:
            return await self._with_packages(candidate, None)
        except AgentError:
            return None

    async def _with_packages(
        self, candidate: Candidate, listen: Callable[[int, CellRun], None] | None
    ) -> Outcome:
        """Once more where what it imports is the kernel's and can be installed."""
        outcome = await self._run(candidate, listen)
        for _ in range(_ROUNDS):
            missing = self._missing(outcome)
            if not missing:
                break
            before, self._requirements = self._requirements, sorted({*self._requirements, *missing})
            try:
                outcome = await self._run(candidate, listen)
            except AgentError as error:
                self._requirements = before
                self._refused |= missing.keys()
                self.notes |= dict.fromkeys(chain.from_iterable(missing.values()), error.message)
                break
        return outcome

    async def _run(self, candidate: Candidate, listen: Callable[[int, CellRun], None] | None) -> Outcome:
        service, notebook = self._service, self._notebook
        trial = await asyncio.to_thread(
            Trial, notebook.reading, candidate.order, service.random, prelude=candidate.imports
        )
        return await service.attempt(trial, notebook, self._requirements, listen)

    def _missing(self, outcome: Outcome) -> dict[str, list[int]]:
        """Requirement → cells that could not import it; only what may be installed and was not tried."""
        allowed = [*self._notebook.request.packages, *self._notebook.reading.packages()]
        runs = dict(outcome.broken)
        if outcome.prelude is not None:
            runs[-1] = outcome.prelude
        found: dict[str, list[int]] = {}
        for position, run in runs.items():
            message = run.error.message if run.error is not None else ""
            if message.startswith(_MODULE_MISSING):
                module = message.removeprefix(_MODULE_MISSING).partition("'")[0]
                for requirement in _requirement(module, allowed):
                    found.setdefault(requirement, []).append(position)
        return {
            name: cells for name, cells in found.items() if name not in {*self._requirements, *self._refused}
        }


def _requirement(module: str, allowed: Collection[str]) -> list[str]:
    """The distribution that has the module, where the kernel has it or the notebook installs it."""
    name = LANGUAGES["python"].distribution(module)
    mine = {canonicalize_name(one) for one in allowed}
    if name is None or canonicalize_name(name) not in mine:
        return []
    return approved([name], in_image=())
