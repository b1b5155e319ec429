"""Which executions of one user are due to go: a decision about rows, made without a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """One execution of the user's."""

    id: str
    ended: bool
    at: datetime
    """When it ended; before that, when it was asked for."""


def due(
    rows: Sequence[Kept],
    references: Iterable[tuple[str | None, str]],
    *,
    now: datetime,
    cutoff: datetime,
    most: int,
) -> list[str]:
    """Ids of the executions that go, in the order of `rows`.

    Args:
        rows: all executions of one user, the oldest first, in the order in which they were stored.
        references: who refers to which execution; None where it is no execution, and so stays.
        cutoff: what ended before it is too old.
        most: how many of the latest are kept.
    """
    going: set[str] = set()
    latest = len(rows) - most
    passed: datetime | None = None
    for place, row in enumerate(rows):
        # What is stored later can't be older. So a row that was stored while the clock was behind is not taken early.
        # A time that is yet to come says that the clock was ahead, and nothing about the rows after it.
        if row.at <= now:
            passed = max(passed or row.at, row.at)
        old = row.at <= now and passed is not None and passed < cutoff
        if row.ended and (old or place < latest):
            going.add(row.id)
    _keep_what_is_needed(going, list(references))
    return [row.id for row in rows if row.id in going]


def _keep_what_is_needed(going: set[str], references: Collection[tuple[str | None, str]]) -> None:
    """Take from `going` what something that stays refers to, until nothing changes."""
    needed = {target for source, target in references if target in going and source not in going}
    while needed:
        going -= needed
        needed = {target for source, target in references if target in going and source in needed}
