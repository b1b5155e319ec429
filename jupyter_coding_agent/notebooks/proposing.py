"""What may mend a notebook that breaks, each tried before it is proposed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from . import ordering
from .findings import cell_name
from .imports import binds
from .models import CellReport, NotebookCell, Proposal
from .reading import Reading
from .trial import Outcome


@dataclass(frozen=True)
class Candidate:
    """An order and lines that come first."""

    order: tuple[int, ...]
    imports: tuple[str, ...] = ()


Try = Callable[[Candidate], Awaitable[Outcome | None]]


def candidates(
    reading: Reading, cells: Sequence[NotebookCell], reports: Sequence[CellReport]
) -> list[Candidate]:
    """What is worth a run: the order that names ask for, then the recorded one, with the imports that are missing."""
    standing = tuple(range(len(cells)))
    imports = _imports(reports)
    orders = [ordering.by_names(reading), ordering.as_recorded([cell.execution_count for cell in cells])]
    wanted = [Candidate(tuple(order), imports) for order in orders if order is not None]
    if imports and not wanted:
        wanted = [Candidate(standing, imports)]
    return list(dict.fromkeys(wanted))


async def proposed(wanted: Sequence[Candidate], before: Outcome, count: int, attempt: Try) -> Proposal | None:
    """The first candidate with which everything ran, else the one with which most more did; None if none helps."""
    best: Proposal | None = None
    for candidate in wanted:
        after = await attempt(candidate)
        proposal = _proposal(candidate, before, after, count)
        if proposal is not None and (
            best is None or (proposal.mended, len(proposal.ran)) > (best.mended, len(best.ran))
        ):
            best = proposal
        if best is not None and best.mended:
            break
    return best


def _proposal(candidate: Candidate, before: Outcome, after: Outcome | None, count: int) -> Proposal | None:
    if after is None:
        return None
    gained = sorted(after.ran.keys() - before.ran.keys())
    if after.tampered or not gained or before.ran.keys() - after.ran.keys():
        return None
    place = {position: number for number, position in enumerate(candidate.order)}
    broken = sorted(after.failed, key=place.__getitem__)
    moved = list(candidate.order) != list(range(count))
    parts = []
    if candidate.imports:
        parts.append(f"with {'; '.join(candidate.imports)} at the top")
    if moved:
        parts.append("in the proposed order")
    how = " and ".join(parts)
    if broken:
        names = ", ".join(cell_name(position) for position in gained[:5])
        message = f"{how[0].upper()}{how[1:]}, {names} ran as well; {cell_name(broken[0])} still breaks."
    else:
        message = f"{how[0].upper()}{how[1:]}, every cell ran."
    return Proposal(
        order=list(candidate.order) if moved else None,
        imports=list(candidate.imports),
        mended=not broken,
        ran=gained,
        breaks=broken[0] if broken else None,
        message=message,
    )


def _imports(reports: Sequence[CellReport]) -> tuple[str, ...]:
    """One line for each name that is missing and known, in the order in which they are needed."""
    lines: list[str] = []
    for report in reports:
        for hidden in report.relies_on:
            if hidden.suggestion and not any(binds(line, hidden.name) for line in lines):
                lines.append(hidden.suggestion)
    return tuple(lines)
