"""What an execution ends with: the best attempt and an honest sentence about it."""

from __future__ import annotations

from collections.abc import Sequence

from ..validation.quality import rescored
from .best import best_attempt
from .models import Attempt, History, Outcome, Plan
from .summaries import in_words


def proved(attempts: Sequence[Attempt]) -> bool:
    """Whether the last attempt passed: then nothing is left to do."""
    return bool(attempts) and attempts[-1].verdict is not None and attempts[-1].verdict.status == "passed"


def cost_of(known: History) -> float:
    """What the stored part of an execution cost, in US dollars."""
    tests = known.tests_completion.cost_usd if known.tests_completion else 0.0
    return tests + sum(attempt.cost_usd for attempt in known.attempts)


def deliver(plan: Plan, known: History, ended: str, cost_usd: float) -> Outcome:
    """The outcome; `ended` is the sentence why nothing passed (empty where something did)."""
    best = best_attempt(known.attempts)
    outcome = Outcome(
        status="failed",
        plan=plan,
        tests=known.tests,
        attempts=known.attempts,
        best=None,
        explanation=ended,
        cost_usd=cost_usd,
    )
    if best is None:
        return outcome
    total = len(known.attempts)
    which = f"attempt {best.number} of {total}"
    found = in_words(best.verdict) if best.verdict else "it could not be judged"
    outcome.best = best.number
    outcome.attempts = [_scored(a, plan, total) if a is best else a for a in known.attempts]
    if proved(known.attempts):
        outcome.status, outcome.explanation = "passed", f"Proved in {which} ({found})."
    else:
        outcome.status = "partial"
        outcome.explanation = f"Not validated. {ended} What is delivered is {which} ({found})."
        if best.error_message and best.error_message != ended:
            outcome.explanation += f" Why it did not pass: {best.error_message}"
    return outcome


def _scored(attempt: Attempt, plan: Plan, attempts: int) -> Attempt:
    """The attempt with the quality score that counts the request's complexity and the attempts it took."""
    verdict = attempt.verdict
    if verdict is None or verdict.quality_score is None:
        return attempt
    return attempt.model_copy(update={"verdict": rescored(verdict, plan.complexity.score, attempts)})
