"""What events, verdicts and results say, in words: the same in a notebook, on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import outputs
from .models import Event

STATUS = {
    "pending": "waiting",
    "running": "running",
    "passed": "passed",
    "ran": "ran",
    "failed": "failed",
    "partial": "not validated",
    "cancelled": "cancelled",
    "error": "could not be judged",
}
REASONS = frozenset(
    {"Tests", "Coverage", "Mutation", "Attempts", "Not covered", "Reused", "Replay", "Run", "Changed"}
)
"""What the lines of an explanation begin with."""
EFFECTS = {
    "reads": "reads",
    "writes": "writes",
    "deletes": "deletes",
    "network": "connects to",
    "processes": "starts",
    "environment": "reads the environment:",
    "open_resources": "leaves open",
    "imports": "imports",
}
_RUNGS = {
    "reason": "repairing, the cause first",
    "fresh": "starting afresh with a better model",
    "sample": "taking the best of several solutions",
}
WARNING = frozenset({"data"})
"""Signals that only warn: they never make code fail."""
_SHORT = 160
_LONG = 300


def event_sentence(event: Event) -> str:
    """One line for people about one progress event; empty where there is nothing to say."""
    data = event.data
    match event.kind:
        case "queued":
            position = data.get("position") or 0
            return f"queued, {count(position, 'request')} before it" if position else "queued"
        case "started":
            again = (data.get("start") or 1) > 1
            return "started again after the engine was lost" if again else "started"
        case "plan":
            return f"plan: {data.get('language')}, {data.get('tier')} tier"
        case "tests":
            return _of_new_tests(data)
        case "code":
            lines = count(data.get("lines") or 0, "line")
            return f"attempt {data.get('attempt')}: {lines} written by {data.get('model')}"
        case "run" if data.get("attempt") == 0:
            return "before any change: running in the sandbox, to see it fail there too"
        case "run":
            return f"attempt {data.get('attempt')}: running in the sandbox"
        case "signal" if data.get("attempt") == 0:
            return f"before any change: {shorten(str(data.get('summary') or 'failed'))}"
        case "signal":
            warns = data.get("signal") in WARNING and not data.get("passed")
            verdict = "warns" if warns else "passed" if data.get("passed") else "failed"
            summary = f": {data['summary']}" if data.get("summary") else ""
            return f"attempt {data.get('attempt')}: {data.get('signal')} {verdict}{shorten(summary)}"
        case "diff":
            return f"attempt {data.get('attempt')}: +{data.get('added', 0)} -{data.get('removed', 0)} lines"
        case "challenge":
            return f"attempt {data.get('attempt')}: {_of_challenge(data)}"
        case "alternative":
            return f"another solution, to compare with, written by {data.get('model')}"
        case "quarantine":
            name = str(data.get("id")).rpartition("::")[2]
            return shorten(f"{name} was set aside as wrong: {data.get('reason')}", 2 * _SHORT)
        case "retry":
            reason = data.get("reason") or data.get("error_class") or ""
            return shorten(f"attempt {data.get('attempt')}: {_what_next(data)}: {reason}")
        case "reused":
            return f"the result of {data.get('cached_from')}, where the same was asked; nothing is run"
        case "completed":
            return STATUS.get(str(data.get("status")), str(data.get("status")))
        case "error":
            return str(data.get("message") or "")
    return ""


def _of_new_tests(data: Mapping[str, Any]) -> str:
    written = f"{count(data.get('count') or 0, 'test')} written by {data.get('model') or 'the user'}"
    if data.get("why"):
        return f"tests: {written}. {data['why']}"
    parts = [written]
    if data.get("hidden"):
        parts.append(f"{data['hidden']} of them hidden from the code's author")
    if data.get("hard"):
        parts.append(f"{count(data['hard'], 'example')} of your own")
    return f"tests: {', '.join(parts)}"


def _of_challenge(data: Mapping[str, Any]) -> str:
    if data.get("score") is None:
        return "the tests could not be challenged by changes of the code"
    survivors = data.get("survivors") or []
    missed = f", not {shorten(', '.join(survivors))}" if survivors else ""
    return (
        f"the tests notice {data['score']:.0%} of {count(data.get('ran') or 0, 'small change')} of the code"
        + missed
    )


def quality_counts(result: Mapping[str, Any]) -> bool:
    """Whether the quality score means something: ten of ten for code that fails would mislead."""
    return result.get("quality_score") is not None and result["status"] in ("passed", "ran")


def _what_next(data: Mapping[str, Any]) -> str:
    """What is done about a failure: what is no fault of the code's is not repaired."""
    fix = str(data.get("fix") or "").rstrip(".")
    if fix.startswith("Adding"):
        return fix[0].lower() + fix[1:]
    if data.get("error_class") == "infrastructure":
        return "trying again"
    return _RUNGS.get(str(data.get("rung")), "repairing")


def status_of(result: Mapping[str, Any]) -> str:
    """What a result's status is called; what was mended was run, not tested."""
    if result["status"] == "passed" and result.get("changes"):
        return "mended: it runs"
    return STATUS.get(result["status"], str(result["status"]))


def headline(result: Mapping[str, Any]) -> str:
    """Status, quality, attempts, model, cost: what a result (or a verdict) comes to."""
    parts = [status_of(result)]
    if quality_counts(result):
        parts.append(f"quality {result['quality_score']:g}/10")
    if result.get("attempts"):
        parts.append(count(len(result["attempts"]), "attempt"))
    if result.get("model"):
        parts.append(str(result["model"]))
    if result.get("cost"):
        parts.append(f"${result['cost']:.4f}")
    return " · ".join(parts)


