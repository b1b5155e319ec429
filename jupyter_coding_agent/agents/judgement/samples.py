"""Further opinions: independent solutions, stronger tests, and a second set of tests."""

from __future__ import annotations

from collections.abc import Sequence

from ...validation.models import Mutant
from ..case import Case
from ..coder import with_solution
from ..conversation.asking import Answer
from ..laws.stated import find_laws
from ..models import Attempt, Sample
from ..source import suites
from ..source.interface import interface
from ..tester import accept_tests, count_tests

# At 0 every independent solution would be the same.
_TEMPERATURE = 0.8


async def draw_sample(case: Case) -> None:
    """Ask for one more independent solution: from the request and the tests' interface alone. Raises Halted."""
    asker, tests = case.asker, case.known.tests
    answer = await asker.ask(
        "alternative",
        accept=lambda reply: with_solution(reply, asker.language, tests),
        temperature=_TEMPERATURE,
        interface=interface(tests),
    )
    judgement = case.judgement
    sample = Sample(
        number=len(judgement.samples) + 1,
        files=await case.prover.tidied(dict(answer.reply.files)),
        requirements=answer.reply.requirements or [],
        model=answer.completion.model,
        cost_usd=answer.completion.cost_usd,
    )
    judgement.samples.append(sample)
    judgement.cost_usd += sample.cost_usd
    await case.keep()
    await case.recorder.event("alternative", {"number": sample.number, "model": sample.model})


async def second_opinion(case: Case) -> None:
    """Ask once for a second set of tests, written from the request alone. Raises Halted."""
    case.judgement.retested = True
    answer = await case.asker.ask(
        "retest",
        accept=accept_tests(case.asker.language, taken=case.known.tests),
        temperature=_TEMPERATURE,
        interface=interface(case.known.tests),
        tested=[test.rpartition("::")[2] for test in suites.test_ids(case.known.tests)],
        laws=find_laws(case.asker.task.prompt),
    )
    await _add(case, answer, "A second set of tests, written independently.")


async def strengthen(case: Case, attempt: Attempt, survivors: Sequence[Mutant]) -> None:
    """Ask once for tests that notice what the present ones don't. Raises Halted."""
    case.judgement.strengthened = True
    answer = await case.asker.ask(
        "strengthen",
        accept=accept_tests(case.asker.language, taken=case.known.tests),
        tests=case.known.tests,
        survivors=survivors,
        files=attempt.files,
    )
    await _add(case, answer, "Further tests, since the present ones miss mistakes.")


async def _add(case: Case, answer: Answer, why: str) -> None:
    case.judgement.cost_usd += answer.completion.cost_usd
    files = answer.reply.files
    await case.add_tests(files)
    shown = {"files": sorted(files), "count": count_tests(files), "model": answer.completion.model}
    await case.recorder.event("tests", {**shown, "why": why})
