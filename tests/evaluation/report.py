"""From records to the numbers that are claimed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby
from statistics import fmean
from typing import Any

from tests.evaluation.records import Record

Z_95 = 1.959963984540054
"""The normal distribution's quantile for a two-sided interval of 95 %."""


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a share (E. B. Wilson, 1927, JASA 22); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def summary(records: Sequence[Record]) -> dict[str, Any]:
    """An arm's numbers. Executions that the infrastructure lost count as not delivered."""
    delivered = sum(record.delivered for record in records)
    right = sum(record.right for record in records)
    low, high = wilson(right, delivered)
    attempts = [record.attempts for record in records if record.attempts]
    return {
        "delivered": delivered,
        "passed_right": right,
        "precision": right / delivered if delivered else None,
        "precision_low": low,
        "precision_high": high,
        "solvable": len(records),
        "recall": right / len(records) if records else None,
        "mean_attempts": fmean(attempts) if attempts else None,
        "cost": sum(record.cost for record in records),
        "time_seconds": fmean(record.seconds for record in records) if records else None,
        "partial_but_right": sum(
            record.status == "partial" and record.oracle == "passed" for record in records
        ),
        "troubled": sum(bool(record.trouble) for record in records),
    }


def by_attempt(records: Sequence[Record], most: int = 5) -> list[dict[str, Any]]:
    """For 1 to `most` attempts: the shares of executions that were delivered as passed by then, and rightly so."""
    total = len(records) or 1
    rows = []
    for number in range(1, most + 1):
        by_then = [record for record in records if record.delivered and (record.attempts or 0) <= number]
        right = sum(record.right for record in by_then)
        rows.append({"attempt": number, "passed": len(by_then) / total, "right": right / total})
    return rows


def by(records: Sequence[Record], key: Callable[[Record], Any]) -> dict[str, Any]:
    """The summary of each group."""
    return {str(name): summary(list(group)) for name, group in groupby(sorted(records, key=key), key)}


def report(arms: dict[str, Sequence[Record]], **about: Any) -> dict[str, Any]:
    """The whole report as it is written to report.json. `about`: what was run, and with what."""
    return {
        **about,
        "arms": {arm: summary(records) for arm, records in arms.items()},
        "by_attempt": {arm: by_attempt(records) for arm, records in arms.items()},
        "by_category": {arm: by(records, lambda record: record.category) for arm, records in arms.items()},
        "by_seed": {arm: by(records, lambda record: record.seed) for arm, records in arms.items()},
        "wrong": {
            arm: [f"{one.task} (seed {one.seed})" for one in records if one.delivered and not one.right]
            for arm, records in arms.items()
        },
    }
