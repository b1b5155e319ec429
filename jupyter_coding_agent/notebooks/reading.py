"""What the cells of a notebook take from each other, read from their sources."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from ..core.dataflow import names_of, only_magics

# What a kernel has beside Python's own names.
_KERNELS = {
    "In",
    "Out",
    "display",
    "get_ipython",
    "exit",
    "quit",
    "__name__",
    "__builtins__",
    "_",
    "__",
    "___",
}
_GIVEN = frozenset(dir(builtins)) | _KERNELS
_HISTORY = re.compile(r"_i*\d*")
_ANYTHING = "*"
_PIP = re.compile(
    r"^\s*[%!]\s*(?:(?:pip3?|uv\s+pip|python3?\s+-m\s+pip)\s+install|conda\s+install|mamba\s+install)\s+(.+)$",
    re.M,
)
_PACKAGE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Missing:
    """A name that a cell uses and no cell above it defines."""

    name: str
    below: tuple[int, ...]
    """Positions of the cells below that define it."""


class Reading:
    """The names of every cell, and from which cell each one has those it uses. Positions count from 0."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = sources
        self.names = [names_of(source) for source in sources]
        self.empty = [not source.strip() for source in sources]
        self.only_magics = [only_magics(source) for source in sources]
        self._defining: dict[str, list[int]] = {}
        for index, names in enumerate(self.names):
            for name in names.defines:
                self._defining.setdefault(name, []).append(index)
        self.direct: list[set[int]] = []
        """Of each cell, the cells above without whose names it can't run."""
        self._hidden: list[list[Missing]] = []
        self._read()

    @cached_property
    def known_names(self) -> list[str]:
        """Every name that some cell defines, sorted."""
        return sorted(name for name in self._defining if name.isidentifier())

    def missing(self, index: int) -> list[Missing]:
        """What the cell uses, at once or by a function that it calls, and finds nowhere above it."""
        return self._hidden[index]

    def never_defined(self, index: int) -> list[str]:
        """What functions of this cell use once they are called, and no cell at all defines; sorted."""
        if _ANYTHING in self._defining:
            return []
        return sorted(
            name for name in self.names[index].deferred if not given(name) and name not in self._defining
        )

    def defined_below(self, name: str, index: int) -> tuple[int, ...]:
        """The cells below that define the name."""
        return tuple(place for place in self._defining.get(name, ()) if place > index)

    def behind(self, index: int) -> list[int]:
        """Every cell above that this one builds on, directly or through others, from the top."""
        found: set[int] = set()
        waiting = set(self.direct[index])
        while waiting:
            one = waiting.pop()
            found.add(one)
            waiting |= self.direct[one] - found
        return sorted(found)

    def packages(self) -> list[str]:
        """Plain names of the packages that cells install by ``%pip install`` and the like."""
        words = chain.from_iterable(line.split() for source in self.sources for line in _PIP.findall(source))
        return sorted(
            {match[0] for word in words if not word.startswith("-") and (match := _PACKAGE.match(word))}
        )

    def _read(self) -> None:
        """From the top: who wrote each name last, and what the functions that were defined so far still need."""
        writer: dict[str, int] = {}
        bodies: dict[str, set[str]] = {}
        anything = False
        for index, names in enumerate(self.names):
            anything = anything or _ANYTHING in names.defines
            needs = self._reaching(names.needs - names.deferred, bodies)
            self.direct.append({writer[name] for name in needs if name in writer})
            self._hidden.append(
                [
                    Missing(name, self.defined_below(name, index))
                    for name in sorted(needs)
                    if name not in writer
                    and name not in names.defines - names.needs
                    and not given(name)
                    and (not anything or name in self._defining)
                ]
            )
            # Functions see the notebook as it is when they are called.
            self.direct[index] |= {writer[name] for name in names.deferred if name in writer}
            for name in names.defines:
                writer[name] = index
                bodies[name] = names.bodies.get(name, set())
            for name in names.changes:
                if name in writer:
                    writer[name] = index

    @staticmethod
    def _reaching(needs: Iterable[str], bodies: Mapping[str, set[str]]) -> set[str]:
        """The names, and those that the functions among them need when they are called."""
        found: set[str] = set()
        waiting = set(needs)
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= bodies.get(name, set()) - found
        return found


def given(name: str) -> bool:
    """Does every kernel have this name from the start?"""
    return name in _GIVEN or bool(_HISTORY.fullmatch(name))
