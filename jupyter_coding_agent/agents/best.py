"""Which attempt is delivered: the best, not the last."""

from __future__ import annotations

from collections.abc import Sequence

from ..validation.models import Verdict
from .models import Attempt, Judgement

Rank = tuple[bool, int, int, bool, bool, float, float]


def best_attempt(attempts: Sequence[Attempt], judgement: Judgement) -> Attempt | None:
    """The believed attempt; else the one of the highest rank, of equals the earliest."""
    believed = [attempt for attempt in attempts if attempt.number == judgement.believed]
    return max(
        believed or attempts,
        key=lambda attempt: (rank(attempt.verdict, attempt.mutation_score), -attempt.number),
        default=None,
    )


def rank(verdict: Verdict | None, mutation_score: float | None = None) -> Rank:
    """Most hard tests passed, then soft ones (shown and hidden), then security, lint, mutation score, quality."""
    if verdict is None:
        return False, 0, 0, False, False, 0.0, 0.0
    signals = verdict.signals
    results = signals.tests.results if signals.tests else []
    kinds = [result.kind for result in results if result.outcome == "passed"]
    return (
        verdict.status == "passed",
        kinds.count("hard"),
        len(kinds) - kinds.count("hard"),
        signals.security is not None and signals.security.passed,
        signals.lint is not None and signals.lint.passed,
        mutation_score or 0.0,
        verdict.quality_score or 0.0,
    )