def result_lines(result: Mapping[str, Any]) -> list[str]:
    """A result or a verdict for a terminal, without its code."""
    lines = [f"{mark(result['status'] in {'passed', 'ran'})} {headline(result)}"]
    if result.get("explanation"):
        lines.extend(f"  {line}" for line in result["explanation"].splitlines())
    for name, signal in result["signals"].items():
        if signal:
            sign = signal_mark(name, signal["passed"])
            lines.append(f"  {name:<9} {sign} {signal_sentence(name, signal)}")
            lines.extend(f"              {problem}" for problem in problems(name, signal)[:10])
    effects = effect_sentences(result.get("effects") or {})
    if effects:
        lines.append(f"  {'effects':<9} {'; '.join(effects)}")
    lines += [f"  {'quality':<9} {quality_sentence(part)}" for part in result.get("quality_parts") or []]
    if len(result.get("attempts") or []) > 1:
        lines += [f"  {'attempt':<9} {attempt_sentence(attempt)}" for attempt in result["attempts"]]
    lines += [f"  {'file':<9} {outputs.sentence(output)}" for output in result.get("outputs") or []]
    if result.get("receipt"):
        lines.append(f"  {'receipt':<9} {receipt_sentence(result['receipt'])}")
    return lines


def signal_sentence(name: str, signal: Mapping[str, Any]) -> str:
    """What a signal found, in a few words."""
    if name != "tests":
        findings, noun = signal.get("findings") or [], "warning" if name in WARNING else "finding"
        return count(len(findings), noun) if findings else f"no {noun}s"
    results = signal.get("results") or []
    aside = sum(test["outcome"] == "quarantined" for test in results)
    passed = sum(test["outcome"] == "passed" for test in results)
    words = f"{passed} of {count(len(results) - aside, 'test')} passed" if results else "no tests"
    if aside:
        words += f", {aside} set aside as wrong"
    coverage = signal.get("coverage_percent")
    if coverage is not None:
        words += f", {coverage:.0f} % covered"
    if signal.get("reason") and not signal["passed"] and not problems(name, signal):
        words += f": {shorten(signal['reason'])}"
    return words


def problems(name: str, signal: Mapping[str, Any]) -> list[str]:
    """The single tests that did not pass, or the findings, one line each."""
    if name == "tests":
        return [
            shorten(f"{test['id']}: {test.get('message') or test['outcome'].replace('_', ' ')}")
            for test in signal.get("results") or []
            if test["outcome"] not in ("passed", "quarantined")  # the explanation tells of those
        ]
    if name == "data":
        return [
            shorten(f"{f.get('path')}:{f.get('line')}: {f['message']}", _LONG)
            for f in signal.get("findings") or []
        ]
    return [
        shorten(f"{f['path']}:{f['line']}: {f.get('code') or f.get('type')} {f['message']} ({f['severity']})")
        for f in signal.get("findings") or []
    ]


def effect_sentences(effects: Mapping[str, Any]) -> list[str]:
    """What the code does beyond computing; imports come last."""
    return [
        f"{verb} {', '.join(map(str, effects[kind]))}" for kind, verb in EFFECTS.items() if effects.get(kind)
    ]


def quality_sentence(part: Mapping[str, Any]) -> str:
    """One deduction of the quality score."""
    return f"{-abs(part['points']):g} {part['reason']}"


def attempt_sentence(attempt: Mapping[str, Any]) -> str:
    """What was done in an attempt, and what was still wrong after it."""
    done = "".join(f" {text}" for text in [attempt.get("fix_applied"), *attempt.get("notes", [])] if text)
    wrong = f" {attempt['error_message']}" if attempt.get("error_message") else ""
    return shorten(f"{attempt['number']}:{done} {mark(not attempt.get('error_class'))}{wrong}")


def receipt_sentence(receipt: Mapping[str, Any]) -> str:
    """Which code was proved and whose key says so."""
    return f"code {str(receipt.get('code_sha256'))[:12]}, key {receipt.get('key_id')}"


def limit_rows(limits: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What limits a user, each with its value; what is not limited is left out."""
    used, most = limits["executions_used"], limits["executions_per_day"]
    cost, month = limits["cost_per_execution_usd"], limits["cost_per_month_usd"]
    rows = {
        "tier": f"{limits['tier']} (user {limits['user']})",
        "executions": f"{used} of {most} used in the last 24 hours",
        "requests": f"{limits['posts_per_minute']} a minute" if limits["posts_per_minute"] else "",
        "kept": f"{count(limits['kept_days'], 'day')}, the latest {limits['kept_executions']}",
        "models": ", ".join(limits["allowed_models"] or []),
        "never models": ", ".join(limits["blocked_models"]),
        "never imports": ", ".join(limits["blocked_imports"]),
        "results": ", ".join(limits["allowed_outputs"]),
        "security scan": "always" if limits["security_scan_forced"] else "",
        "samples of data": "shown to models" if limits.get("samples_welcome") else "not sent",
        "cost": f"${cost:g} for one execution" if cost else "",
        "cost of all users": f"${month:g} a month" if month is not None else "",
    }
    return [(name, value) for name, value in rows.items() if value]


def cleaned_up(report: Mapping[str, Any]) -> str:
    """What went, or would go: ``removed 2 executions, 3 attempts``; empty where nothing did."""
    went = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in report["removed"].items())
    return f"{'would remove' if report['dry_run'] else 'removed'} {went}" if went else ""


def mark(good: bool) -> str:
    """A sign that reads without colour."""
    return "✓" if good else "✗"


def signal_mark(name: str, passed: bool) -> str:
    """The sign of a signal: what only warns does not fail."""
    return "!" if name in WARNING and not passed else mark(passed)


def count(number: int, noun: str) -> str:
    """``1 test``, ``2 tests``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """The text with a space for whatever a terminal or a page would obey instead of showing it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def shorten(text: str, limit: int = _SHORT) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
