"""What the static tools say of each cell, in the cell's own lines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..core.errors import AgentError
from ..runner.models import EffectEvent
from ..validation.languages import LANGUAGES
from ..validation.models import CellsRequest, SecuritySignal, Verdict
from ..validation.service import Validator
from .models import CellFinding
from .reading import Reading

_PATH = re.compile(r"cell_(\d{1,5})\.py")
_AT_ONCE = 100
_BYTES_AT_ONCE = 2 * 1024 * 1024
_MOST = 50


@dataclass
class Findings:
    """Of the cells that were looked at, by position."""

    lint: dict[int, list[CellFinding]] = field(default_factory=dict)
    security: dict[int, list[CellFinding]] = field(default_factory=dict)
    data: dict[int, list[CellFinding]] = field(default_factory=dict)
    scanned: bool = False
    """The security scan was judged: settings may leave it out."""
    unclean: set[int] = field(default_factory=set)
    """Cells that lint or security fails."""
    effects: list[EffectEvent] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    unknown: str = ""
    """Why nothing is known, in a sentence; empty where the tools have looked."""


async def look(
    validator: Validator, reading: Reading, positions: Sequence[int], kernel_python: str | None
) -> Findings:
    """The findings of these cells. Tools that fail at them are a sentence: the run still tells what it can."""
    found = Findings()
    wanted = [position for position in positions if not reading.empty[position]]
    try:
        for some in _batches(reading, wanted):
            # A NUL is told by the run, as the fault of its cell alone.
            cells = {_path(position): reading.sources[position].replace("\0", " ") for position in some}
            verdict = await validator.validate(CellsRequest(files=cells, known_names=reading.known_names))
            _take(found, verdict)
        await _newer(found, reading, wanted, kernel_python)
    except AgentError as error:
        found.unknown = f"Lint and security could not be judged: {error.message}"
        found.unclean.update(wanted)
    return found


def _batches(reading: Reading, positions: Sequence[int]) -> Iterable[list[int]]:
    batch: list[int] = []
    size = 0
    for position in positions:
        length = len(reading.sources[position].encode(errors="replace"))
        if batch and (len(batch) == _AT_ONCE or size + length > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(position)
        size += length
    if batch:
        yield batch


def _take(found: Findings, verdict: Verdict) -> None:
    signals = verdict.signals
    for lint in signals.lint.findings if signals.lint else ():
        position = _position(lint.path)
        one = CellFinding(line=lint.line, code=lint.code, severity=lint.severity, message=lint.message)
        _add(found.lint, position, one)
        if lint.severity == "error":
            found.unclean.add(position)
    security = signals.security
    found.scanned = security is not None
    for finding in security.findings if security else ():
        position = _position(finding.path)
        _add(
            found.security,
            position,
            CellFinding(
                line=finding.line,
                code=finding.type,
                severity=finding.severity,
                message=finding.message,
                fix_suggestion=finding.fix_suggestion,
            ),
        )
        if not _passes(security) and finding.severity == "high":
            found.unclean.add(position)
    for silent in signals.data.findings if signals.data else ():
        if silent.path is not None:
            found.data.setdefault(_position(silent.path), []).append(
                data_finding(silent.line, silent.kind, silent.message)
            )
    found.imports |= set(verdict.effects.imports)
    for event in verdict.effects.events:
        if event.path is not None:
            named = event.model_copy(update={"path": cell_name(_position(event.path))})
            found.effects.append(named)


async def _newer(
    found: Findings, reading: Reading, positions: Sequence[int], kernel_python: str | None
) -> None:
    if kernel_python is None:
        return
    newer_than = LANGUAGES["python"].newer_than

    def newer() -> dict[int, str]:
        sentences = {
            position: newer_than({_path(position): reading.sources[position]}, kernel_python)
            for position in positions
            # What is no Python looks like a Python to come.
            if not reading.only_magics[position]
        }
        return {
            position: text.replace(_path(position), cell_name(position))
            for position, text in sentences.items()
        }

    for position, sentence in (await asyncio.to_thread(newer)).items():
        if sentence:
            one = CellFinding(line=1, code="newer-python", severity="error", message=sentence)
            _add(found.lint, position, one)
            found.unclean.add(position)


def cell_name(position: int) -> str:
    """As a run from a clean start numbers it."""
    return f"In [{position + 1}]"


def data_finding(line: int | None, kind: str, message: str) -> CellFinding:
    """A silent failure of data code."""
    return CellFinding(line=line or 1, code=kind, severity="warning", message=message)


def _passes(security: SecuritySignal | None) -> bool:
    return security is None or security.passed


def _add(findings: dict[int, list[CellFinding]], position: int, one: CellFinding) -> None:
    listed = findings.setdefault(position, [])
    if len(listed) < _MOST:
        listed.append(one)


def _path(position: int) -> str:
    return f"cell_{position + 1}.py"


def _position(path: str) -> int:
    """The cell that a path of ours stands for; the tools' output is not trusted."""
    match = _PATH.fullmatch(path)
    return int(match[1]) - 1 if match else 0
