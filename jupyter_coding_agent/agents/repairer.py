"""A better version of code that did not pass, from what was found wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from .coder import with_solution
from .conversation.asking import Answer, Asker
from .conversation.feedback import build_feedback, what_went_wrong
from .conversation.replies import Reply
from .ladder import tier_up
from .models import Attempt
from .source import suites

# At temperature 0 the same question gets the same answer, so after a repetition it is asked differently.
_OTHER_TEMPERATURE = 0.7


async def repair(
    asker: Asker,
    tests: Mapping[str, str],
    attempts: Sequence[Attempt],
    *,
    hidden: Collection[str] = (),
    reason_first: bool = False,
) -> Answer:
    """Ask for the last attempt's code mended; the answer has all files. Raises Halted if none can be had.

    `tests` are all of them; those that are `hidden` are not shown. With `reason_first` the cause is to be
    stated before the code.
    """
    last = attempts[-1]
    unchanged = any(attempt.files == last.files for attempt in attempts[:-1])

    def accept(reply: Reply) -> Reply:
        requirements = last.requirements if reply.requirements is None else reply.requirements
        return dataclasses.replace(reply, files={**last.files, **reply.files}, requirements=requirements)

    return await asker.ask(
        "repair",
        accept=accept,
        temperature=_OTHER_TEMPERATURE if unchanged else 0.0,
        feedback=build_feedback(last, tests, hidden=hidden, unchanged=unchanged),
        files=last.files,
        requirements=last.requirements,
        reason_first=reason_first,
        unseen=bool(hidden),
    )


async def start_afresh(
    asker: Asker, tests: Mapping[str, str], attempts: Sequence[Attempt], *, hidden: Collection[str] = ()
) -> Answer:
    """Ask a model one tier up for a new solution that only knows what went wrong before. Raises Halted.

    `tests` are all of them; those that are `hidden` are not shown, and neither is what they found.
    """
    visible = suites.without(tests, hidden)
    return await asker.ask(
        "fresh",
        accept=lambda reply: with_solution(reply, asker.language, visible),
        temperature=_OTHER_TEMPERATURE,
        tier=tier_up(asker.plan.tier),
        tests=visible,
        wrong=what_went_wrong(attempts, tests, hidden=hidden),
        unseen=bool(hidden),
    )
