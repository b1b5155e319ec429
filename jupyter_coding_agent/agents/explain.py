"""Why a result is believed, in five lines that a person can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..validation.models import Challenge, TestResult, TestsSignal, Verdict
from ..validation.quality import counted
from .models import Attempt, Judgement

_SHOWN, _LINES = 3, 8


def five_lines(best: Attempt, attempts: Sequence[Attempt], judgement: Judgement) -> list[str]:
    """Tests, coverage, mutation score, attempts and agreement, what is not covered."""
    verdict = best.verdict
    tests = verdict.signals.tests if verdict else None
    return [
        f"Tests: {_tests(tests, judgement)}",
        f"Coverage: {_coverage(tests)}",
        f"Mutation: {_mutation(judgement.challenge)}{_stronger(judgement)}",
        f"Attempts: {_attempts(best, attempts, judgement)}",
        f"Not covered: {_not_covered(tests, judgement, verdict)}",
    ]


def _tests(tests: TestsSignal | None, judgement: Judgement) -> str:
    if tests is None:
        return "it could not be judged."
    results = [result for result in tests.results if result.outcome != "quarantined"]
    passed = Counter(_kind(result) for result in results if result.outcome == "passed")
    text = f"{sum(passed.values())} of {counted(len(results), 'test')} passed"
    kinds = [f"{passed[kind]} {words}" for kind, words in _KINDS.items() if passed[kind]]
    text += f" ({', '.join(kinds)})" if kinds else ""
    return " ".join([f"{text}.", *(_quarantine(judgement))])


_KINDS = {
    "hard": "from your own examples",
    "soft": "generated from the request",
    "hidden": "generated and never shown to the code's author",
    "user": "of your own",
    "notebook": "the cell itself as it runs in your notebook",
}


def _kind(result: TestResult) -> str:
    return "hidden" if result.hidden else result.kind


def _quarantine(judgement: Judgement) -> Iterable[str]:
    found = judgement.quarantined
    if not found:
        return []
    named = "; ".join(f"{test.id.rpartition('::')[2]}: {test.reason.rstrip('.')}" for test in found[:_SHOWN])
    rest = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [f"{counted(len(found), 'generated test')} set aside as wrong – {named}{rest}."]


def _coverage(tests: TestsSignal | None) -> str:
    if tests is None or tests.coverage_percent is None:
        return "not measured."
    return f"the tests execute {tests.coverage_percent:g} % of the statements."


def _mutation(found: Challenge | None) -> str:
    if found is None:
        return "the tests were not challenged."
    if found.score is None:
        return f"no score. {found.reason or 'No small change of the code could be tried.'}"
    outcomes = Counter(mutant.outcome for mutant in found.mutants)
    counting = outcomes["killed"] + outcomes["survived"]
    text = (
        f"the tests notice {outcomes['killed']} of {counting} small changes of the code "
        f"(mutation score {found.score:.0%})"
    )
    if outcomes["equivalent"]:
        text += f", {outcomes['equivalent']} more changed no result"
    survivors = [mutant for mutant in found.mutants if mutant.outcome == "survived"]
    named = [f"line {m.line} {m.original} → {m.changed}" for m in survivors[:_SHOWN]]
    rest = len(survivors) - len(named)
    text += f"; not noticed: {', '.join(named)}" if named else ""
    return f"{text}{f' and {rest} more' if rest > 0 else ''}."


def _stronger(judgement: Judgement) -> str:
    return (
        " Stronger tests were asked for, since the first ones missed more." if judgement.strengthened else ""
    )


def _attempts(best: Attempt, attempts: Sequence[Attempt], judgement: Judgement) -> str:
    repaired = [
        f"attempt {a.number} – {a.error_message}" for a in attempts if a.error_message and a is not best
    ]
    text = f"attempt {best.number} of {len(attempts)}"
    text += (
        f"; what failed besides: {'; '.join(_short(line) for line in repaired[:_SHOWN])}" if repaired else ""
    )
    return f"{text.rstrip('.')}. {judgement.agreement}".rstrip()


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= 160 else f"{line[:159]}…"


def _not_covered(tests: TestsSignal | None, judgement: Judgement, verdict: Verdict | None) -> str:
    parts = []
    for path, lines in (tests.missed_lines if tests else {}).items():
        shown = ", ".join(map(str, lines[:_LINES])) + (" …" if len(lines) > _LINES else "")
        parts.append(f"{'line' if len(lines) == 1 else 'lines'} {shown} of {path}")
    parts += [f"no test decides what is right where {text}" for text in judgement.disagreements[:_SHOWN]]
    results = tests.results if tests else []
    unjudged = [one for one in results if one.outcome == "not_judged" and one.kind != "notebook"]
    if unjudged:
        parts.append(counted(len(unjudged), "skipped test"))
    warnings = verdict.signals.data.findings if verdict and verdict.signals.data else []
    parts += [finding.message.rstrip(".") for finding in warnings[:_SHOWN]]
    proof = verdict.notebook if verdict else None
    parts += [sentence.rstrip(".") for sentence in proof.shortfalls] if proof else []
    sample = "a sample of your data" if proof and proof.values else "the tests' data"
    parts.append(f"your own data and rights: it ran in a sandbox on {sample}")
    return f"{'; '.join(parts)}."
