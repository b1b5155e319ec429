"""What an earlier execution delivered, proved again: the same bytes and tests, and no model."""

from __future__ import annotations

from ..core.clock import iso, now
from ..llm.models import Completion
from .case import Case
from .delivery import passed
from .judgement.challenger import challenge
from .models import Attempt, Judgement, Recording
from .prover import Draft
from .tester import count_tests

_BELIEVED = "It was believed when it was recorded; it was proved again with the recorded tests, and no model was asked."
_NOT_BELIEVED = "It passes its tests, but when it was recorded the evidence was not on its side."


async def prove_recording(case: Case, recording: Recording) -> str:
    """The recording as the one attempt, challenged where it passes. Returns why it is not believed, empty if it is.

    Whether it is right was decided when it was recorded, by evidence that would take a model to find again.
    """
    attempt = await _proved(case, recording)
    case.known.attempts.append(attempt)
    if not passed(attempt):
        return "The recorded code does not pass its recorded tests."
    case.judgement.agreement = _BELIEVED if recording.passed else _NOT_BELIEVED
    if case.settings.judgement == "full":
        await challenge(case, attempt)
    case.judgement.believed = attempt.number if recording.passed else None
    await case.keep()
    return "" if recording.passed else _NOT_BELIEVED


async def _proved(case: Case, recording: Recording) -> Attempt:
    known, recorded = case.known, recording.judgement
    known.tests = dict(recording.tests)
    _take_over(case.judgement, recorded)
    await case.recorder.tests_written(known.tests, None)
    await case.keep()
    shown = {
        "files": sorted(known.tests),
        "count": count_tests(known.tests),
        "hard": len(case.asker.plan.examples),
        "hidden": len(recorded.hidden),
        "model": "the recording",
    }
    await case.recorder.event("tests", shown)
    # Under the name of the model that wrote it; its calls are on the recorded execution's account.
    completion = Completion(text="", model=recording.model, tier=case.asker.plan.tier, hops=[])
    draft = Draft(recording.files, recording.requirements, [], completion, iso(now()), origin="recording")
    return await case.prover.prove(draft, known.tests, [])


def _take_over(judgement: Judgement, recorded: Judgement) -> None:
    """What is known of the tests; what was found out about solutions belongs to the recorded execution."""
    judgement.hidden = list(recorded.hidden)
    judgement.quarantined = list(recorded.quarantined)
    judgement.added_tests = list(recorded.added_tests)
