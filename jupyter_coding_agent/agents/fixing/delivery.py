"""What a fix ends with: a change with which the cells run, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from ...validation.quality import counted
from ..best import best_attempt
from ..models import Attempt, CellChange, Fix, History, Outcome, Plan
from .book import Book, cell_changes
from .proving import CellProver
from .raised import sentence


def deliver(fix: Fix, plan: Plan, known: History, prover: CellProver, ended: str, cost_usd: float) -> Outcome:
    """The outcome; `ended` is the sentence why nothing runs (empty where something does)."""
    proposals = [attempt for attempt in known.attempts if attempt.error_class != "gaming"]
    best = best_attempt(proposals, known.judgement)
    outcome = Outcome(
        status="failed",
        plan=plan,
        tests={},
        attempts=known.attempts,
        best=best.number if best else None,
        explanation=ended,
        judgement=known.judgement,
        cost_usd=cost_usd,
    )
    if best is None:
        return outcome
    outcome.status = "passed" if best.number == known.judgement.believed else "partial"
    if outcome.status == "partial":
        why = "" if best.error_message in (None, ended) else f" With it, this is left: {best.error_message}"
        outcome.explanation = f"Not mended. {ended} What is shown is attempt {best.number}.{why}"
    else:
        outcome.explanation = "\n".join(_lines(fix, best, known.attempts, prover))
    return outcome


def _lines(fix: Fix, best: Attempt, attempts: Sequence[Attempt], prover: CellProver) -> list[str]:
    changes, raised, live = cell_changes(fix, best.files), prover.raised, prover.live
    after = f" after {counted(len(fix.cells), 'cell')} that it builds on" if fix.cells else ""
    after = " on the variables as they stand in your notebook" if live else after
    before = f" Unchanged, it raised {sentence(raised).rstrip('.')} there too." if raised else ""
    name = Book(fix).name("solution.py")
    return [
        f"Run: {name} runs without an exception{after}.{before}",
        f"Changed: {', '.join(map(_change, changes))}.{_by(best)}",
        f"Attempts: attempt {best.number} of {len(attempts)}.",
        "Not covered: that it runs does not say that it is right; no test was written. It ran in a sandbox, without "
        "your files and rights.",
    ]


def _change(change: CellChange) -> str:
    lines = change.unified_diff.splitlines()[2:]
    added, removed = sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)
    return f"{change.name} (+{added} -{removed} lines)"


def _by(best: Attempt) -> str:
    return f" {best.fix_applied}" if best.origin == "mend" and best.fix_applied else ""
