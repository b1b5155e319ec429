"""What whoever repairs gets to know: the most useful first, and no more than the budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..runner.models import LintFinding, SecurityFinding
from ..validation.models import TestResult, Verdict
from . import pysource
from .classify import kind_of
from .fencing import clean, shorten
from .models import Attempt

_Finding = LintFinding | SecurityFinding

BUDGET = 12_000
"""Characters of all sections together."""
MAX_FAILURES = 5
_LEAST = 200  # a shorter piece of a section says nothing
_FAILURE, _FINDINGS, _DIFF, _OUTPUT, _WARNINGS = 2_500, 2_000, 3_000, 1_500, 1_000
_TRACEBACK, _SOURCE, _LOCAL, _LOCALS, _VALUE = 1_200, 1_200, 200, 12, 500


@dataclass(frozen=True)
class Section:
    """One piece of evidence: data for a prompt, not yet fenced."""

    title: str
    text: str


@dataclass(frozen=True)
class Feedback:
    """What is said of a failed attempt."""

    attempt: int
    meaning: str
    advice: str
    sections: list[Section]
    left_out: list[str]
    """Sentences: what the budget left no room for."""


def build_feedback(
    attempt: Attempt, tests: Mapping[str, str], *, unchanged: bool = False, budget: int = BUDGET
) -> Feedback:
    """The feedback on an attempt that was judged and did not pass.

    `unchanged` says that the attempt repeated the code of an earlier one.
    """
    kind = kind_of(attempt.error_class)
    advice = kind.advice
    if unchanged:
        advice += (
            " The last reply repeated code that had already failed: this time change what causes the failure."
        )
    sections, left_out = [], []
    for title, text, limit in _evidence(attempt, tests):
        room = min(limit, budget)
        if room < min(_LEAST, len(text)):
            left_out.append(f"Left out for length: {title}.")
            continue
        kept = shorten(text, room)
        budget -= len(kept)
        sections.append(Section(title, kept))
    return Feedback(attempt.number, kind.meaning, advice, sections, left_out)


def _evidence(attempt: Attempt, tests: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """Title, text and most characters of each piece, the most useful first."""
    if attempt.error_message:
        yield "what went wrong", clean(attempt.error_message), _OUTPUT
    verdict = attempt.verdict
    if verdict is None:
        return
    yield from _failures(verdict, tests)
    lint, security = verdict.signals.lint, verdict.signals.security
    findings: list[_Finding] = [*(lint.findings if lint else []), *(security.findings if security else [])]
    blocking = [finding for finding in findings if finding.severity in ("error", "high")]
    if blocking:
        yield "findings that must go", _listed(blocking, attempt.files), _FINDINGS
    if attempt.number > 1 and attempt.diff:
        yield "what the last attempt changed", attempt.diff, _DIFF
    for name, output in (("stderr", verdict.stderr), ("stdout", verdict.stdout)):
        if output.strip():
            yield f"end of {name}", clean(output)[-_OUTPUT:], _OUTPUT
    others = [finding for finding in findings if finding.severity not in ("error", "high")]
    if others:
        yield "findings that cost quality", _listed(others, attempt.files), _WARNINGS


def _failures(verdict: Verdict, tests: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    failing = [
        result
        for result in (verdict.signals.tests.results if verdict.signals.tests else [])
        if result.outcome == "failed"
    ]
    alike: dict[str, list[TestResult]] = {}
    for result in sorted(failing, key=lambda result: result.kind != "hard"):
        # Many tests that fail by one cause are one failure; an assertion's values make it its own.
        alike.setdefault(result.message or result.id, []).append(result)
    groups = list(alike.values())
    for number, group in enumerate(groups[:MAX_FAILURES], start=1):
        yield f"failing test {number}", _failure(group, tests), _FAILURE
    if len(groups) > MAX_FAILURES:
        names = "\n".join(result.id for group in groups[MAX_FAILURES:] for result in group)
        yield "further failing tests", names, _LOCAL * 2


def _failure(group: Sequence[TestResult], tests: Mapping[str, str]) -> str:
    first = group[0]
    lines = [first.id + (" (the user's own example)" if first.kind == "hard" else "")]
    if first.expected is not None:
        lines.append(f"expected: {shorten(first.expected, _VALUE)}")
    if first.actual is not None:
        lines.append(f"actual:   {shorten(first.actual, _VALUE)}")
    if first.message:
        lines.append(f"message:  {shorten(first.message, _VALUE)}")
    source = _source(first.id, tests)
    if source:
        lines += ["source of the test:", shorten(source, _SOURCE)]
    if first.traceback:
        lines += ["traceback:", shorten(first.traceback, _TRACEBACK)]
    if first.locals:
        lines += ["names where it failed:"]
        lines += [
            f"  {name} = {shorten(value, _LOCAL)}" for name, value in list(first.locals.items())[:_LOCALS]
        ]
    if len(group) > 1:
        lines.append("the same in: " + ", ".join(result.id for result in group[1:]))
    return clean("\n".join(lines))


def _source(test_id: str, tests: Mapping[str, str]) -> str:
    path, _, name = test_id.partition("::")
    return pysource.test_functions(tests.get(path, "")).get(name.partition("[")[0], "")


def _listed(findings: Iterable[_Finding], files: Mapping[str, str]) -> str:
    return "\n".join(_finding(finding, files.get(finding.path, "").split("\n")) for finding in findings)


def _finding(finding: _Finding, lines: Sequence[str]) -> str:
    code = finding.code if isinstance(finding, LintFinding) else finding.type
    text = f"{finding.path}:{finding.line}: {code} {finding.message}"
    if isinstance(finding, SecurityFinding) and finding.fix_suggestion:
        text += f" Suggested: {finding.fix_suggestion}"
    if 1 <= finding.line <= len(lines):
        text += f"\n    {lines[finding.line - 1].strip()[:_LOCAL]}"
    return text
