"""Whether an execution is settled: an attempt passes, its tests hold, and the evidence is on its side."""

from __future__ import annotations

from ..case import Case
from ..classify import Halted, doubtful
from ..delivery import passed
from ..drafting import from_sample
from ..models import Attempt
from ..source import suites
from .arbiter import Arbiter, Decision
from .challenger import challenge, strengthened
from .matrix import Candidate

_TEMPLATES = "templates/"


async def settled(case: Case) -> bool:
    """Whether an attempt is believed. Raises Halted where the evidence forbids to go on."""
    attempts = case.known.attempts
    if not attempts or case.judgement.believed is not None:
        return bool(attempts)
    last = attempts[-1]
    if case.settings.judgement == "plain" or last.model.startswith(_TEMPLATES):
        return await _settled_alone(case, last)
    if not passed(last) and not doubtful(attempts, case.judgement):
        return False
    decision = await Arbiter(case).weigh()
    case.judgement.agreement, case.judgement.belief = decision.sentence, decision.belief
    case.judgement.disagreements = decision.disagreements
    await case.keep()
    if decision.winner is None or not decision.believed:
        if passed(last):
            raise Halted(decision.sentence)
        return False
    attempt = await _adopted(case, decision, decision.winner)
    return passed(attempt) and await _challenged(case, attempt)


async def _settled_alone(case: Case, last: Attempt) -> bool:
    """Of one kind, or as plainly as was asked for: what passes is believed.

    A template is the same every time, so there is nothing to compare it with.
    """
    case.judgement.believed = last.number if passed(last) else None
    if last.model.startswith(_TEMPLATES):
        passes = "whose own tests it passes" if passed(last) else "unchanged by any model"
        said = [f"It comes from the template library, {passes}.", *last.notes]
        case.judgement.agreement = " ".join(said)
    if passed(last) and case.settings.judgement == "full":
        await challenge(case, last)
    return passed(last)


async def _challenged(case: Case, attempt: Attempt) -> bool:
    """Whether the tests that a believed attempt passes stand; where stronger ones came, they decide anew."""
    await challenge(case, attempt)
    if await strengthened(case, attempt):
        await _prove_again(case, attempt)
        return await settled(case)
    case.judgement.believed = attempt.number
    await case.keep()
    return True


async def _prove_again(case: Case, attempt: Attempt) -> Attempt:
    again = await case.prover.prove_again(attempt, case.known.tests)
    case.known.attempts[attempt.number - 1] = again
    return again


async def _adopted(case: Case, decision: Decision, winner: Candidate) -> Attempt:
    """Take out the tests that were found wrong; the winner as an attempt, judged by the others."""
    known = case.known
    for test in decision.quarantine:
        case.judgement.quarantined.append(test)
        await case.recorder.event("quarantine", test.model_dump())
    known.tests = suites.without(known.tests, [test.id for test in decision.quarantine])
    await case.keep()
    if winner.attempt is None:
        return await _promoted(case, decision, winner)
    attempt = known.attempts[winner.attempt - 1]
    if case.judgement.added_tests or decision.quarantine or not passed(attempt):
        return await _prove_again(case, attempt)
    return attempt


async def _promoted(case: Case, decision: Decision, winner: Candidate) -> Attempt:
    """An independent solution as the next attempt. Raises Halted where no attempt is left."""
    known = case.known
    if len(known.attempts) >= case.asker.task.max_attempts:
        raise Halted(f"Another solution is believed, but no attempt is left for it. {decision.sentence}")
    sample = case.judgement.samples[(winner.sample or 1) - 1]
    draft = from_sample(case, sample, f"Another solution was taken. {decision.sentence}")
    known.attempts.append(await case.prover.prove(draft, known.tests, known.attempts))
    return known.attempts[-1]
