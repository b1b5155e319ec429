"""Which attempt is delivered: the best, not the last."""

from __future__ import annotations

from collections.abc import Sequence

from .models import Attempt


def best_attempt(attempts: Sequence[Attempt]) -> Attempt | None:
    """Most hard tests passed, then soft ones, then security, lint, quality; of equals the earliest."""
    return max(attempts, key=_rank, default=None)


def _rank(attempt: Attempt) -> tuple[bool, int, int, bool, bool, float, int]:
    verdict = attempt.verdict
    if verdict is None:
        return False, 0, 0, False, False, 0.0, -attempt.number
    signals = verdict.signals
    passed = (
        [result.kind for result in signals.tests.results if result.outcome == "passed"]
        if signals.tests
        else []
    )
    return (
        verdict.status == "passed",
        passed.count("hard"),
        len(passed) - passed.count("hard"),
        signals.security is not None and signals.security.passed,
        signals.lint is not None and signals.lint.passed,
        verdict.quality_score or 0.0,
        -attempt.number,
    )
