"""What an execution ends with: the best attempt, and why it is believed or is not."""

from __future__ import annotations

from ..validation.quality import rescored
from .best import best_attempt
from .explain import five_lines
from .models import Attempt, History, Outcome, Plan


def passed(attempt: Attempt) -> bool:
    """Whether its verdict is a pass on the tests as they stood."""
    return attempt.verdict is not None and attempt.verdict.status == "passed"


def cost_of(known: History) -> float:
    """What the stored part of an execution cost, in US dollars."""
    tests = known.tests_completion.cost_usd if known.tests_completion else 0.0
    return tests + known.judgement.cost_usd + sum(attempt.cost_usd for attempt in known.attempts)


def deliver(plan: Plan, known: History, ended: str, cost_usd: float) -> Outcome:
    """The outcome; `ended` is the sentence why nothing is believed (empty where something is)."""
    best = best_attempt(known.attempts, known.judgement)
    outcome = Outcome(
        status="failed",
        plan=plan,
        tests=known.tests,
        attempts=known.attempts,
        best=None,
        explanation=ended,
        judgement=known.judgement,
        cost_usd=cost_usd,
    )
    if best is None:
        return outcome
    total = len(known.attempts)
    outcome.best = best.number
    outcome.attempts = [_scored(a, plan, total) if a is best else a for a in known.attempts]
    outcome.status = "passed" if best.number == known.judgement.believed else "partial"
    lines = five_lines(best, known.attempts, known.judgement)
    if outcome.status == "partial":
        headline = f"Not validated. {ended} What is delivered is attempt {best.number} of {total}."
        if best.error_message and best.error_message not in ended:
            headline += f" Why it did not pass: {best.error_message}"
        lines.insert(0, headline)
    outcome.explanation = "\n".join(" ".join(line.split()) for line in lines)
    return outcome


def _scored(attempt: Attempt, plan: Plan, attempts: int) -> Attempt:
    """The attempt with the quality score that counts the request's complexity and the attempts it took."""
    verdict = attempt.verdict
    if verdict is None or verdict.quality_score is None:
        return attempt
    return attempt.model_copy(update={"verdict": rescored(verdict, plan.complexity.score, attempts)})
