"""Orders in which a notebook's cells may run: by what they take from each other, and as they once were run."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from .reading import Reading


def by_names(reading: Reading) -> list[int] | None:
    """The cells with each behind those that define what it uses, otherwise as they stand.

    None where they stand so already, and where they need each other in a circle.
    """
    before = [set[int]() for _ in reading.sources]
    moved: set[tuple[int, int]] = set()
    for index in range(len(before)):
        for missing in reading.missing(index):
            if missing.below:
                # The first that defines it: a later one would have been there when it was written, too.
                before[index].add(missing.below[0])
                moved.add((index, missing.below[0]))
    if not moved:
        return None
    _keep(reading, before, moved)
    return _sorted(before)


def as_recorded(counts: Sequence[int | None]) -> list[int] | None:
    """The positions by recorded execution counts: the order of the last run of each cell.

    None where counts are missing or doubtful, and where they tell no other order. Cells without a count stay
    behind the one above them.
    """
    known = [count for count in counts if count is not None]
    if len(known) < 2 or len(set(known)) < len(known):
        return None
    keys: list[tuple[int, int]] = []
    last = 0
    for index, count in enumerate(counts):
        last = count if count is not None else last
        keys.append((last, index))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return order if order != list(range(len(order))) else None


def _keep(reading: Reading, before: list[set[int]], moved: set[tuple[int, int]]) -> None:
    """Cells that write the same name, and those that read between, keep their order unless one has to move."""
    writer: dict[str, int] = {}
    readers: dict[str, list[int]] = {}
    for index, names in enumerate(reading.names):
        for name in names.needs & writer.keys():
            before[index].add(writer[name])
        for name in names.needs:
            readers.setdefault(name, []).append(index)
        for name in names.defines | names.changes:
            earlier = [*readers.get(name, ()), *([writer[name]] if name in writer else [])]
            before[index] |= {other for other in earlier if other != index and (other, index) not in moved}
            writer[name] = index
            readers[name] = [index] if name in names.needs else []


def _sorted(before: Sequence[set[int]]) -> list[int] | None:
    """A topological order that takes the topmost cell whenever it can; None for a circle."""
    behind: list[list[int]] = [[] for _ in before]
    waiting = [len(needed) for needed in before]
    for index, needed in enumerate(before):
        for other in needed:
            behind[other].append(index)
    ready = [index for index, count in enumerate(waiting) if count == 0]
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for other in behind[index]:
            waiting[other] -= 1
            if waiting[other] == 0:
                heapq.heappush(ready, other)
    return order if len(order) == len(before) else None
