"""Verdicts in a few words, for people who watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..validation.models import LintSignal, SecuritySignal, TestsSignal, Verdict


def signal_events(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """``{signal, passed, summary}`` of each signal that the verdict has."""
    signals = verdict.signals
    if signals.tests is not None:
        yield {"signal": "tests", "passed": signals.tests.passed, "summary": of_tests(signals.tests)}
    if signals.lint is not None:
        yield {"signal": "lint", "passed": signals.lint.passed, "summary": of_lint(signals.lint)}
    if signals.security is not None:
        yield {
            "signal": "security",
            "passed": signals.security.passed,
            "summary": of_security(signals.security),
        }


def in_words(verdict: Verdict) -> str:
    """Every signal in one line."""
    return "; ".join(f"{event['signal']}: {event['summary']}" for event in signal_events(verdict))


def of_tests(tests: TestsSignal) -> str:
    """``3 of 4 tests passed, 91 % covered``, with the reason where that does not say why it failed."""
    outcomes = Counter(result.outcome for result in tests.results)
    text = f"{outcomes['passed']} of {_counted(len(tests.results), 'test')} passed"
    if outcomes["not_judged"]:
        text += f", {outcomes['not_judged']} not judged"
    if tests.coverage_percent is not None:
        text += f", {tests.coverage_percent:.0f} % covered"
    return f"{text}. {tests.reason}" if not tests.passed and not outcomes["failed"] and tests.reason else text


def of_lint(lint: LintSignal) -> str:
    """``no findings`` or ``3 findings, 1 blocking``."""
    blocking = sum(finding.severity == "error" for finding in lint.findings)
    if not lint.findings:
        return "no findings"
    return _counted(len(lint.findings), "finding") + (f", {blocking} blocking" if blocking else "")


def of_security(security: SecuritySignal) -> str:
    """``no findings`` or ``1 high, 2 medium``."""
    severities = Counter(finding.severity for finding in security.findings)
    return (
        ", ".join(f"{severities[name]} {name}" for name in ("high", "medium", "low") if severities[name])
        or "no findings"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
