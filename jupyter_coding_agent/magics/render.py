"""Everything that a notebook shows, as MIME bundles: HTML (escaped, without script) and plain text.

The HTML takes JupyterLab's colours where there are some, so that it reads in light and in dark themes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import outputs, words
from ..client.result import MIME, Result
from ..core.errors import AgentError
from .screen import Bundle

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from ..client.models import SecurityReport

_VIEWS = Path(__file__).with_name("views")
_TONES = {
    "passed": "good",
    "ran": "good",
    "failed": "bad",
    "partial": "warn",
    "error": "bad",
    "cancelled": "warn",
}
_NOTHING: Result = {
    "execution_id": None,
    "prompt": "",
    "status": "",
    "files": {},
    "tests": {},
    "signals": {},
    "quality_score": None,
    "quality_parts": [],
    "effects": {},
    "attempts": [],
    "model": None,
    "cost": 0.0,
    "receipt": None,
    "artifact_id": None,
    "outputs": [],
    "explanation": "",
    "stdout": "",
    "insert": "offered",
    "changes": [],
}
"""What a bare verdict does not have."""


def message(text: str, *, tone: str = "info", label: str = "Coding agent") -> Bundle:
    """A sentence."""
    return {
        "text/plain": text,
        "text/html": _html("message", tone=tone, label=label, role="status", text=text),
    }


def error(problem: AgentError) -> Bundle:
    """The one place where an error becomes a notebook's output."""
    html = _html("message", tone="bad", label="Coding agent: error", role="alert", text=problem.message)
    return {"text/plain": problem.message, "text/html": html}


def answer(text: str, notes: Sequence[str]) -> Bundle:
    """What a model says, as it is: nothing in it is loaded, run or taken for a terminal's commands."""
    text = _printable(text)
    html = _html("answer", tone="info", label="Coding agent: answer", role="region", text=text, notes=notes)
    return {"text/plain": "\n".join([text, *notes]), "text/html": html}


def progress(execution_id: str, request: str, lines: Sequence[str]) -> Bundle:
    """What an execution is at, and the steps so far."""
    stage = lines[-1] if lines else "sent"
    html = _html(
        "progress",
        tone="info",
        label="Coding agent: progress",
        role="status",
        stage=stage,
        execution_id=execution_id,
        request=words.shorten(request, 500),
        lines=lines,
    )
    return {"text/plain": f"{execution_id}: {stage}", "text/html": html}


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> Bundle:
    """Rows of words, numbers and signs."""
    cells = [[str(cell) for cell in row] for row in rows]
    html = _html("table", tone="info", label=title, role="region", columns=columns, rows=cells, notes=notes)
    widths = [max(map(len, column)) for column in zip(*([columns] if columns else []), *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [*([columns] if columns else []), *cells]
    ]
    return {"text/plain": "\n".join([*lines, *notes]), "text/html": html}


def listing(
    title: str, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]], notes: Sequence[str] = ()
) -> Bundle:
    """Sections of labelled texts, each of a line or of many."""
    html = _html(
        "listing", tone="info", label=title, role="region", title=title, sections=sections, notes=notes
    )
    lines = [title]
    for section, rows in sections:
        lines += ["", section]
        for name, text in rows:
            whole = f"{name}:{chr(10) if chr(10) in text else ' '}{text}" if name and text else name or text
            lines += [f"  {line}" for line in _printable(whole).split("\n")]
    return {"text/plain": "\n".join([*lines, "", *notes]), "text/html": html}


def picture(content: bytes, about: str) -> Bundle:
    """A PNG; a terminal shows what it is about."""
    return {"text/plain": about, "image/png": base64.b64encode(content).decode()}


def diff(text: str, about: str) -> Bundle:
    """A unified diff."""
    html = _html(
        "code", tone="info", label="Difference", role="region", about=about, code=_highlight(text, "diff")
    )
    return {"text/plain": text, "text/html": html}


