"""What a page may know of a kernel and send on: a front end asks by ``user_expressions``.

The same as ``%%agent`` and ``%agent test`` send, with secrets taken out here: what a page has not been told, it can't
pass on. Nothing of the notebook is run or changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..client.environment import python_version
from ..core.errors import Conflict
from ..core.redaction import Redactor
from .context import describe, mentioned, user_names
from .dataflow import names_of
from .describing import is_definition
from .kernel import ShellKernel
from .packages import installed
from .restoring import redacted

MAX_OFFERED = 500
MAX_CELLS = 500


class Offer:
    """An answer for a front end: as JSON it is not cut and needs no reading of Python's notation."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = dict(content)

    def _repr_json_(self) -> dict[str, Any]:
        return self.content

    def __repr__(self) -> str:
        return "Offer"


def variables() -> Offer:
    """The live variables of the kernel that this runs in: the latest `MAX_OFFERED` of them."""
    kernel = _kernel()
    return Offer(offered(kernel.namespace(), kernel.hidden()))


def cells(sources: str) -> Offer:
    """Cells (a JSON list of their sources) without the secrets in them, in the same order."""
    redactor = Redactor()
    given = [source for source in json.loads(sources) if isinstance(source, str)][:MAX_CELLS]
    redacted = [redactor.source(source) for source in given]
    return Offer({"cells": redacted, "withheld": redactor.summary(), **_environment()})


def found(question: str) -> Offer:
    """What code finds in this notebook (see `sent.found`), as a request's context takes it.

    `question` is JSON: the `request`, of whose words names count; `names`; and `cells`, whose names count, too.
    """
    from . import sent

    asked, kernel = json.loads(question), _kernel()
    names = {*asked["names"], *mentioned(asked["request"], user_names(kernel.namespace(), kernel.hidden()))}
    for source in asked["cells"]:
        cell = names_of(source)
        names |= cell.needs | cell.defines
    return Offer({"notebook": sent.found(sorted(names), kernel)})


def own_cell(question: str) -> Offer:
    """A cell that has run, to have tests written for it: `own_tests` and `context` of a request.

    `question` is JSON: the cell's `number` and `source`; and `failed`, such pairs of the cells that failed. Raises
    Conflict where the kernel has not run this cell.
    """
    from . import own_cells

    asked, kernel = json.loads(question), _kernel()
    number = asked["number"]
    if not _ran(kernel, number, asked["source"]):
        raise Conflict("The cell has not run as it stands.")
    # The magics need not be loaded, and then only the page knows what failed.
    kernel.runs().failed |= {one for one, source in asked["failed"] if _ran(kernel, one, source)}
    cell = own_cells.own_cell(kernel, number)
    context = own_cells.notebook_context(kernel, cell)
    context["notebook"]["before"] = [redacted(source) for source in context["notebook"]["before"]]
    return Offer({"own_tests": own_cells.described(kernel, cell), "context": context})


def _ran(kernel: ShellKernel, number: int, source: str) -> bool:
    cells = kernel.cells()
    return 0 < number < len(cells) and cells[number].strip() == source.strip()


def offered(namespace: Mapping[str, Any], hidden: Iterable[str]) -> dict[str, Any]:
    """The user's names in `namespace` and what they are; `hidden` ones are not the user's."""
    # Another thread may define something meanwhile.
    live = dict(namespace)
    redactor = Redactor()
    rows = [
        {
            "name": name,
            "description": redactor.text(describe(live[name]))[:4_000],
            "definition": is_definition(live[name]),
        }
        for name in user_names(live, hidden)[-MAX_OFFERED:]
    ]
    return {"variables": rows, "withheld": redactor.summary(), **_environment()}


def _environment() -> dict[str, Any]:
    return {"kernel_python": python_version(), "packages": installed()}


def _kernel() -> ShellKernel:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise Conflict("This is no IPython kernel.")
    return ShellKernel(shell, lambda: False)
