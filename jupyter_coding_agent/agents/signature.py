"""Is it the same failure again? What changes from run to run, or from value to value, is left out."""

from __future__ import annotations

import hashlib
import re

from ..validation.models import Verdict

_LONGEST = 2_000  # of one message
_SIGNATURE = 1_000
_QUOTED = 20
_RULES = [
    (re.compile(rf"'[^'\n]{{{_QUOTED},}}'|\"[^\"\n]{{{_QUOTED},}}\""), "<text>"),
    (re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[\w.~-]*[/\\])+[\w.-]+(?::\d+)?"), "<path>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<address>"),
    (re.compile(r"\b\d+(?:\.\d+)?\s?(?:ns|µs|us|ms|s|sec|seconds?|min|minutes?)\b"), "<duration>"),
    (re.compile(r"(?<!\w)-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?"), "<n>"),
    (re.compile(r"\s+"), " "),
]


def failure_signature(verdict: Verdict) -> str:
    """Class, failing tests and normalized messages in one text of at most 1,000 characters.

    Equal for the same failure again: numbers, addresses, paths, durations and long quotations don't count.
    """
    parts: list[str] = [verdict.error_class or verdict.status]
    tests, lint, security = verdict.signals.tests, verdict.signals.lint, verdict.signals.security
    failing = sorted(
        (result for result in (tests.results if tests else []) if result.outcome == "failed"),
        key=lambda result: result.id,
    )
    parts += [result.id for result in failing]
    messages = [result.message for result in failing]
    if not failing:
        messages.append(verdict.explanation or (tests.reason if tests else ""))
        messages += [
            f"{f.code} {f.message}" for f in (lint.findings if lint else []) if f.severity == "error"
        ]
        findings = security.findings if security else []
        messages += [f"{f.type} {f.message}" for f in findings if f.severity == "high"]
    text = " | ".join([*parts, *sorted({normalized(message) for message in messages} - {""})])
    if len(text) <= _SIGNATURE:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: _SIGNATURE - len(digest) - 1]}…{digest}"


def normalized(message: str) -> str:
    """A message without what differs between two runs of the same failure."""
    message = message[:_LONGEST]
    for pattern, replacement in _RULES:
        message = pattern.sub(replacement, message)
    return message.strip()
