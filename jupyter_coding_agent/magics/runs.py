"""What became of the notebook's cells: which failed, by what exception, and what the front end calls them."""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections.abc import Sequence
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
    sources: list[str] = field(default_factory=lambda: [""])
    """Of the cells in a kernel that is told to keep none, as nbval does it; position 0 is not a cell."""
    _kept: bool = False

    def ran(self, result: Any) -> None:
        """IPython's ``post_run_cell``."""
        number = result.execution_count
        if number is None:
            return
        if result.info.store_history and not self._kept:
            self._kept = True
            # What ran before was not the notebook's but, say, what a front end asks about the variables.
            self.ids.clear()
            self.failed.clear()
            del self.sources[1:]
        elif not result.info.store_history:
            if self._kept:
                return
            number = len(self.sources)
            self.sources.append(result.info.raw_cell)
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


def last_failure(shell: InteractiveShell, runs: Runs) -> Failure | None:
    """The last exception that a cell ended with, without secrets; None where there was none, or it was no cell's."""
    error = getattr(sys, "last_value", None)
    if not isinstance(error, Exception):
        return None
    cells = sources(shell, runs)
    frames = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        number = _cell_of(shell, cells, frame.f_code.co_filename)
        if number is not None:
            frames.append(_frame(cells, number, line, frame.f_code.co_name))
    if isinstance(error, SyntaxError) and not frames:
        number = _cell_of(shell, cells, error.filename or "")
        frames = [_frame(cells, number, error.lineno or 0, "<module>")] if number is not None else []
    if not frames:
        return None
    return Failure(int(frames[0]["cell"][4:-1]), type(error).__name__, _text(error), frames[:MAX_FRAMES])


def sources(shell: InteractiveShell, runs: Runs) -> Sequence[str]:
    """The cells that ran, the oldest first: as IPython keeps them or, where it was told to keep none, as they came."""
    manager = shell.history_manager
    kept: Sequence[str] = manager.input_hist_raw if manager is not None else [""]
    return kept if len(kept) > 1 else runs.sources


def _cell_of(shell: InteractiveShell, cells: Sequence[str], filename: str) -> int | None:
    """The number of the cell that was compiled under this name; None where it is none of `cells`."""
    named = shell.compile.format_code_name(filename)
    match = _NUMBER.fullmatch(named[1]) if named else None
    if match is None:
        return None
    # What was run without being kept has the number of the next cell that is, or all of them have the same.
    compiled = "".join(linecache.getlines(filename)).rstrip()
    if not compiled:
        return None
    numbers: list[int] = [int(match[1]), *range(len(cells) - 1, 0, -1)]
    same = (n for n in numbers if 0 < n < len(cells) and _as_compiled(shell, cells[n]) == compiled)
    return next(same, None)


def _as_compiled(shell: InteractiveShell, source: str) -> str:
    try:
        text: str = shell.transform_cell(source)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    except SyntaxError:  # a transformer may refuse a cell, which was not compiled then
        return ""
    return text.rstrip()


def _frame(cells: Sequence[str], number: int, line: int, function: str) -> dict[str, Any]:
    lines = cells[number].splitlines()
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
