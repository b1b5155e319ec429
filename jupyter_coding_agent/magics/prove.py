"""``%agent prove``: does the notebook run from a clean start?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client.notebooks import Cell, cell_line, notes, read_notebook, request_for, rows
from ..core.errors import AgentError
from . import render
from .artifacts import attach

if TYPE_CHECKING:
    from .options import CommandOptions
    from .session import Session

_MOST_ROWS = 60


def prove(session: Session, options: CommandOptions, rest: str) -> None:
    """run a notebook from a clean start in a container: %agent prove [--context FILE] [FILE.ipynb]; else this one"""
    what, request = _request(session, rest.strip().strip("\"'"))
    if options.attached:
        request["context_artifacts"] = attach(session.client, options.attached)
    area = session.screen.area(render.message(f"{what}: running in the sandbox …"))

    def ended(cell: Cell) -> None:
        line = cell_line(cell)
        area.update(render.message(f"{what}: {line}"), line)

    try:
        report = session.client.notebooks.prove(request, ended)
    except KeyboardInterrupt:
        area.finish(render.message("Interrupted: not proved.", tone="warn"))
        return
    except AgentError as problem:
        area.finish(render.error(problem))
        return
    told = rows(report)
    if len(told) > _MOST_ROWS:
        told = [row for row in told if row[2] != "ran" or row[3]]
    about = [what, *notes(report)]
    if len(told) > _MOST_ROWS:
        about.append(f"{len(told) - _MOST_ROWS} more cells: jupyter coding-agent prove --json tells all.")
    area.finish(render.table("Proof", ["", "cell", "status", ""], told[:_MOST_ROWS], about))


def _request(session: Session, named: str) -> tuple[str, dict[str, Any]]:
    """What is proved, in words, and the request: a file, this kernel's notebook, or the cells that ran."""
    if named:
        path = Path(named).expanduser()
        return path.name, read_notebook(path)
    own = session.kernel.notebook()
    if own is not None:
        return f"{own.name}, as it was saved", read_notebook(own)
    cells = [
        {"source": source.encode(errors="replace").decode(), "execution_count": number}
        for number, source in enumerate(session.kernel.cells())
        if number and "%agent prove" not in source
    ]
    return "The cells that ran in this kernel", request_for(cells, "This kernel")
