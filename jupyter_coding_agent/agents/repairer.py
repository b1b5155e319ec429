"""A better version of code that did not pass, from what was found wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from .asking import Answer, Asker
from .feedback import build_feedback
from .models import Attempt
from .replies import Reply

# At temperature 0 the same question gets the same answer, so after a repetition it is asked differently.
_OTHER_TEMPERATURE = 0.7


async def repair(asker: Asker, tests: Mapping[str, str], attempts: Sequence[Attempt]) -> Answer:
    """Ask for the last attempt's code mended; the answer has all files. Raises Halted if none can be had."""
    last = attempts[-1]
    unchanged = any(attempt.files == last.files for attempt in attempts[:-1])

    def accept(reply: Reply) -> Reply:
        requirements = last.requirements if reply.requirements is None else reply.requirements
        return dataclasses.replace(reply, files={**last.files, **reply.files}, requirements=requirements)

    return await asker.ask(
        "repair",
        accept=accept,
        temperature=_OTHER_TEMPERATURE if unchanged else 0.0,
        feedback=build_feedback(last, tests, unchanged=unchanged),
        files=last.files,
        requirements=last.requirements,
    )
