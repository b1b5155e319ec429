"""A cell of the user's own with what it builds on, as the engine is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.environment import python_version
from ..core.redaction import Redactor
from . import carrying, context
from .dataflow import cells_behind, names_of
from .restoring import redacted

if TYPE_CHECKING:
    from .ports import Kernel


@dataclass(frozen=True)
class OwnCell:
    """One cell, those that it builds on, and the names that these need or define."""

    number: int
    source: str
    before: list[int]
    """Numbers of the cells that it builds on, in the order in which they ran."""
    names: list[str]
    needed: list[str]
    """Those of them that have to be there before the cells run."""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"In [{self.number}]"


def own_cell(kernel: Kernel, number: int) -> OwnCell:
    """The cell of that number."""
    cells = kernel.cells()
    known = context.user_names(kernel.namespace(), kernel.hidden())
    source = cells[number]
    names = names_of(source)
    ran = cells_that_ran(kernel, number)
    before = _numbers(cells_behind(names.needs & set(known), ran, set(known)), ran)
    used, needed = names.needs | names.defines, set(names.needs)
    for other in before:
        needed |= names_of(ran[other]).needs
        used |= names_of(ran[other]).needs | names_of(ran[other]).defines
    shown = [name for name in known if name in used][: context.MAX_VARIABLES]
    return OwnCell(number, source, before, shown, sorted(needed))


def cells_that_ran(kernel: Kernel, number: int) -> list[str]:
    """The cells before that one, without those that failed.

    Such a one has left half of its work at most: running it again would only fail again.
    """
    failed = kernel.runs().failed
    return ["" if n in failed else cell for n, cell in enumerate(kernel.cells()[:number])]


def described(kernel: Kernel, cell: OwnCell) -> dict[str, Any]:
    """The cell with its id, and those before it with theirs: `fix` and `own_tests` of POST /execute.

    Without secrets: models see them.
    """
    cells, ids = kernel.cells(), kernel.runs().ids
    return {
        "cell": redacted(cell.source),
        "cell_id": ids.get(cell.number),
        "name": cell.name,
        "cells": [{"source": redacted(cells[n]), "id": ids.get(n), "name": f"In [{n}]"} for n in cell.before],
    }


def notebook_context(kernel: Kernel, cell: OwnCell) -> dict[str, Any]:
    """The `context` of a request about the cell: for models types and schemas only, for the sandbox live values."""
    namespace, hidden = kernel.namespace(), kernel.hidden()
    ran = cells_that_ran(kernel, cell.number)
    return {
        "variables": {name: Redactor().text(context.describe(namespace[name])) for name in cell.names},
        "kernel_python": python_version(),
        "packages": context.installed(),
        "notebook": carrying.notebook_of(cell.needed, namespace, hidden, ran),
    }


def _numbers(sources: Sequence[str], cells: Sequence[str]) -> list[int]:
    """Where the sources stand; of equal cells the latest counts."""
    return sorted(max(n for n, cell in enumerate(cells) if cell == source) for source in set(sources))
