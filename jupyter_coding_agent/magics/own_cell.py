"""Proving a cell that the user wrote, in its notebook: with its tests, or by running it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..client.environment import python_version
from ..core.errors import InvalidInput
from .context import user_names
from .dataflow import names_of, without_timing

FILE = "solution.py"
TESTS = "test_solution.py"
_SHELL_LINE = ("%", "!", "?")


@dataclass(frozen=True)
class Case:
    """What is asked of the engine, and how to speak of it."""

    name: str
    source: str
    request: dict[str, Any]


def case(
    cells: Sequence[str],
    number: int,
    namespace: Mapping[str, Any],
    hidden: Sequence[str],
    tests: str | None,
) -> Case:
    """The case of cell `number` in the notebook of this namespace; `hidden` names in it are not the user's."""
    from .carrying import notebook_of  # only now: it is not needed for loading the magics

    source = cells[number]
    names = names_of(source)
    # It has run, and others after it: what they made or altered is not what it found.
    since = [names_of(cell) for cell in cells[number:]]
    changed = set[str]().union(*(cell.defines | cell.changes for cell in since))
    everything = names.needs | names.defines
    request: dict[str, Any] = {
        "language": "python",
        "files": {FILE: without_timing(source)},
        "cell": FILE,
        "known_names": [name for name in user_names(namespace, hidden) if name in everything],
        "kernel_python": python_version(),
        "notebook": notebook_of(sorted(names.needs), namespace, hidden, cells[:number], changed),
    }
    if tests is not None:
        request["tests"] = {TESTS: tests}
    return Case(f"In [{number}]", source, request)


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
    """The verdict in terms of the notebook: of the cell instead of a file."""
    signals = {
        name: {**signal, "findings": [{**finding, "path": case.name} for finding in signal["findings"]]}
        if signal and "findings" in signal
        else signal
        for name, signal in verdict["signals"].items()
    }
    ran = signals.get("tests")
    if ran and "tests" not in case.request:
        # There were no tests: what is listed is the run of the cell itself.
        results = [{**result, "id": case.name} for result in ran["results"]]
        signals["tests"] = {**ran, "results": results}
    explanation = re.sub(rf"\b{re.escape(FILE)}", case.name, verdict.get("explanation") or "")
    files = {case.name: case.source}
    tests = case.request.get("tests", {})
    return {**verdict, "signals": signals, "explanation": explanation, "files": files, "tests": tests}
