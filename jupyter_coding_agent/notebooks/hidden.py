"""The hidden state that a cell relies on, from its source and from the run, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .findings import cell_name
from .imports import import_for
from .models import HiddenName
from .reading import Reading, given
from .trial import Outcome


def hidden_names(reading: Reading, position: int, outcome: Outcome) -> list[HiddenName]:
    """What the cell uses and nothing above it defines.

    A cell that ran had all it used: only what its functions use when somebody calls them can still be missing.
    """
    below: dict[str, tuple[int, ...]] = {}
    if position not in outcome.ran:
        below.update({missing.name: missing.below for missing in reading.missing(position)})
    below.update(dict.fromkeys(reading.never_defined(position), ()))
    broken = outcome.broken.get(position)
    seen = broken.error.missing if broken is not None and broken.error is not None else ""
    from_source = set(below)
    if seen and seen not in below and seen.isidentifier() and not given(seen):
        below[seen] = reading.defined_below(seen, position)
    return [_hidden(reading, name, below, seen == name, name in from_source) for name in sorted(below)]


def _hidden(
    reading: Reading, name: str, below: Mapping[str, tuple[int, ...]], in_run: bool, in_source: bool
) -> HiddenName:
    cells = below[name]
    suggestion = "" if cells else import_for(name, reading.sources)
    if cells:
        message = f"{name} is defined only below, in {cell_name(cells[0])}."
    elif suggestion:
        message = f"{name} is defined nowhere: an import is missing, as it seems."
    else:
        message = f"{name} is defined nowhere: the cell that made it was deleted or changed."
    seen: list[Literal["source", "run"]] = ["source"] if in_source else []
    if in_run:
        seen.append("run")
    return HiddenName(
        name=name,
        kind="defined below" if cells else "defined nowhere",
        defined_in=list(cells),
        seen=seen,
        suggestion=suggestion,
        message=message,
    )
