"""What a page may know of a kernel before a person chooses what to send: a front end asks by ``user_expressions``.

Names, types and schemas, described as for ``%%agent`` (see `describing`), with secrets taken out here: what a page has
not been told, it can't pass on. Nothing of the notebook is run or changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..client.environment import python_version
from ..core.errors import Conflict
from ..core.redaction import Redactor
from .context import describe, user_names
from .describing import is_definition
from .kernel import ShellKernel
from .packages import installed

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
