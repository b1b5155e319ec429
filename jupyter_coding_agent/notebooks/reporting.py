"""The report of a proof, put together from the run and from what the tools found in the sources."""

from __future__ import annotations

from collections.abc import Sequence

from ..runner.models import CellRun
from .findings import Findings, cell_name, data_finding
from .hidden import hidden_names
from .models import CellReport, CellStatus, NotebookCell, ProveRequest
from .reading import Reading
from .trial import Outcome, cell_error

_NO_FILE = (
    " Files beside the notebook are not in the container: give what it reads along (context_artifacts; "
    "--context FILE)."
)
_NO_MODULE = (
    " The image does not have it, and nobody allowed it to be installed: a package must be in the kernel's "
    "environment, or installed by a %pip install line of the notebook."
)
_TAMPERED = "The run's reports were tampered with, so nothing of it counts."


class Reporter:
    """Makes the cells' reports of one request."""

    def __init__(self, request: ProveRequest, reading: Reading, wanted: Sequence[int]) -> None:
        self._cells = request.cells
        self._only = request.only
        self._reading = reading
        self._wanted = frozenset(wanted)

    def begun(self, position: int, run: CellRun) -> CellReport:
        """What can be told of a cell as soon as it has ended."""
        report = self._blank(position, "ran")
        if run.error is not None:
            report.status = "failed"
            report.error = cell_error(run.error)
        self._ended(report, run)
        return report

    def cells(self, outcome: Outcome, findings: Findings, notes: dict[int, str]) -> list[CellReport]:
        """Every cell's report, without receipts; `notes` are sentences to add where a cell failed."""
        return [self._cell(position, outcome, findings, notes) for position in range(len(self._cells))]

    def _cell(self, position: int, outcome: Outcome, findings: Findings, notes: dict[int, str]) -> CellReport:
        if self._reading.empty[position]:
            report = self._blank(position, "skipped")
            report.reason = "It is empty."
            return report
        if position in outcome.failed:
            report = self._failed(position, outcome, notes)
        elif position in outcome.ran:
            report = self.begun(position, outcome.ran[position])
        else:
            report = self._blank(position, "not run")
            report.reason = self._why_not(position, outcome)
        report.lint = findings.lint.get(position, [])
        report.security = findings.security.get(position, [])
        report.data = [
            *findings.data.get(position, []),
            *(
                data_finding(one.line, one.kind, one.message)
                for one in outcome.run.data_findings
                if one.path == report.name
            ),
        ]
        if position in self._wanted:
            report.relies_on = hidden_names(self._reading, position, outcome)
        report.builds_on = self._reading.behind(position)
        return report

    def _failed(self, position: int, outcome: Outcome, notes: dict[int, str]) -> CellReport:
        run = outcome.broken.get(position)
        if run is not None:
            report = self.begun(position, run)
        else:
            report = self._blank(position, "failed")
            report.error = outcome.failed[position]
        hint = {"FileNotFoundError": _NO_FILE, "ModuleNotFoundError": _NO_MODULE}.get(
            report.error.type if report.error else "", ""
        )
        report.reason = (notes.get(position) or hint).strip()
        return report

    def _why_not(self, position: int, outcome: Outcome) -> str:
        if outcome.tampered:
            return _TAMPERED
        if position not in self._wanted:
            assert self._only is not None
            return f"{cell_name(self._only)} does not build on it."
        broken = [other for other in self._reading.behind(position) if other in outcome.failed]
        if broken:
            return f"It builds on {cell_name(broken[0])}, which broke."
        return "The run ended before."

    def _ended(self, report: CellReport, run: CellRun) -> None:
        report.stdout, report.stdout_cut = run.stdout, run.stdout_cut
        report.duration_ms = run.duration_ms
        if not run.left_out:
            return
        lines = ", ".join(line.split("\n")[0][:80] for line in run.left_out)
        report.reason = f"Left out, for it needs the live notebook: {lines}."
        if report.status == "ran" and self._reading.only_magics[report.index]:
            report.status = "skipped"

    def _blank(self, position: int, status: CellStatus) -> CellReport:
        cell: NotebookCell = self._cells[position]
        return CellReport(
            index=position,
            id=cell.id,
            name=cell_name(position),
            execution_count=cell.execution_count,
            status=status,
        )


def explained(reports: Sequence[CellReport], outcome: Outcome, findings: Findings, only: int | None) -> str:
    """A few sentences on the whole."""
    if outcome.tampered:
        return _TAMPERED
    ran = sum(report.status == "ran" for report in reports)
    failed = [report for report in reports if report.status == "failed"]
    waiting = sum(report.status == "not run" for report in reports)
    sentences = []
    if failed:
        first = failed[0]
        error = first.error
        what = ": ".join(filter(None, [error.type, error.message])) if error is not None else ""
        sentences.append(f"{first.name} breaks: {what}{'' if what.endswith('.') else '.'}")
        others = [report.name for report in failed[1:]]
        if others:
            also = "breaks" if len(others) == 1 else "break"
            sentences.append(f"{_listed(others)} {also} too, without needing it.")
        if waiting and only is None:
            were = "was" if waiting == 1 else "were"
            sentences.append(f"{_counted(waiting, 'cell')} behind that {were} not run.")
    elif only is not None:
        sentences.append(f"{cell_name(only)} ran from a clean start, after the cells that it builds on.")
    else:
        sentences.append(f"{_counted(ran, 'cell')} ran from a clean start, one after the other.")
    hidden = sorted({name.name for report in reports for name in report.relies_on})
    if hidden:
        sentences.append(f"Nothing above defines {_listed(hidden)} where it is used.")
    high = sum(finding.severity == "high" for report in reports for finding in report.security)
    if high:
        sentences.append(f"{_counted(high, 'security finding')} of high severity.")
    if findings.unknown:
        sentences.append(findings.unknown)
    return " ".join(sentences)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(shown) + more
