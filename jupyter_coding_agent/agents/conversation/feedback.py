"""What whoever repairs gets to know: the most useful first, and no more than the budget."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...runner.models import DataFinding, LintFinding, SecurityFinding
from ...validation.models import TestResult, Verdict
from ..classify import kind_of
from ..models import Attempt
from ..source import suites
from .assertions import expected_and_actual
from .fencing import clean, fit, shorten, tokens
from .redaction import Redaction

_Finding = LintFinding | SecurityFinding | DataFinding

BUDGET_TOKENS = 3_500
"""Of all sections together, as `fencing.tokens` estimates."""
MAX_FAILURES = 5
_LEAST = 60  # tokens: a shorter piece of a section says nothing
_FAILURE, _FINDINGS, _DIFF, _OUTPUT, _WARNINGS = 700, 600, 900, 450, 300  # tokens
# Characters of the parts of one failure.
_TRACEBACK, _SOURCE, _LOCAL, _LOCALS, _VALUE = 1_200, 1_200, 200, 12, 500
_END, _MESSAGE = 1_500, 4_000


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
    unseen: str = ""
    """What is said of failing tests that are not shown; empty if there are none."""


def build_feedback(
    attempt: Attempt,
    tests: Mapping[str, str],
    *,
    hidden: Collection[str] = (),
    unchanged: bool = False,
    budget_tokens: int = BUDGET_TOKENS,
) -> Feedback:
    """The feedback on an attempt that was judged and did not pass.

    `tests` are all test files. Nothing of the tests whose ids are in `hidden`, or that a result calls hidden or
    quarantined, appears in it. `unchanged` says that the attempt repeated the code of an earlier one.
    """
    results = _results(attempt.verdict)
    redaction = _redaction(tests, hidden, results)
    failing = [result for result in results if result.outcome == "failed"]
    shown = [result for result in failing if redaction.shows(result)]
    kind = kind_of(attempt.error_class)
    meaning, advice, unseen = kind.meaning, kind.advice, _unseen(len(failing) - len(shown), bool(shown))
    if unseen and not shown and attempt.error_class in ("assertion", "exception"):
        meaning, advice = "It is wrong for inputs that you were not shown.", "Read the request again."
    if unchanged:
        advice += (
            " The last reply repeated code that had already failed: this time change what causes the failure."
        )
    sections, left_out = [], []
    for title, text, limit in _evidence(attempt, tests, shown, redaction, told=bool(unseen)):
        needed = tokens(text)
        room = min(limit, budget_tokens)
        if room < min(_LEAST, needed):
            left_out.append(f"Left out for length: {title}.")
            continue
        kept = fit(text, room)
        budget_tokens -= tokens(kept)
        sections.append(Section(title, kept))
    return Feedback(attempt.number, meaning, advice.strip(), sections, left_out, unseen)


def what_went_wrong(
    attempts: Sequence[Attempt], tests: Mapping[str, str], *, hidden: Collection[str] = ()
) -> list[str]:
    """One line for each thing that earlier attempts got wrong, each once, the latest last; nothing of their code."""
    lines: dict[str, None] = {}
    for attempt in attempts:
        results = _results(attempt.verdict)
        redaction = _redaction(tests, hidden, results)
        failing = [result for result in results if result.outcome == "failed"]
        shown = [result for result in failing if redaction.shows(result)]
        for result in shown[:MAX_FAILURES]:
            message = clean(redaction.evidence(result.message)).split("\n")[0]
            lines[f"{result.id.partition('::')[2]}: {shorten(message or 'failed', _VALUE)}"] = None
        if not shown:
            lines[kind_of(attempt.error_class).meaning] = None
        if len(shown) < len(failing):
            lines["A test that is not shown failed."] = None
    return list(lines)[-4 * MAX_FAILURES :]


def _results(verdict: Verdict | None) -> list[TestResult]:
    return verdict.signals.tests.results if verdict and verdict.signals.tests else []


def _redaction(tests: Mapping[str, str], hidden: Collection[str], results: Iterable[TestResult]) -> Redaction:
    marked = {result.id for result in results if result.hidden or result.outcome == "quarantined"}
    return Redaction(tests, {*hidden, *marked})


def _unseen(number: int, any_shown: bool) -> str:
    if not number:
        return ""
    counted = f"{number} further test{'s' * (number > 1)} that {'are' if number > 1 else 'is'} not shown"
    fail = "fail" if number > 1 else "fails"
    if any_shown:
        return f"{counted} {fail} as well: solve the request for every input."
    return f"Every test that is shown passes, but {counted} {fail}: solve the request for every input."


def _evidence(
    attempt: Attempt, tests: Mapping[str, str], shown: list[TestResult], redaction: Redaction, *, told: bool
) -> Iterator[tuple[str, str, int]]:
    """Title, text and most tokens of each piece, the most useful first. `told`: a secret test failed."""
    # What a test found is in the message; with a secret one among them it may be that one's.
    tells = told and attempt.error_class in ("assertion", "exception")
    message = "" if tells else redaction.strict(shorten(clean(attempt.error_message or ""), _MESSAGE))
    if message.strip():
        yield "what went wrong", message, _OUTPUT
    verdict = attempt.verdict
    if verdict is None:
        return
    yield from _failures(shown, tests, redaction)
    lint, security, data = verdict.signals.lint, verdict.signals.security, verdict.signals.data
    findings: list[_Finding] = [*(lint.findings if lint else []), *(security.findings if security else [])]
    blocking = [finding for finding in findings if _blocks(finding)]
    if blocking:
        yield "findings that must go", redaction.evidence(_listed(blocking, attempt.files)), _FINDINGS
    diff = redaction.diff(attempt.diff) if attempt.number > 1 else ""
    if diff.strip():
        yield "what the last attempt changed", diff, _DIFF
    # Every test writes to the same streams, and may write what it found in the notebook.
    private = redaction.needed or (verdict.notebook is not None and verdict.notebook.values)
    streams = () if private else (("stderr", verdict.stderr), ("stdout", verdict.stdout))
    for name, output in streams:
        if output.strip():
            yield f"end of {name}", clean(output)[-_END:], _OUTPUT
    silent = [finding for finding in (data.findings if data else []) if not redaction.own(finding.path or "")]
    listed = redaction.strict(_listed(silent, attempt.files))
    if listed.strip():
        yield "what may go wrong silently with the data", listed, _FINDINGS
    others = [finding for finding in findings if not _blocks(finding)]
    if others:
        yield "findings that cost quality", redaction.evidence(_listed(others, attempt.files)), _WARNINGS


def _failures(
    failing: list[TestResult], tests: Mapping[str, str], redaction: Redaction
) -> Iterator[tuple[str, str, int]]:
    alike: dict[str, list[TestResult]] = {}
    for result in sorted(failing, key=lambda result: result.kind != "hard"):
        # Many tests that fail by one cause are one failure; an assertion's values make it its own.
        alike.setdefault(result.message or result.id, []).append(result)
    groups = list(alike.values())
    for number, group in enumerate(groups[:MAX_FAILURES], start=1):
        yield f"failing test {number}", redaction.evidence(_failure(group, tests)), _FAILURE
    if len(groups) > MAX_FAILURES:
        names = "\n".join(result.id for group in groups[MAX_FAILURES:] for result in group)
        yield "further failing tests", names, _WARNINGS


_ABOUT = {
    "hard": " (the user's own example)",
    "notebook": " (the cell, run as it is in the user's notebook after the cells that it builds on)",
}


def _failure(group: Sequence[TestResult], tests: Mapping[str, str]) -> str:
    first = group[0]
    lines = [first.id + _ABOUT.get(first.kind, "")]
    expected, actual = expected_and_actual(first, tests)
    if expected is not None:
        lines.append(f"expected: {shorten(expected, _VALUE)}")
    if actual is not None:
        lines.append(f"actual:   {shorten(actual, _VALUE)}")
    if first.message:
        lines.append(f"message:  {shorten(first.message, _VALUE)}")
    source = suites.source_of(tests, first.id)
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


def _blocks(finding: _Finding) -> bool:
    return not isinstance(finding, DataFinding) and finding.severity in ("error", "high")


def _listed(findings: Iterable[_Finding], files: Mapping[str, str]) -> str:
    return "\n".join(_finding(finding, files.get(finding.path or "", "").split("\n")) for finding in findings)


def _finding(finding: _Finding, lines: Sequence[str]) -> str:
    code = (
        finding.code
        if isinstance(finding, LintFinding)
        else finding.type
        if isinstance(finding, SecurityFinding)
        else finding.kind
    )
    place = f"{finding.path}:{finding.line}: " if finding.path and finding.line else ""
    text = f"{place}{code} {finding.message}"
    if isinstance(finding, SecurityFinding) and finding.fix_suggestion:
        text += f" Suggested: {finding.fix_suggestion}"
    if finding.line and finding.line <= len(lines):
        text += f"\n    {lines[finding.line - 1].strip()[:_LOCAL]}"
    return text