def security(report: SecurityReport, about: str, sources: Mapping[str, str]) -> Bundle:
    """A security scan's findings, each with its line of `sources` (path → text) and how to mend it."""
    findings = [
        {**finding, "source": _line_of(sources.get(finding["path"], ""), finding["line"])}
        for finding in report["vulnerabilities"]
    ]
    counts = [
        f"{number} {severity}"
        for severity in ("high", "medium", "low")
        if (number := sum(finding["severity"] == severity for finding in findings))
    ]
    summary = f"{', '.join(counts) or 'no findings'}; risk {report['risk_score']:g} of 10"
    html = _html(
        "security",
        tone="bad" if not report["passed"] else "warn" if findings else "good",
        label="Coding agent: security",
        role="region",
        about=about,
        summary=summary,
        mark=words.mark(report["passed"]),
        findings=findings,
    )
    lines = [f"{words.mark(report['passed'])} {about}: {summary}"]
    for finding in findings:
        place = f"{finding['path']}:{finding['line']}"
        lines.append(f"  {finding['severity']:<7} {place}: {finding['type']} {finding['message']}")
        lines += [f"          {finding['source']}"] if finding["source"] else []
        lines += [f"          Fix: {finding['fix_suggestion']}"] if finding["fix_suggestion"] else []
    return {"text/plain": "\n".join(lines), "text/html": html}


def _line_of(source: str, number: int) -> str:
    lines = source.split("\n")
    return words.shorten(lines[number - 1], 200) if 0 < number <= len(lines) else ""


def result(outcome: Mapping[str, Any], hints: Sequence[tuple[str, str]] = ()) -> Bundle:
    """An execution's result or a bare verdict, also as data for tools. `hints`: (command, what it does)."""
    status = outcome["status"]
    good = status in {"passed", "ran"}
    shown = {**_NOTHING, **outcome}
    html = _html(
        "result",
        tone=_TONES.get(status, "info"),
        label=f"Coding agent: {words.status_of(shown)}",
        role="region",
        result=shown,
        mark=words.mark(good),
        facts=_facts(shown),
        files=[] if shown["changes"] else _code(shown["files"]),
        attempt_diffs=[
            (attempt["number"], _highlight(attempt["diff"], "diff"))
            for attempt in shown["attempts"]
            if attempt.get("diff")
        ],
        changes=[(change["name"], _highlight(change["unified_diff"], "diff")) for change in shown["changes"]],
        tests=_code(shown["tests"]),
        hints=hints,
        words=words,
        outputs=[outputs.sentence(output) for output in shown["outputs"]],
    )
    lines = words.result_lines(shown)
    for change in shown["changes"]:
        lines += ["", f"# {change['name']}", change["unified_diff"].rstrip("\n")]
    for path, source in shown["files"].items() if not shown["changes"] else ():
        lines += ["", f"# {path}", source.rstrip("\n")]
    lines += [""] if hints else []
    lines += [f"{command}  {what}" for command, what in hints]
    return {"text/plain": "\n".join(lines), "text/html": html, MIME: {name: shown[name] for name in _NOTHING}}


def _printable(text: str) -> str:
    """Without what a terminal would take for commands."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def _facts(outcome: Mapping[str, Any]) -> str:
    facts = []
    if outcome["attempts"]:
        facts.append(words.count(len(outcome["attempts"]), "attempt"))
    if outcome.get("model"):
        facts.append(str(outcome["model"]))
    if outcome.get("cost"):
        facts.append(f"${outcome['cost']:.4f}")
    if outcome.get("duration_ms"):
        facts.append(f"{outcome['duration_ms'] / 1000:.2f} s")
    if outcome.get("execution_id"):
        facts.append(outcome["execution_id"])
    return " · ".join(facts)


def _code(files: Mapping[str, str]) -> list[tuple[str, Markup]]:
    return [
        (path, _highlight(source, "python" if path.endswith(".py") else "text"))
        for path, source in files.items()
    ]


def _highlight(source: str, language: str) -> Markup:
    from markupsafe import Markup

    # pygments ships no types
    from pygments import highlight  # type: ignore[import-untyped]
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    # Pygments escapes what it marks up.
    return Markup(highlight(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True)))  # noqa: S704


def _html(view: str, **values: Any) -> str:
    return _environment().get_template(f"{view}.html.j2").render(style=_style(), **values)


@cache
def _style() -> Markup:
    from markupsafe import Markup

    return Markup((_VIEWS / "style.css").read_text())  # noqa: S704 - our own file


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_VIEWS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
