"""Proving a cell that the user wrote: with its tests, or by running it after the cells that it builds on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..client.environment import python_version
from ..core.errors import InvalidInput
from .dataflow import cells_behind, names_of, without_timing

FILE = "solution.py"
TESTS = "test_solution.py"
_BETWEEN = "\n\n\n"
"""As many blank lines as a linter wants between definitions."""
_SHELL_LINE = ("%", "!", "?")


@dataclass(frozen=True)
class Case:
    """What is asked of the engine, and how to speak of it."""

    name: str
    source: str
    request: dict[str, Any]
    before: int
    """How many cells run before it."""
    lines_before: int


def case(cells: Sequence[str], number: int, known: Sequence[str], tests: str | None) -> Case:
    """The case of cell `number`; `known` are the notebook's names.

    Tests call the cell with what it needs. Without tests it is run, and then needs what other cells made.
    """
    source = cells[number]
    names = names_of(source)
    before: list[str] = []
    if tests is None:
        before = cells_behind(names.needs & set(known), cells[:number], set(known))
    code = _BETWEEN.join(without_timing(cell) for cell in [*before, source])
    lines_before = sum((cell + _BETWEEN).count("\n") for cell in before)
    everything = names.needs | names.defines
    request: dict[str, Any] = {
        "language": "python",
        "files": {FILE: code},
        "cell": FILE,
        "known_names": [name for name in known if name in everything],
        "kernel_python": python_version(),
    }
    if tests is not None:
        request["tests"] = {TESTS: tests}
    return Case(f"In [{number}]", source, request, len(before), lines_before)


def cell_number(cells: Sequence[str], text: str) -> int:
    """The number of the cell meant by `text`, or of the last one that holds code of the user's.

    Raises InvalidInput where there is none.
    """
    if text:
        if not (text.isascii() and text.isdigit() and 0 < int(text) < len(cells)):
            raise InvalidInput(f"There is no cell In [{text}]: give the number of a cell that has run.")
        return int(text)
    for number in range(len(cells) - 1, 0, -1):
        lines = [line for line in cells[number].splitlines() if line.strip()]
        if (
            lines
            and not lines[0].startswith("%%")
            and not all(line.startswith(_SHELL_LINE) for line in lines)
        ):
            return number
    raise InvalidInput("No cell has run yet that could be validated.")


def report(case: Case, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict in terms of the notebook: lines of the cell, and of cells before it."""
    signals = {
        name: {**signal, "findings": [_placed(finding, case) for finding in signal["findings"]]}
        if signal and "findings" in signal
        else signal
        for name, signal in verdict["signals"].items()
    }
    ran = signals.get("tests")
    if ran and "tests" not in case.request:
        # There were no tests: what is listed is the run of the cell itself.
        results = [{**result, "id": case.name} for result in ran["results"]]
        signals["tests"] = {**ran, "results": results}
    explanation = verdict.get("explanation") or ""
    if not case.lines_before:
        # Else the lines that it may name would be counted from another cell's beginning.
        explanation = re.sub(rf"\b{re.escape(FILE)}", case.name, explanation)
    if case.before:
        cells = "a cell" if case.before == 1 else f"{case.before} cells"
        explanation += f" It was run after {cells} that it builds on."
    files = {case.name: case.source}
    tests = case.request.get("tests", {})
    return {**verdict, "signals": signals, "explanation": explanation.strip(), "files": files, "tests": tests}


def _placed(finding: Mapping[str, Any], case: Case) -> dict[str, Any]:
    line = finding["line"] - case.lines_before
    if line > 0:
        return {**finding, "path": case.name, "line": line}
    return {**finding, "path": "a cell before it"}
