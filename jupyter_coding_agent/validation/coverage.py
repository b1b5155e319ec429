"""Line coverage: what ran of what counts as a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def percent(statements: Mapping[str, Iterable[int]], executed: Mapping[str, Iterable[int]]) -> float | None:
    """Executed statements in percent of all, over all files, one decimal; None where there is no statement.

    Lines that the run reports but the static analysis doesn't know as statements are ignored.
    """
    total = hit = 0
    for path, lines in statements.items():
        wanted = set(lines)
        total += len(wanted)
        hit += len(wanted.intersection(executed.get(path, ())))
    return round(100 * hit / total, 1) if total else None


def missed(
    statements: Mapping[str, Iterable[int]], executed: Mapping[str, Iterable[int]]
) -> dict[str, list[int]]:
    """Path → sorted lines of statements that were not executed; files without any are left out."""
    lines = {
        path: sorted(set(wanted).difference(executed.get(path, ()))) for path, wanted in statements.items()
    }
    return {path: numbers for path, numbers in lines.items() if numbers}
