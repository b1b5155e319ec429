"""Cells whose end only the host knows: a run whose reports were made up gets them wrong."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ..runner.models import CellRun

_EVERY = 10
_MOST = 12


@dataclass(frozen=True)
class Sentinel:
    """A cell that breaks in a way of its own and leaves the notebook's names alone."""

    source: str
    message: str

    def answered_by(self, run: CellRun) -> bool:
        """Did it break as it must?"""
        return run.error is not None and run.error.message == self.message and not run.left_out


def planted(count: int, random: Random) -> dict[int, Sentinel]:
    """Sentinels for a notebook of so many cells: how many cells stand above → the sentinel; one is the last."""
    wanted = min(1 + count // _EVERY, _MOST)
    places = {count, *random.sample(range(1, count), min(wanted - 1, max(count - 1, 0)))}
    return {place: _sentinel(random) for place in sorted(places)}


def _sentinel(random: Random) -> Sentinel:
    a, b = random.randint(10**4, 10**6), random.randint(10**4, 10**6)
    name = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=10))
    return random.choice(
        [
            Sentinel(f"{{}}[{a} * {b}]", f"KeyError: {a * b}"),
            Sentinel(f"{{}}[{a} + {b}]", f"KeyError: {a + b}"),
            Sentinel(f"().{name}", f"AttributeError: 'tuple' object has no attribute '{name}'"),
            Sentinel(f"[].{name}({a})", f"AttributeError: 'list' object has no attribute '{name}'"),
        ]
    )
