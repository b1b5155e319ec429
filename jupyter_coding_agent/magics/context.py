"""What is sent about the notebook: the live variables, cells, functions and imports that a request builds on.

Names, types and schemas; values only where every model that may be asked is allowed to see them. Describing runs none
of the user's own code (see `describing`), and secrets are taken out of all of it before it leaves the kernel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..client.environment import python_version
from ..core.redaction import Redactor
from .dataflow import cells_behind, names_of
from .describing import describe, is_definition
from .packages import installed
from .sampling import sample

__all__ = ["MAX_VARIABLES", "describe", "gather", "installed", "mentioned", "user_names"]

MAX_VARIABLES = 50
MAX_DEFINITIONS = 60
MAX_SAMPLES = 10
_NAME = re.compile(r"[^\W\d]\w*")
_BACKTICKED = re.compile(r"`([^`\n]+)`")
_SHELL_NAMES = {"In", "Out", "get_ipython", "exit", "quit", "open"}


def gather(
    request: str,
    namespace: Mapping[str, Any],
    hidden: Iterable[str],
    cells: Sequence[str],
    *,
    redactor: Redactor | None = None,
    samples_welcome: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The ``context`` of an execute request.

    `namespace` is the user's, `hidden` names in it are not the user's; `cells` are sources, the oldest first.
    `redactor` is told what was taken out. `samples_welcome` says whether values may be sent; it is only asked where
    there are some.
    """
    redactor = redactor or Redactor()
    # Another thread may define something meanwhile.
    live = dict(namespace)
    own = user_names(live, hidden)
    names = mentioned(request, own)[:MAX_VARIABLES]
    sources = cells_behind(names, cells, set(own))
    told = [*names, *_used_by(sources, own, names), *_definitions(live, own, names)]
    context = {
        "variables": {name: redactor.text(describe(live[name])) for name in dict.fromkeys(told)},
        "cells": [{"source": redactor.source(source)} for source in sources],
        "kernel_python": python_version(),
        "packages": installed(),
    }
    values = [name for name in names if not is_definition(live[name])][:MAX_SAMPLES]
    if values and samples_welcome():
        samples = [(name, sample(name, live[name], redactor)) for name in values]
        context["samples"] = [{"name": name, "text": text} for name, text in samples if text]
    return context


def user_names(namespace: Mapping[str, Any], hidden: Iterable[str]) -> list[str]:
    """The names that the user defined, in order of definition."""
    others = _SHELL_NAMES | set(hidden)
    return [
        name
        for name in list(namespace)
        if type(name) is str and not name.startswith("_") and name not in others
    ]


def mentioned(request: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that the request speaks of.

    A single letter counts only between backticks: "a" and "I" are words.
    """
    quoted = {name for span in _BACKTICKED.findall(request) for name in _NAME.findall(span)}
    words = {word for word in _NAME.findall(request) if len(word) > 1} | quoted
    return [name for name in names if name in words]


def _used_by(sources: Sequence[str], own: Sequence[str], already: Sequence[str]) -> list[str]:
    """The user's names in the cells that are sent."""
    found = set[str]()
    for source in sources:
        names = names_of(source)
        found |= names.needs | names.defines | names.changes
    return [name for name in own if name in found and name not in already][:MAX_VARIABLES]


def _definitions(live: Mapping[str, Any], own: Sequence[str], already: Sequence[str]) -> list[str]:
    """The latest functions, classes and imports: what code may call instead of writing it again."""
    return [name for name in own if name not in already and is_definition(live[name])][-MAX_DEFINITIONS:]
