"""Verdicts in a few words, for people who watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..validation.models import DataSignal, LintSignal, SecuritySignal, TestsSignal, Verdict


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
    if signals.data is not None:
        yield {"signal": "data", "passed": signals.data.passed, "summary": of_data(signals.data)}


def in_words(verdict: Verdict) -> str:
    """Every signal in one line."""
    return "; ".join(f"{event['signal']}: {event['summary']}" for event in signal_events(verdict))


def of_tests(tests: TestsSignal) -> str:
    """``3 of 4 tests passed, 91 % covered``, with the reason where that does not say why it failed."""
    outcomes = Counter(result.outcome for result in tests.results)
    judged = len(tests.results) - outcomes["quarantined"]
    text = f"{outcomes['passed']} of {_counted(judged, 'test')} passed"
    if outcomes["quarantined"]:
        text += f", {outcomes['quarantined']} set aside as wrong"
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


def of_data(data: DataSignal) -> str:
    """``no warnings`` or ``2 warnings, first line 4: merge turned 3 rows into 5 …``."""
    if not data.findings:
        return "no warnings"
    first, more = data.findings[0], len(data.findings) > 1
    where = f"line {first.line}: " if first.line else ""
    return f"{_counted(len(data.findings), 'warning')}{', first' if more else ','} {where}{first.message}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
