"""The challenge: would the tests notice a mistake? What mutants did in a container, judged on the host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..runner.models import MutationRun, Trial
from .candidates import Candidate
from .expectation import Suite
from .languages import Language
from .models import Challenge, Example, Mutant, Verdict
from .quality import counted

MOST = 25
"""Mutants that run at most."""
SENT = 400
"""Candidates that are handed over; those on lines that no test executes are passed over."""
FACTOR = 1.5
# What is left of the budget for the way to the container and back.
_RESERVE_SECONDS = 0.1


def budget_seconds(verdict: Verdict, least_seconds: float, spent_seconds: float) -> float:
    """What the container may take: max(the setting, 1.5 × the plain verdict), less what has been spent of it."""
    budget = max(least_seconds, FACTOR * verdict.duration_ms / 1000)
    return max(0.1, budget - spent_seconds - _RESERVE_SECONDS)


@dataclass(frozen=True)
class Plan:
    """What a challenge starts from; `candidates` in the order in which they are tried."""

    suite: Suite
    candidates: Sequence[Candidate]
    examples: Sequence[Example]


def refused(reason: str) -> Challenge:
    """A challenge that says nothing, and why."""
    return Challenge(mutants=[], possible=0, score=None, reason=reason)


def assess(plan: Plan, run: MutationRun, language: Language) -> Challenge:
    """Outcome of every mutant, the score, and why fewer ran than could have."""
    trials = {trial.number: trial for trial in run.trials}
    baseline = trials.pop(0, None)
    if baseline is None:
        return refused(f"The challenge was not carried out: {run.exit.detail or run.exit.reason}")
    judge = _Judge(plan, baseline, language)
    if failed := judge.failed(baseline):
        why = f" ({baseline.message})" if baseline.message else ""
        return refused(
            f"{failed[0]} did not pass again on the unchanged code{why}: the tests are not steady."
        )
    if baseline.died or baseline.cut:
        return refused("The unchanged code ended its tests before they were through, so nothing can be said.")
    mutants = [
        judge.mutant(plan.candidates[number - 1], trial)
        for number, trial in sorted(trials.items())
        if number <= len(plan.candidates)
    ]
    possible = sum(_was_executed(candidate, run) for candidate in plan.candidates)
    outcomes = Counter(mutant.outcome for mutant in mutants)
    judged = outcomes["killed"] + outcomes["survived"]
    return Challenge(
        mutants=mutants,
        possible=possible,
        score=round(outcomes["killed"] / judged, 3) if judged else None,
        reason=_why_fewer(len(mutants), possible, run),
    )


class _Judge:
    def __init__(self, plan: Plan, baseline: Trial, language: Language) -> None:
        self._plan = plan
        self._baseline = baseline
        self._language = language

    def mutant(self, candidate: Candidate, trial: Trial) -> Mutant:
        failed = self.failed(trial)
        killed = bool(failed) or trial.cut or trial.died
        same = bool(trial.outputs) and trial.outputs == self._baseline.outputs
        return Mutant(
            path=candidate.change.path,
            line=candidate.line,
            operator=candidate.operator,
            original=candidate.original,
            changed=candidate.changed,
            outcome="killed" if killed else "equivalent" if same else "survived",
            killed_by=failed,
            cut=trial.cut,
        )

    def failed(self, trial: Trial) -> list[str]:
        """Tests that failed, those of hard examples among them: their expected values are only known here."""
        return [*trial.failed, *(test for test in self._plan.suite.examples if self._is_wrong(test, trial))]

    def _is_wrong(self, test: str, trial: Trial) -> bool:
        if test in trial.failed or (trial is not self._baseline and test not in trial.answers):
            return False
        example = self._plan.examples[self._plan.suite.examples[test]]
        return not self._language.matches(example, trial.answers.get(test, []))[0]


def _was_executed(candidate: Candidate, run: MutationRun) -> bool:
    change = candidate.change
    lines = run.executed_lines.get(change.path, ())
    return any(change.first_line <= line <= change.last_line for line in lines)


def _why_fewer(ran: int, possible: int, run: MutationRun) -> str:
    if possible == 0:
        return "The tests execute nothing that could be changed in a small way."
    if ran >= possible:
        return ""
    if ran >= MOST:
        return f"At most {MOST} of the {possible} possible mutants are run."
    wanted = min(MOST, possible)
    if run.exit.reason == "timeout":
        return f"The time for it was over after {ran} of {counted(wanted, 'mutant')}."
    if run.exit.reason == "finished":
        return f"{possible - ran} of {counted(possible, 'mutant')} would be no valid Python."
    return f"The run ended after {ran} of {counted(wanted, 'mutant')}: {run.exit.detail or run.exit.reason}"
