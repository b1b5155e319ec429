"""A claim, what was measured for it, and the table that shows both."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal


@dataclass(frozen=True)
class Claim:
    """`measured` must be at most / at least `limit`; `detail` shows the numbers it comes from."""

    name: str
    measured: float
    relation: Literal["at most", "at least"]
    limit: float
    unit: str = "×"
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the measurement satisfies the claim."""
        return self.measured <= self.limit if self.relation == "at most" else self.measured >= self.limit

    def line(self) -> str:
        """One line for people."""
        mark = "holds " if self.holds else "BROKEN"
        bound = f"{self.relation} {self.limit:g} {self.unit}"
        return f"{mark}  {self.name:<58} {self.measured:8.3f}  {bound:<16}  {self.detail}"


Side = Callable[[], Awaitable[None]]


async def alternate(sides: Sequence[Side], rounds: int, prepare: Side | None = None) -> list[float]:
    """Time each side in turn, `rounds` times over; `prepare` runs untimed before each.

    Returns the median seconds of each side.
    """
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for taken, side in zip(times, sides, strict=True):
            if prepare is not None:
                await prepare()
            started = perf_counter()
            await side()
            taken.append(perf_counter() - started)
    return [statistics.median(taken) for taken in times]
