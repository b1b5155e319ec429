"""How much work something is, as a number that is the same on a busy machine as on an idle one."""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from typing import Any


def calls_of(action: Callable[..., Any], *arguments: Any) -> int:
    """How many functions, Python's and built-in ones, are called while `action(*arguments)` runs."""
    profile = cProfile.Profile()
    profile.runcall(action, *arguments)
    return sum(entry.callcount for entry in profile.getstats())


def growth_of(action: Callable[[Any], Any], made: Callable[[int], Any], size: int) -> float:
    """How many times more calls twice the size takes: 2 where they grow with the size, 4 with its square."""
    once = calls_of(action, made(size))
    return calls_of(action, made(2 * size)) / once
