"""Cells in some order as a job for the runner, and what its untrusted reports mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from ..core.errors import RunnerUnavailable
from ..runner.models import CellFailure, CellRun, CellSource, Limits, NotebookJob, NotebookRun
from .models import CellError
from .reading import Reading
from .sentinels import Sentinel, planted

_ENDED = {
    "died": "Ended",
    "timeout": "TimedOut",
    "memory_limit": "OutOfMemory",
    "output_limit": "TooMuchOutput",
    "finished": "Ended",
}
_PRELUDE = -1


@dataclass
class Outcome:
    """How the cells of a trial came out; positions are those in the notebook."""

    run: NotebookRun
    ran: dict[int, CellRun] = field(default_factory=dict)
    failed: dict[int, CellError] = field(default_factory=dict)
    broken: dict[int, CellRun] = field(default_factory=dict)
    """What those that failed by an exception of their own reported."""
    prelude: CellRun | None = None
    """What the lines that came first reported."""
    believed: set[int] = field(default_factory=set)
    """Those that a sentinel below them vouches for."""
    tampered: bool = False
    """The reports can't be those of an honest run: nothing of them counts."""


class Trial:
    """Some cells of a notebook in some order, with sentinels between them, after lines that come first."""

    def __init__(
        self, reading: Reading, order: Sequence[int], random: Random, *, prelude: Sequence[str] = ()
    ) -> None:
        self._reading = reading
        self._order = [position for position in order if not reading.empty[position]]
        self._sentinels: dict[int, Sentinel] = {}
        self._positions: list[int] = []
        self._cells: list[CellSource] = []
        arranged = Reading([reading.sources[position] for position in self._order])
        if prelude:
            self._append(_PRELUDE, "\n".join(prelude))
        places: list[int] = []
        sentinels = planted(len(self._order), random)
        for place, position in enumerate(self._order):
            self._plant(sentinels.get(place))
            places.append(len(self._cells))
            after = [places[other] for other in sorted(arranged.direct[place])]
            self._append(position, reading.sources[position], after)
        self._plant(sentinels.get(len(self._order)))

    def job(
        self, limits: Limits, data: dict[str, bytes], requirements: list[str], imports: list[str]
    ) -> NotebookJob:
        """What the runner gets."""
        return NotebookJob(
            cells=self._cells, limits=limits, data=data, requirements=requirements, imports=imports
        )

    def listener(self, tell: Callable[[int, CellRun], None]) -> Callable[[CellRun], None]:
        """`tell` in terms of the notebook; of sentinels it hears nothing."""

        def listen(run: CellRun) -> None:
            position = self._positions[run.number]
            if run.number not in self._sentinels and position != _PRELUDE:
                tell(position, run)

        return listen

    def outcome(self, run: NotebookRun) -> Outcome:
        """What the run means.

        Raises:
            RunnerUnavailable: it was not carried out.
        """
        if run.exit.reason in ("infrastructure", "cancelled"):
            raise RunnerUnavailable(
                f"The run was not carried out: {run.exit.detail or run.exit.reason} Try again; "
                "`jupyter coding-agent doctor` shows how the container engine is."
            )
        found = Outcome(run)
        reports = {report.number: report for report in run.cells}
        if run.tampered or not self._is_sound(run, reports):
            found.tampered = True
            return found
        vouched = max((number for number in self._sentinels if number in reports), default=-1)
        for number, report in reports.items():
            position = self._positions[number]
            if number in self._sentinels:
                continue
            if position == _PRELUDE:
                found.prelude = report
                continue
            if number < vouched:
                found.believed.add(position)
            if report.error is None:
                found.ran[position] = report
            else:
                found.broken[position] = report
                found.failed[position] = cell_error(report.error)
        if run.exit.reason != "finished":
            self._blame(found, run)
        return found

    def _is_sound(self, run: NotebookRun, reports: dict[int, CellRun]) -> bool:
        """Did every sentinel that was reached answer, and every cell that nothing kept back report?"""
        finished = run.exit.reason == "finished"
        reached = len(self._cells) if finished else max(reports, default=-1) + 1
        out: set[int] = set()
        for number in range(reached):
            report = reports.get(number)
            sentinel = self._sentinels.get(number)
            if sentinel is not None:
                if report is None or not sentinel.answered_by(report):
                    return False
            elif not out.isdisjoint(self._cells[number].after):
                if report is not None:
                    return False
                out.add(number)
            elif report is None:
                return False
            elif report.error is not None:
                out.add(number)
        return True

    def _blame(self, found: Outcome, run: NotebookRun) -> None:
        """The process ended early: it is the cell that had begun, or else the last one that seemed to be over."""
        number = run.begun
        if number is None or number in self._sentinels or self._positions[number] == _PRELUDE:
            over = [report.number for report in run.cells if report.number not in self._sentinels]
            number = max(over, default=None) if over else None
        position = self._positions[number] if number is not None else self._order[0]
        position = position if position != _PRELUDE else self._order[0]
        found.ran.pop(position, None)
        found.broken.pop(position, None)
        found.believed.discard(position)
        detail = run.exit.detail.replace("before the tests were through", "while it ran")
        found.failed[position] = CellError(type=_ENDED[run.exit.reason], message=detail)

    def _append(self, position: int, source: str, after: Sequence[int] = ()) -> None:
        count = 0 if position == _PRELUDE else position + 1
        self._positions.append(position)
        name = f"In [{count}]"
        self._cells.append(
            CellSource(name=name, source=source.encode(errors="replace"), count=count, after=list(after))
        )

    def _plant(self, sentinel: Sentinel | None) -> None:
        if sentinel is None:
            return
        self._sentinels[len(self._cells)] = sentinel
        self._positions.append(_PRELUDE)
        name = f"In [{len(self._reading.sources) + len(self._sentinels)}]"
        self._cells.append(CellSource(name=name, source=sentinel.source.encode()))


def cell_error(failure: CellFailure) -> CellError:
    """A failure as a report tells it."""
    return CellError(
        type=failure.type,
        message=failure.message.removeprefix(failure.type).removeprefix(": "),
        traceback=failure.traceback,
        line=failure.line or None,
    )
