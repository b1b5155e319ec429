"""Receipts of what a run from a clean start has proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core.digest import source_sha256
from ..runner.models import EffectEvent, Isolation
from ..validation.effects import merge
from ..validation.models import NotebookProof, Receipt, Signals, ValidationRequest, Verdict
from ..validation.receipts import Signer, content_of
from .models import CellReport

FILE = "solution.py"
"""The path of a cell's code in its receipt, as in those of cells that the agent inserts."""
MOST_HASHES = 20_000
"""Of cells above, in all receipts of a notebook together: beyond that, cells far below get none."""


class Signing:
    """Signs the receipts of one report. `scanned`: the security scan was judged."""

    def __init__(
        self,
        signer: Signer,
        isolation: Isolation,
        kernel_python: str | None,
        sources: Sequence[str],
        *,
        scanned: bool,
    ) -> None:
        self._signer = signer
        self._isolation = isolation
        self._kernel_python = kernel_python
        self._sources = sources
        self._scanned = scanned
        self._digests = [source_sha256(source) for source in sources]
        self._hashes = 0

    def cell(self, report: CellReport, events: Sequence[EffectEvent]) -> Receipt | None:
        """That this cell ran after those that it builds on; None where that would take too much room."""
        self._hashes += len(report.builds_on)
        if self._hashes > MOST_HASHES:
            return None
        above = [self._digests[position] for position in report.builds_on]
        behind = (
            f", after {_cells(len(above))} that it builds on" if above else " and builds on no other cell"
        )
        why = f"It ran from a clean start{behind}."
        files = {FILE: self._sources[report.index].rstrip()}
        return self._sign(files, [report], above, events, [why])

    def notebook(self, reports: Sequence[CellReport], events: Sequence[EffectEvent]) -> Receipt:
        """That all of these ran, one after the other."""
        ran = [report for report in reports if report.status == "ran"]
        files = {report.name: self._sources[report.index].rstrip() for report in ran}
        above = [self._digests[report.index] for report in ran]
        why = f"{_cells(len(ran))} ran from a clean start, one after the other in one fresh container."
        return self._sign(files, ran, above, events, [why])

    def _sign(
        self,
        files: Mapping[str, str],
        reports: Sequence[CellReport],
        above: list[str],
        events: Sequence[EffectEvent],
        explanation: list[str],
    ) -> Receipt:
        request = ValidationRequest(
            files=dict(files), cell=FILE if FILE in files else None, kernel_python=self._kernel_python
        )
        verdict = Verdict(
            status="ran",
            signals=Signals(),
            effects=merge([], events),
            isolation=self._isolation,
        )
        signals = {"lint": {"passed": True, "findings": sum(len(report.lint) for report in reports)}}
        if self._scanned:
            signals["security"] = {
                "passed": True,
                "findings": sum(len(report.security) for report in reports),
            }
        return self._signer.sign(
            {
                **content_of(request, verdict),
                "signals": signals,
                "notebook": NotebookProof(cells=above),
                "explanation": explanation,
            }
        )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
