"""What code will find in this notebook, as a sandbox is told: cells to run before it, and live values.

The values are samples in a neutral form (`neutral`). They go to the engine on this machine and into the container,
never to a model.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from ..core.redaction import EMAIL, Redactor
from ..core.secret_shapes import kind_of
from . import neutral
from .context import describe, user_names
from .dataflow import MAX_CELLS, MAX_CHARACTERS, CellNames, definitions, history, names_of

MAX_NAMES = 60
MAX_CHARACTERS_CARRIED = 5_000_000
"""Of all values together, in their neutral form."""
_ROWS = (2_000, 500, 100, 20)
"""How many rows are taken: so many of every value, or fewer of every one where that is too much."""
_LOOKED_THROUGH = 20_000
"""How far a text is searched for secrets: what is longer is data, and a person waits meanwhile."""
_DISTRIBUTION = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.]*?)-(?P<version>\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info"
)


def notebook_of(
    names: Iterable[str],
    namespace: Mapping[str, Any],
    hidden: Iterable[str],
    cells: Sequence[str],
    changed: Collection[str] = (),
) -> dict[str, Any]:
    """The ``notebook`` of a request: what code that uses `names` of the notebook finds there.

    `namespace` is the user's, `hidden` names in it are not the user's; `cells` are sources, the oldest first.
    Functions, classes and imports are made again by their cells, values are carried over as they are now; those
    that were `changed` since the code is meant to run are made again as well.
    """
    found = _Gathering(namespace, user_names(namespace, hidden), cells, changed)
    found.follow(names)
    values = _carried(found)
    return {
        "before": [cells[index] for index in sorted(found.chosen)],
        "values": values,
        "missing": found.missing,
        "versions": versions(),
    }


@dataclass
class _Gathering:
    """The names that are needed, and where each comes from."""

    namespace: Mapping[str, Any]
    known: Sequence[str]
    cells: Sequence[str]
    changed: Collection[str]
    values: list[str] = field(default_factory=list)
    """Names whose values are carried over."""
    chosen: set[int] = field(default_factory=set)
    """Indices of cells that run again."""
    missing: dict[str, str] = field(default_factory=dict)

    def follow(self, names: Iterable[str]) -> None:
        """Take these names and what the cells that make them need in turn."""
        parsed = [names_of(source) for source in self.cells]
        known, waiting, seen = set(self.known), list(names), set[str]()
        while waiting and len(seen) < MAX_NAMES:
            name = waiting.pop(0)
            if name in seen or name not in known:
                continue
            seen.add(name)
            # Code about a value may well use the libraries that its cell uses, as the notebook has imported them.
            read = {other for index in history(name, parsed) for other in parsed[index].needs & known}
            waiting += sorted(other for other in read if type(self.namespace[other]) is ModuleType)
            for index in self._cells_of(name, parsed):
                # What a cell defines for its own functions may have been given another value since.
                waiting += sorted(parsed[index].needs.union(*parsed[index].bodies.values()) & known)

    def _cells_of(self, name: str, parsed: Sequence[CellNames]) -> list[int]:
        """The cells that are run for this name, which they did not run for yet."""
        value, made_by = self.namespace[name], history(name, parsed)
        # isinstance would ask a value of an unknown class what it takes itself for.
        defined = issubclass(type(value), type) or issubclass(type(value), neutral.DEFINITIONS)
        defined = defined or (bool(made_by) and name in definitions(self.cells[made_by[0]]))
        if defined or name in self.changed:
            if not made_by:
                self.missing[name] = "no cell of the notebook defines or imports it"
            return self._choose(made_by)
        if secret := _secret(name, value):
            self.missing[name] = f"{secret}, which stays in the kernel"
            return []
        try:
            neutral.Writer(_ROWS[-1], MAX_CHARACTERS_CARRIED).form(value)
        except neutral.NotCarried as reason:
            self.missing[name] = str(reason)
        except Exception as error:  # a library may fail in any way, and another thread may change the value
            self.missing[name] = f"it could not be read: {type(error).__name__}"
        else:
            self.values.append(name)
            return []
        if neutral.a_kind(value) in neutral.ELSEWHERE or not made_by:
            return []
        self.missing[name] += "; the cell that makes it is run again"
        return self._choose(made_by)

    def _choose(self, indices: Iterable[int]) -> list[int]:
        new = []
        for index in indices:
            size = sum(len(self.cells[other]) for other in self.chosen | {index})
            if index not in self.chosen and len(self.chosen) < MAX_CELLS and size <= MAX_CHARACTERS:
                self.chosen.add(index)
                new.append(index)
        return new


def _secret(name: str, value: Any) -> str:
    """Why this text stays in the kernel whatever needs it; nothing where it is none, or none with a secret."""
    if type(value) not in (str, bytes):
        return ""
    if kind := kind_of(name):
        return f"by its name it is a secret ({kind})"
    redactor = Redactor()
    part = value[:_LOOKED_THROUGH]
    redactor.text(part if isinstance(part, str) else part.decode("latin-1"))
    kinds = [kind for kind in redactor.found if kind != EMAIL]
    return f"there is a secret in it ({', '.join(kinds)})" if kinds else ""


def _carried(found: _Gathering) -> dict[str, dict[str, str]]:
    """The values, with so many rows of each that all of them may be sent.

    As many of every value, so that tables and arrays that belong together still do. What does not fit even with
    the fewest is missing.
    """
    for rows in _ROWS[:-1]:
        try:
            return _written(found, found.values, rows)
        except neutral.TooMuch:
            continue
    values: dict[str, dict[str, str]] = {}
    for name in found.values:
        room = MAX_CHARACTERS_CARRIED - sum(len(value["content"]) for value in values.values())
        try:
            values |= _written(found, [name], _ROWS[-1], room)
        except neutral.TooMuch as reason:
            found.missing[name] = str(reason)
    return values


def _written(
    found: _Gathering, names: Sequence[str], rows: int, room: int = MAX_CHARACTERS_CARRIED
) -> dict[str, dict[str, str]]:
    """These values. Raises TooMuch where they don't fit together."""
    values = {}
    for name in names:
        value, writer = found.namespace[name], neutral.Writer(rows, room)
        try:
            content = json.dumps(writer.form(value), allow_nan=False, separators=(",", ":"))
        except neutral.TooMuch:
            raise
        except neutral.NotCarried as reason:
            found.missing[name] = str(reason)
        except Exception as error:  # as above
            found.missing[name] = f"it could not be read: {type(error).__name__}"
        else:
            room -= len(content)
            if room < 0:
                raise neutral.TooMuch("it is too large to be carried over, even a small part of it")
            description = "; ".join([describe(value), *writer.cut])
            values[name] = {"description": description[:4_000], "content": content}
    return values


def versions() -> dict[str, str]:
    """Distribution → version of what this kernel can import, read from the names of its folders."""
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            entries = sorted(path.name for path in Path(folder or ".").iterdir())
        except OSError:
            continue
        for match in filter(None, map(_DISTRIBUTION.fullmatch, entries)):
            found.setdefault(match["name"].replace("_", "-").lower()[:200], match["version"][:200])
    return dict(list(found.items())[:5_000])
