"""What of the user's notebook a request needs."""

from __future__ import annotations

import re

from .models import Task
from .source.pysource import defined_names

_MAX_CELLS = 12
_LAST_CELLS = 3
_MAX_VARIABLES = 100
_MAX_SCHEMA = 300
_MAX_NAMED_SCHEMA = 2_000


def known_names(task: Task) -> list[str]:
    """Names that the notebook defines, sorted: not undefined for a linter."""
    names = set(task.variables)
    sources = [cell.source for cell in task.cells]
    if task.notebook is not None:
        names |= task.notebook.values.keys() | task.notebook.missing.keys()
        sources += task.notebook.before
    for source in sources:
        names |= defined_names(source)
    return sorted(name for name in names if name.isidentifier())


def relevant_cells(task: Task) -> list[str]:
    """The last cells, and before them those that define what the request names; in the notebook's order.

    All where they are few: whoever sent them has chosen what the request builds on.
    """
    words = _words(task.prompt)
    sources = [cell.source for cell in task.cells if cell.source.strip()]
    if len(sources) <= _MAX_CELLS:
        return sources
    last = range(max(len(sources) - _LAST_CELLS, 0), len(sources))
    naming = [n for n, source in enumerate(sources) if n not in last and defined_names(source) & words]
    chosen = [*naming[-(_MAX_CELLS - _LAST_CELLS) :], *last]
    return [sources[number] for number in chosen]


def relevant_variables(task: Task) -> str:
    """``name: type`` a line, those that the request names first, else in the order in which they were sent."""
    words = _words(task.prompt)
    names = sorted(task.variables, key=lambda name: name not in words)[:_MAX_VARIABLES]
    most = {name: _MAX_NAMED_SCHEMA if name in words else _MAX_SCHEMA for name in names}
    return "\n".join(f"{name}: {task.variables[name][: most[name]]}" for name in names)


def given_files(task: Task) -> str:
    """``path: what is in it`` a line, no value among it."""
    return "\n".join(f"{one.path}: {one.description}" for one in task.inputs)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", text))
