"""What became of the notebook's cells: which failed, by what exception, and what the front end calls them."""

from __future__ import annotations

import re
import sys
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAX_FRAMES = 20
MAX_MESSAGE = 2_000
_MAX_TEXT = 500
_NUMBER = re.compile(r"In\[(\d+)\]")


@dataclass
class Runs:
    """What is kept of each run, by the cell's number; as an event it is told of every one."""

    ids: dict[int, str] = field(default_factory=dict)
    """As the front end has them in the notebook; a terminal has none."""
    failed: set[int] = field(default_factory=set)

    def ran(self, result: Any) -> None:
        """IPython's ``post_run_cell``."""
        number = result.execution_count
        if number is None:
            return
        cell_id = getattr(result.info, "cell_id", None)
        if cell_id is not None:
            self.ids[number] = str(cell_id)
        if not result.success:
            self.failed.add(number)


@dataclass(frozen=True)
class Failure:
    """The exception that a cell ended with."""

    number: int
    type: str
    message: str
    frames: list[dict[str, Any]]
    """Of the notebook's own cells, the outermost first: `cell`, `line`, `function`, `text`."""

    @property
    def sentence(self) -> str:
        """``KeyError: 'price'``, on one line."""
        message = " ".join(self.message.split())[:200]
        return f"{self.type}: {message}" if message else self.type


def last_failure(shell: InteractiveShell) -> Failure | None:
    """The last exception that a cell ended with, without secrets; None where there was none, or it was no cell's."""
    error = getattr(sys, "last_value", None)
    if not isinstance(error, Exception):
        return None
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        number = _cell_of(shell, frame.f_code.co_filename)
        if number is not None:
            frames.append(_frame(shell, number, line, frame.f_code.co_name))
    if isinstance(error, SyntaxError) and not frames:
        number = _cell_of(shell, error.filename or "")
        frames = [_frame(shell, number, error.lineno or 0, "<module>")] if number is not None else []
    if not frames:
        return None
    number = int(frames[0]["cell"][4:-1])
    manager = shell.history_manager
    if manager is None or number >= len(manager.input_hist_raw):
        # It was run without being kept: nobody could say what it was.
        return None
    return Failure(number, type(error).__name__, _text(error), frames[:MAX_FRAMES])


def _cell_of(shell: InteractiveShell, filename: str) -> int | None:
    named = shell.compile.format_code_name(filename)
    match = _NUMBER.fullmatch(named[1]) if named else None
    return int(match[1]) if match else None


def _frame(shell: InteractiveShell, number: int, line: int, function: str) -> dict[str, Any]:
    manager = shell.history_manager
    cells = manager.input_hist_raw if manager is not None else []
    lines = cells[number].splitlines() if number < len(cells) else []
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    from ..core.redaction import Redactor

    text = Redactor().text(text)
    where = "" if function == "<module>" else function
    return {"cell": f"In [{number}]", "line": line, "function": where[:200], "text": text[:_MAX_TEXT]}


def _text(error: Exception) -> str:
    try:
        text = str(error)[:MAX_MESSAGE]
    except Exception as broken:  # the class is the user's own
        return f"(its text can't be had: {type(broken).__name__})"
    from ..core.redaction import Redactor

    return Redactor().text(text)
