"""The next version of the code: the first draft, or what the ladder's next rung gives."""

from __future__ import annotations

from ..core.clock import iso, now
from ..llm.models import Completion
from .best import rank
from .case import Case
from .classify import Halted, ending
from .coder import write_code
from .judgement.samples import draw_sample
from .ladder import next_rung
from .models import Origin, Sample
from .prover import Draft
from .repairer import repair, start_afresh

# So many independent solutions are drawn at the top of the ladder, of which the best is kept.
_BEST_OF = 3
_DONE: dict[Origin, str] = {
    "repair": "Repair",
    "reason": "Repair, the cause stated first,",
    "fresh": "Fresh start one tier up instead",
    "sample": "Best of several solutions instead",
}


_ANNOUNCED: dict[Origin, str] = {
    "repair": "Asking for a repair.",
    "reason": "Asking for the cause first, then for a repair.",
    "fresh": "Asking a better model for a fresh start.",
    "sample": "Asking for several solutions, to take the best.",
}


async def next_draft(case: Case) -> Draft:
    """Ask for it. Raises Halted if no further attempt may be made, or none can be had."""
    attempts = case.known.attempts
    ended = ending(attempts, case.asker.task.max_attempts)
    if ended:
        raise Halted(ended)
    return await _after_failure(case) if attempts else await _first(case)


def from_sample(case: Case, sample: Sample, fix_applied: str) -> Draft:
    """An independent solution as a draft; its call is accounted for already."""
    completion = Completion(text="", model=sample.model, tier=case.asker.plan.tier, hops=[])
    return Draft(sample.files, sample.requirements, [], completion, iso(now()), fix_applied, "sample")


async def _first(case: Case) -> Draft:
    started_at = iso(now())
    answer = await write_code(case.asker, case.visible_tests(), unseen=bool(case.judgement.hidden))
    reply = answer.reply
    notes = [*filter(None, [answer.completion.note]), *reply.notes]
    return Draft(reply.files, reply.requirements or [], notes, answer.completion, started_at)


async def _after_failure(case: Case) -> Draft:
    started_at, attempts = iso(now()), case.known.attempts
    last, full = attempts[-1], case.settings.judgement == "full"
    rung = next_rung(attempts) if full else "repair"
    fix = f"{_DONE[rung]} of attempt {last.number}: {last.error_message or last.error_class}"
    told = {"error_class": last.error_class, "reason": last.error_message, "rung": rung}
    await case.recorder.event("retry", {"attempt": last.number, **told, "fix": _ANNOUNCED[rung]})
    if rung == "sample":
        return from_sample(case, await _best_sample(case), fix)
    if rung == "fresh":
        answer = await start_afresh(case.asker, case.known.tests, attempts, hidden=case.judgement.hidden)
    else:
        answer = await repair(
            case.asker,
            case.known.tests,
            attempts,
            hidden=case.judgement.hidden,
            reason_first=rung == "reason",
        )
    reply = answer.reply
    return Draft(reply.files, reply.requirements or [], reply.notes, answer.completion, started_at, fix, rung)


async def _best_sample(case: Case) -> Sample:
    """The independent solution that does best; as many are drawn as the settings allow. Raises Halted."""
    samples = case.judgement.samples
    while len(samples) < min(_BEST_OF, case.settings.max_samples):
        await draw_sample(case)
    tried = [attempt.files for attempt in case.known.attempts]
    left = [sample for sample in samples if sample.files not in tried]
    if not left:
        raise Halted("Every independent solution was tried.")
    verdicts = [
        await case.prover.examine(sample.files, sample.requirements, case.known.tests) for sample in left
    ]
    best = max(range(len(left)), key=lambda number: (rank(verdicts[number]), -number))
    return left[best]
