"""Which cells of a notebook others build on, read from their sources. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.dataflow import CellNames, definitions, names_of, without_timing

__all__ = ["CellNames", "cells_behind", "definitions", "history", "names_of", "without_timing"]

MAX_CELLS = 12
MAX_CHARACTERS = 20_000


def cells_behind(names: Iterable[str], cells: Sequence[str], known: set[str]) -> list[str]:
    """The cells that made `names` what they are, and what those build on in turn; the oldest first.

    Of each name, the latest cell that defines it and the later ones that change it. Only `known` names count,
    and only so many cells are taken.
    """
    parsed = [names_of(source) for source in cells]
    wanted, settled, chosen = set(names), set[str](), set[int]()
    while wanted - settled:
        name = min(wanted - settled)
        settled.add(name)
        for index in history(name, parsed):
            size = sum(len(cells[other]) for other in chosen | {index})
            if index in chosen or len(chosen) == MAX_CELLS or size > MAX_CHARACTERS:
                continue
            chosen.add(index)
            wanted |= parsed[index].needs & known
    return [cells[index] for index in sorted(chosen)]


def history(name: str, parsed: Sequence[CellNames]) -> list[int]:
    """Where in a notebook `name` was last defined, and changed since: indices of cells, in order."""
    defined = next((i for i in range(len(parsed) - 1, -1, -1) if name in parsed[i].defines), None)
    if defined is None:
        return []
    return [defined, *(i for i in range(defined + 1, len(parsed)) if name in parsed[i].changes)]
