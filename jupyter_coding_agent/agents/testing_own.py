"""Tests for a cell of the user's own. Only they are written: what the cell fails is a finding about it."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.clock import iso, now
from ..llm.models import Completion
from ..validation.models import TestResult
from ..validation.quality import counted
from .case import Case
from .classify import Halted
from .delivery import passed
from .judgement.challenger import challenge
from .models import Outcome, OwnTests
from .prover import Draft
from .tester import accept_tests, count_tests

SOLUTION = "solution.py"
_MOST = 5


async def test_own(case: Case, own: OwnTests) -> None:
    """Write the tests and run them on the cell as it is. Raises Halted where none can be had."""
    known = case.known
    if not known.tests:
        await _write(case, own)
    if not known.attempts:
        # Under the name of the tests' author, whose call is on the execution's own account.
        author = known.tests_completion.model if known.tests_completion else ""
        completion = Completion(text="", model=author, tier=case.asker.plan.tier, hops=[])
        draft = Draft({SOLUTION: own.cell.rstrip() + "\n"}, [], [], completion, iso(now()), origin="given")
        known.attempts.append(await case.prover.prove(draft, known.tests, []))
    attempt = known.attempts[-1]
    if attempt.verdict is None:
        raise Halted(attempt.error_message or "The tests could not be run.")
    if passed(attempt):
        await challenge(case, attempt)
        case.judgement.believed = attempt.number
    await case.keep()


async def _write(case: Case, own: OwnTests) -> None:
    answer = await case.asker.ask(
        "own",
        accept=accept_tests(case.asker.language),
        cell=own.cell,
        before=[cell.source for cell in own.cells],
    )
    known = case.known
    known.tests, known.tests_completion = dict(answer.reply.files), answer.completion
    await case.recorder.tests_written(known.tests, answer.completion)
    shown = {"files": sorted(known.tests), "count": count_tests(known.tests), "hard": 0, "hidden": 0}
    await case.recorder.event("tests", {**shown, "model": answer.completion.model})


def findings_of(outcome: Outcome, name: str) -> Outcome:
    """The outcome in words that blame neither side: the tests are a model's, the cell is the user's."""
    attempt = outcome.attempts[0] if outcome.attempts else None
    verdict = attempt.verdict if attempt else None
    tests = verdict.signals.tests if verdict else None
    failing = [result for result in tests.results if result.outcome == "failed"] if tests else []
    if outcome.status == "passed" or not failing:
        return outcome
    total = len(tests.results) if tests else 0
    lines = [
        f"{counted(len(failing), 'test')} of {total} fail{'s' * (len(failing) == 1)}. {name} was not changed: "
        "look whether it is wrong there, or the test expects what you don't want.",
        *_listed(failing),
    ]
    return outcome.model_copy(update={"explanation": "\n".join(lines)})


def _listed(failing: Sequence[TestResult]) -> list[str]:
    lines = [f"{result.id.rpartition('::')[2]}: {' '.join(result.message.split())}" for result in failing]
    more = len(lines) - _MOST
    return [*lines[:_MOST], *([f"and {more} more"] if more > 0 else [])]
