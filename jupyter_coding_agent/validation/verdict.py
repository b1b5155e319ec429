"""The verdict, put together from what the run and the analysis brought. Exit codes are never asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ..runner.models import Analysis, DataFinding, LintFinding, SecurityFinding, TestRun
from . import coverage, effects, proof, quality, silent
from .expectation import Suite
from .failures import Failure, by_importance, first
from .judging import Judgement
from .languages import Language
from .models import LintSignal, NotebookProof, SecuritySignal, Signal, Signals, TestsSignal, Verdict
from .quality import counted

_SEVERITY = {"high": 8.0, "medium": 5.0, "low": 2.0}
_CONFIDENCE = {"high": 1.0, "medium": 0.8, "low": 0.5}
_SENTENCES = 3
_FORCED = " The security scan was judged although it was not asked for: the administrator requires it."


@dataclass
class Evidence:
    """Everything that is known when the verdict is put together."""

    asked: Collection[Signal]
    analysis: Analysis
    suite: Suite | None = None
    run: TestRun | None = None
    judgement: Judgement | None = None
    newer: str = ""
    known_names: Collection[str] = field(default_factory=tuple)
    silent: Sequence[DataFinding] = ()
    """Silent failures that the source shows."""
    paths: Collection[str] = ()
    """The judged files."""
    blocked: Sequence[SecurityFinding] = ()
    """Imports that the administrator blocks: they fail whatever was asked for."""
    forced: bool = False
    """The security scan was not asked for, and the administrator requires it."""
    notebook: NotebookProof | None = None


def assemble(evidence: Evidence, language: Language, *, block_high_severity: bool) -> Verdict:
    """Status, signals, effects, quality and the explanation; one failing signal never hides the others."""
    lint = _lint(evidence, language) if "lint" in evidence.asked else None
    security = _security(evidence, block_high_severity)
    tests, test_failures = _tests(evidence)
    failures: list[Failure] = []
    if evidence.analysis.syntax_errors:
        failures += [
            Failure("syntax", f"{path}: {text}") for path, text in evidence.analysis.syntax_errors.items()
        ]
    elif evidence.newer:
        failures.append(Failure("newer_python", evidence.newer))
    if lint is not None and not lint.passed:
        failures.append(Failure("lint", _blocking_sentence(lint.findings)))
    if evidence.blocked:
        failures.append(Failure("blocked_import", _blocked_sentence(evidence.blocked)))
    scanned = _scanned(evidence)
    if block_high_severity and _high(scanned):
        failures.append(Failure("security", _high_sentence(scanned)))
    run, analysis = evidence.run, evidence.analysis
    data = silent.signal(
        evidence.silent,
        run.data_findings if run else (),
        evidence.paths,
        data_code=not language.data_modules.isdisjoint(analysis.imports),
    )
    signals = Signals(tests=tests, lint=lint, security=security, data=data)
    points, parts = quality.of_signals(signals)
    everything = by_importance([*test_failures, *failures])
    return Verdict(
        status="failed" if everything else "passed" if tests is not None else "ran",
        signals=signals,
        effects=effects.merge(analysis.effects, run.effects if run else (), analysis.imports),
        quality_score=points,
        quality_parts=parts,
        isolation=run.isolation if run else None,
        notebook=evidence.notebook if run else None,
        error_class=first(everything),
        explanation=(_why_not(test_failures, failures) if everything else _why(evidence, signals))
        + _in_the_notebook(evidence, failed=bool(everything))
        + (_FORCED if evidence.forced else ""),
        stdout=_without_sentinels(run.stdout, evidence.suite) if run else "",
        stderr=_without_sentinels(run.stderr, evidence.suite) if run else "",
        outputs=run.outputs if run else [],
    )


def risk_score(findings: Sequence[SecurityFinding]) -> float:
    """0 to 10: the weightiest finding, plus a tenth of the weight of each other one.

    A finding weighs 8 (high), 5 (medium) or 2 (low) by its severity, times 1, 0.8 or 0.5 by its confidence.
    """
    weights = sorted((_SEVERITY[f.severity] * _CONFIDENCE[f.confidence] for f in findings), reverse=True)
    return round(min(10.0, weights[0] + 0.1 * sum(weights[1:])), 1) if weights else 0.0


def _lint(evidence: Evidence, language: Language) -> LintSignal:
    known = set(evidence.known_names)
    findings = []
    for finding in evidence.analysis.lint:
        if any(f"'{name}'" in finding.message for name in known) and "undefined name" in finding.message:
            continue
        severity = "error" if language.blocks(finding) else "warning"
        findings.append(finding.model_copy(update={"severity": severity}))
    reported = {finding.path for finding in findings if finding.severity == "error"}
    for path, text in evidence.analysis.syntax_errors.items():
        if path not in reported:
            findings.append(LintFinding(path=path, line=1, code="E999", severity="error", message=text))
    return LintSignal(passed=all(finding.severity != "error" for finding in findings), findings=findings)


def _scanned(evidence: Evidence) -> list[SecurityFinding]:
    return evidence.analysis.security if "security" in evidence.asked else []


def _high(findings: Sequence[SecurityFinding]) -> bool:
    return any(finding.severity == "high" for finding in findings)


def _security(evidence: Evidence, block_high_severity: bool) -> SecuritySignal | None:
    scanned = _scanned(evidence)
    findings = [*evidence.blocked, *scanned]
    if "security" not in evidence.asked and not findings:
        return None
    return SecuritySignal(
        passed=not (evidence.blocked or (block_high_severity and _high(scanned))),
        findings=findings,
        risk_score=risk_score(findings),
    )


def _tests(evidence: Evidence) -> tuple[TestsSignal | None, list[Failure]]:
    """The signal is absent where it was not asked for, and where code without tests ran cleanly."""
    judgement, run, suite = evidence.judgement, evidence.run, evidence.suite
    if judgement is None or run is None or suite is None:
        return None, []
    if suite.runs and judgement.passed:
        return None, []
    failures = by_importance(judgement.failures)
    signal = TestsSignal(
        passed=judgement.passed,
        results=judgement.results,
        coverage_percent=None
        if suite.runs
        else coverage.percent(evidence.analysis.statements, run.executed_lines),
        missed_lines={} if suite.runs else coverage.missed(evidence.analysis.statements, run.executed_lines),
        reason=" ".join(failure.sentence for failure in failures[:_SENTENCES]),
    )
    return signal, failures


def _blocking_sentence(findings: Sequence[LintFinding]) -> str:
    blocking = [finding for finding in findings if finding.severity == "error"]
    worst = blocking[0]
    return (
        f"Lint: {counted(len(blocking), 'blocking finding')}, first {worst.code} in "
        f"{worst.path}:{worst.line}: {worst.message}"
    )


def _high_sentence(findings: Sequence[SecurityFinding]) -> str:
    high = [finding for finding in findings if finding.severity == "high"]
    return (
        f"Security: {counted(len(high), 'high-severity finding')}, first {high[0].type} in {high[0].path}:"
        f"{high[0].line}: {high[0].message}"
    )


def _blocked_sentence(findings: Sequence[SecurityFinding]) -> str:
    first = findings[0]
    more = f" ({counted(len(findings) - 1, 'further blocked import')})" if len(findings) > 1 else ""
    return f"{first.path}:{first.line}: {first.message}{more}"


def _why_not(test_failures: Sequence[Failure], others: Sequence[Failure]) -> str:
    """A few sentences about the tests, one about each other signal."""
    sentences = [_sentence(failure.sentence) for failure in test_failures[:_SENTENCES]]
    rest = len(test_failures) - _SENTENCES
    if rest > 0:
        sentences.append(f"And {counted(rest, 'more failure')} of the tests.")
    return " ".join([*sentences, *(_sentence(failure.sentence) for failure in by_importance(others))])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _why(evidence: Evidence, signals: Signals) -> str:
    others = [name for name in ("lint", "security") if getattr(signals, name) is not None]
    clean = f" {' and '.join(others).capitalize()} passed." if others else ""
    if signals.data is not None and signals.data.findings:
        clean += f" {counted(len(signals.data.findings), 'warning')} about the data."
    if evidence.run is None:
        return f"Nothing was executed: only a look at the source was asked for.{clean}"
    if signals.tests is None:
        return f"There were no tests: the code was run and ended without an error.{clean}"
    passed = sum(result.outcome == "passed" for result in signals.tests.results)
    skipped = sum(
        result.outcome != "passed" and result.kind != "notebook" for result in signals.tests.results
    )
    percent = signals.tests.coverage_percent
    covered = "" if percent is None else f", which executed {percent:g} % of the statements"
    unjudged = f" {counted(skipped, 'test')} not judged: skipped by their author." if skipped else ""
    notes = "".join(f" {note}" for note in evidence.judgement.notes) if evidence.judgement else ""
    return f"{counted(passed, 'test')} passed{covered}.{clean}{unjudged}{notes}"


def _in_the_notebook(evidence: Evidence, *, failed: bool) -> str:
    """Where it ran, and by name what could not be carried over; of what failed, only the latter."""
    if evidence.notebook is None or evidence.run is None:
        return ""
    not_judged = bool(evidence.judgement and evidence.judgement.not_there)
    said = evidence.notebook.shortfalls if failed else proof.sentences(evidence.notebook, not_judged)
    return "".join(f" {sentence}" for sentence in said)


def _without_sentinels(text: str, suite: Suite | None) -> str:
    """Output without the lines that name a test which the user did not write."""
    names = [test_id.rpartition("::")[2] for test_id in suite.sentinels.ids] if suite else []
    if not any(name in text for name in names):
        return text
    return "".join(line for line in text.splitlines(True) if not any(name in line for name in names))
