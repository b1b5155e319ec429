"""Changes that code might be challenged with, and the order in which they are worth trying."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ..runner.models import Change

Operator = Literal["comparison", "arithmetic", "boundary", "boolean", "return", "removed", "exception"]
_OPERATORS = get_args(Operator)


@dataclass(frozen=True)
class Candidate:
    """One change, and what people are told of it."""

    change: Change
    line: int
    scope: str
    """The function or class that holds it; empty at the top level of a file."""
    operator: Operator
    original: str
    changed: str
    """Both on one line."""


def spread(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, so ordered that the first few are of every operator, function and part of the file.

    Always the same order for the same code: first one of each operator in each function, then the second ones;
    which of several comes first is settled by a checksum, so that it is not always the uppermost line.
    """
    groups: dict[tuple[str, str], dict[Operator, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for candidate in candidates:
        groups[candidate.change.path, candidate.scope][candidate.operator].append(candidate)
    ranked: list[tuple[tuple[int, int, int], Candidate]] = []
    for number, by_operator in enumerate(groups.values()):
        for operator, group in by_operator.items():
            turn = (_OPERATORS.index(operator) + number) % len(_OPERATORS)
            ranked += [((nth, turn, number), one) for nth, one in enumerate(sorted(group, key=_checksum))]
    return [candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0])]


def _checksum(candidate: Candidate) -> tuple[int, int]:
    change = candidate.change
    return zlib.crc32(f"{candidate.line} {change.start} {change.text}".encode()), change.start
