"""What is tried next with code that does not pass: each rung costs more than the one before."""

from __future__ import annotations

from collections.abc import Sequence

from ..llm.models import TierName
from .models import Attempt, Origin
from .signature import failure_signature

RUNGS: tuple[Origin, ...] = ("draft", "repair", "reason", "fresh", "sample")
"""The first draft; a repair; a repair that states the cause first; a fresh start one tier up; the best of several
independent solutions."""
_TIERS: tuple[TierName, ...] = ("simple", "medium", "complex")


def next_rung(attempts: Sequence[Attempt]) -> Origin:
    """The rung after these attempts. A failure that was seen before jumps one: the same again won't help."""
    height = 0
    seen: set[str] = set()
    for attempt in attempts:
        signature = signature_of(attempt)
        height += 2 if signature in seen else 1
        seen.add(signature)
    return RUNGS[min(height, len(RUNGS) - 1)]


def signature_of(attempt: Attempt) -> str:
    """What makes two failures the same."""
    return failure_signature(attempt.verdict) if attempt.verdict else f"{attempt.error_class}"


def tier_up(tier: TierName) -> TierName:
    """The next better tier; the best one is its own."""
    return _TIERS[min(_TIERS.index(tier) + 1, len(_TIERS) - 1)]
