"""Who is wrong, the code or its tests: evidence is gathered until one side is believed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from ..case import Case
from ..classify import Halted
from ..models import Attempt, Quarantined, Sample
from ..source import suites
from ..summaries import of_tests
from .matrix import (
    ENOUGH,
    HARD_ALONE,
    SURE,
    Candidate,
    Group,
    believable,
    candidate_results,
    groups,
    hard_results,
)
from .samples import draw_sample, second_opinion

# A verdict of these classes says nothing about what the code computes.
_NO_EVIDENCE = frozenset({"gaming", "tampering", "infrastructure", "missing_package", "package_not_allowed"})
_SHOWN = 160


@dataclass(frozen=True)
class Decision:
    """What the evidence says."""

    believed: bool
    winner: Candidate | None
    belief: float
    sentence: str
    quarantine: list[Quarantined] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)


class Arbiter:
    """Weighs the solutions of one execution against its tests."""

    def __init__(self, case: Case) -> None:
        self._case = case

    async def weigh(self) -> Decision:
        """Draw independent solutions, and once further tests, until a group is believed or nothing is left."""
        why_no_more = ""
        while True:
            found, drawn = await self._groups()
            sure = bool(found) and not found[0].split() and believable(found[0], SURE, self._hard)
            if sure and self._tested_twice:
                return self._decision(found, drawn)
            step = self._next()
            if step is None:
                break
            try:
                await step(self._case)
            except Halted as halt:
                why_no_more = halt.sentence
                if step is draw_sample:
                    break
        if found and believable(found[0], ENOUGH, self._hard):
            return self._decision(found, drawn)
        return self._without_agreement(found, drawn, why_no_more)

    @property
    def _hard(self) -> int:
        """How many results the user stated; that a result has the right type says little."""
        examples = self._case.asker.plan.examples
        return sum(not example.call.startswith("isinstance(") for example in examples)

    @property
    def _tested_twice(self) -> bool:
        """Whether more than one author's tests were passed: those of one may miss what tells solutions apart."""
        return self._case.judgement.retested or self._hard >= HARD_ALONE

    def _next(self) -> Callable[[Case], Awaitable[None]] | None:
        """The next piece of evidence. Tests come first: every solution is run once they are all there."""
        judgement, most = self._case.judgement, self._case.settings.max_samples
        if not self._tested_twice and most:
            return second_opinion
        if len(judgement.samples) < most:
            return draw_sample
        if not judgement.retested and most:
            return second_opinion
        return None

    async def _groups(self) -> tuple[list[Group], int]:
        """The groups of all candidates that count, and how many independent solutions there are in all."""
        known = self._case.known
        samples = _not_promoted(known.judgement.samples, known.attempts)
        attempts = [attempt for attempt in known.attempts if attempt.verdict is not None]
        rows = await asyncio.gather(*map(self._of_attempt, attempts), *map(self._of_sample, samples))
        counting = [candidate for candidate in rows if candidate is not None]
        seen = await asyncio.gather(*(self._looked_at(candidate, counting) for candidate in counting))
        drawn = sum(candidate.drawn for candidate in seen)
        return groups(seen, suites.test_ids(self._case.visible_tests()), self._hard), drawn

    async def _of_attempt(self, attempt: Attempt) -> Candidate | None:
        row = await self._row(attempt)
        line = f"sample {attempt.number}" if attempt.origin == "sample" else "attempts"
        drawn = attempt.origin in ("draft", "sample")
        return row and replace(row, attempt=attempt.number, drawn=drawn, line=line)

    async def _of_sample(self, sample: Sample) -> Candidate | None:
        row = await self._row(sample)
        return row and replace(row, sample=sample.number, line=f"solution {sample.number}")

    async def _row(self, solution: Attempt | Sample) -> Candidate | None:
        """A row of the matrix; None for a solution that is no evidence."""
        tests = self._case.known.tests
        verdict = await self._case.prover.examine(solution.files, solution.requirements, tests)
        if isinstance(solution, Sample):
            signal = verdict.signals.tests if verdict else None
            solution.outcome = of_tests(signal) if signal else "It could not be judged."
        if verdict is None or verdict.signals.tests is None or verdict.error_class in _NO_EVIDENCE:
            return None
        if not all(hard_results(verdict)):
            return None  # certainly wrong
        results = verdict.signals.tests.results
        return Candidate(
            files=solution.files,
            requirements=solution.requirements,
            passed=candidate_results(results, suites.test_ids(tests)),
            messages={suites.bare_id(result.id): result.message for result in results if result.message},
        )

    async def _looked_at(self, candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
        """With what it gives, where passing the same tests does not tell it from other code."""
        if not any(o.passed == candidate.passed and o.files != candidate.files for o in others):
            return candidate
        observed = await self._case.prover.observe(
            candidate.files, candidate.requirements, self._case.known.tests
        )
        return replace(candidate, observed=observed)

    def _decision(self, found: Sequence[Group], drawn: int) -> Decision:
        best = found[0]
        winner = best.chosen()
        sentence = f"{_agreeing(best, drawn)} (probability {best.belief:.1%})."
        return Decision(
            believed=True,
            winner=winner,
            belief=best.belief,
            sentence=sentence,
            quarantine=[self._quarantined(test, winner, found, drawn) for test in best.failing()],
            disagreements=[
                f"{call} gives {' or '.join(answers)[:_SHOWN]}" for call, answers in best.disagreements()
            ],
        )

    def _without_agreement(self, found: Sequence[Group], drawn: int, why_no_more: str) -> Decision:
        """No group is believed. What nothing contradicts is delivered all the same, and says so."""
        best = found[0] if found else None
        if best is None:
            return Decision(False, None, 0.0, "No solution could be judged.")
        winner = best.chosen()
        if len(found) == 1 and not best.failing() and not best.split() and drawn <= 1:
            asked = self._case.settings.max_samples > 0
            reason = why_no_more if asked else "AgentSettings.max_samples is 0."
            return Decision(
                True, winner, best.belief, f"No second solution to compare with: {reason}".strip()
            )
        return Decision(
            False,
            winner,
            best.belief,
            f"Independent solutions and tests don't agree on what is right: {_agreeing(best, drawn).lower()}, "
            f"and that is right with a probability of {best.belief:.0%}. "
            "Give an example of the result you expect in the request.",
        )

    def _quarantined(self, test: str, winner: Candidate, found: Sequence[Group], drawn: int) -> Quarantined:
        failing = sum(
            member.drawn for group in found for member in group.members if not member.passed.get(test)
        )
        message = winner.messages.get(test, "")[:_SHOWN]
        said = f" ({message})" if message else ""
        return Quarantined(
            id=test,
            source=suites.source_of(self._case.known.tests, test),
            reason=f"{failing} of {drawn} independent solutions fail it{said}, and those that behave alike pass "
            "the other tests: the test expects the wrong thing.",
        )


def _not_promoted(samples: Sequence[Sample], attempts: Sequence[Attempt]) -> list[Sample]:
    """The samples without those that became attempts; others that are word for word the same stay."""
    promoted = [attempt.files for attempt in attempts if attempt.origin == "sample"]
    left = []
    for sample in samples:
        if sample.files in promoted:
            promoted.remove(sample.files)
        else:
            left.append(sample)
    return left


def _agreeing(best: Group, drawn: int) -> str:
    if drawn == 1:
        return "The one independent solution behaves like this"
    return f"{best.draws} of {drawn} independent solutions behave alike"
