"""The quality score of spec.md section 2: from 1 to 10, with what it was made of."""

from __future__ import annotations

from .models import QualityPart, Signals, Verdict

BEST, WORST = 10.0, 1.0


def score(
    *,
    coverage_percent: float | None,
    lint_findings: int,
    high: int,
    medium: int,
    complexity: float | None = None,
    attempts: int = 1,
) -> tuple[float, list[QualityPart]]:
    """The score and its deductions (`points` is what each took off).

    Starts at 10: coverage below 50 % costs 2, below 80 % costs 1; more than 5 lint findings cost 2, at least
    1 costs 1; each high security finding costs 2 (3 at most), each medium 0.5 (1 at most); complexity above 8
    costs 2, above 6 costs 1; more than 3 attempts cost 1. Never below 1. What is None costs nothing.
    """
    parts: list[QualityPart] = []

    def deduct(name: str, points: float, reason: str) -> None:
        if points:
            parts.append(QualityPart(name=name, points=points, reason=reason))

    if coverage_percent is not None:
        points = 2 if coverage_percent < 50 else 1 if coverage_percent < 80 else 0
        deduct("coverage", points, f"The tests execute {coverage_percent:.0f} % of the statements.")
    deduct(
        "lint",
        2 if lint_findings > 5 else 1 if lint_findings else 0,
        f"{counted(lint_findings, 'lint finding')}.",
    )
    deduct("security_high", min(2 * high, 3), f"{counted(high, 'high-severity security finding')}.")
    deduct("security_medium", min(0.5 * medium, 1), f"{counted(medium, 'medium-severity security finding')}.")
    if complexity is not None:
        deduct(
            "complexity",
            2 if complexity > 8 else 1 if complexity > 6 else 0,
            f"The complexity is {complexity:g}.",
        )
    deduct("attempts", 1 if attempts > 3 else 0, f"It took {attempts} attempts.")
    return max(WORST, min(BEST, BEST - sum(part.points for part in parts))), parts


def of_signals(
    signals: Signals, complexity: float | None = None, attempts: int = 1
) -> tuple[float, list[QualityPart]]:
    """The score of what the signals found; a signal that was not asked for costs nothing."""
    severities = [finding.severity for finding in signals.security.findings] if signals.security else []
    return score(
        coverage_percent=signals.tests.coverage_percent if signals.tests else None,
        lint_findings=len(signals.lint.findings) if signals.lint else 0,
        high=severities.count("high"),
        medium=severities.count("medium"),
        complexity=complexity,
        attempts=attempts,
    )


def rescored(verdict: Verdict, complexity: float | None, attempts: int) -> Verdict:
    """The verdict with the score that counts the request's complexity and the attempts it took."""
    points, parts = of_signals(verdict.signals, complexity, attempts)
    return verdict.model_copy(update={"quality_score": points, "quality_parts": parts})


def counted(number: int, noun: str) -> str:
    """``1 lint finding``, ``2 lint findings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
