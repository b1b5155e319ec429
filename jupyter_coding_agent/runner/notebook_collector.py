"""Makes a NotebookRun of what a notebook's container sends. It is not trusted: all is parsed, capped, counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from .collector import Collector
from .models import CellRun, Exit, Isolation, Limits, NotebookRun
from .wire import Frame

CellListener = Callable[[CellRun], None]
"""Told of each cell as it ends; what it is told may still turn out to be tampered with."""


class _Begins(BaseModel):
    number: Annotated[int, Field(ge=0)]


class NotebookCollector(Collector):
    """Takes the frames of a notebook's run; gives the NotebookRun.

    A cell begins and ends before the next begins, each once and in the job's order: whatever says otherwise was
    not written by the harness.
    """

    def __init__(self, limits: Limits, count: int, listener: CellListener | None = None) -> None:
        super().__init__(limits)
        self._count = count
        self._listener = listener
        self._cells: list[CellRun] = []
        self._begun: int | None = None
        self._tampered = False

    def take(self, frame: Frame) -> None:
        """Take one frame; a malformed one about a cell is none of the harness's own."""
        before = self.noise
        super().take(frame)
        if self.noise > before and str(frame.get("t")).startswith("cell_"):
            self._tampered = True

    def notebook_run(self, exit_: Exit, duration_ms: float, isolation: Isolation) -> NotebookRun:
        """What came, as a NotebookRun that ended so."""
        run = self.run(exit_, duration_ms, isolation)
        return NotebookRun(
            exit=exit_,
            cells=self._cells,
            begun=self._begun,
            tampered=self._tampered,
            effects=run.effects,
            data_findings=run.data_findings,
            stdout=run.stdout,
            stderr=run.stderr,
            duration_ms=duration_ms,
            isolation=isolation,
        )

    def _on_cell_begins(self, body: dict[str, Any]) -> None:
        number = _Begins.model_validate(body).number
        last = self._cells[-1].number if self._cells else -1
        if self._begun is not None or not last < number < self._count:
            raise ValueError("not the next cell")
        self._begun = number

    def _on_cell_ends(self, body: dict[str, Any]) -> None:
        cell = CellRun.model_validate(body)
        if cell.number != self._begun or not math.isfinite(cell.duration_ms):
            raise ValueError("not the cell that has begun")
        self._begun = None
        self._cells.append(cell)
        if self._listener is not None and not self._tampered:
            self._listener(cell)
