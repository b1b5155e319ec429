"""Tests that pass are challenged: would they have noticed a mistake?"""

from __future__ import annotations

import hashlib
import json

from ...validation.models import Challenge
from ..case import Case
from ..classify import Halted
from ..models import Attempt
from .samples import strengthen

WEAK = 0.6
"""Below this mutation score stronger tests are asked for, once."""


async def challenge(case: Case, attempt: Attempt) -> None:
    """Measure how well the tests would notice mistakes in an attempt that passes them; once per code and tests."""
    judgement = case.judgement
    subject = _hash([attempt.files, case.known.tests])
    if judgement.challenge_of == subject:
        return
    judgement.challenge = await case.prover.challenge(attempt, case.known.tests)
    judgement.challenge_of = subject
    await case.keep()
    if judgement.challenge is None:
        return
    scored = attempt.model_copy(update={"mutation_score": judgement.challenge.score})
    case.known.attempts[attempt.number - 1] = scored
    await case.recorder.attempt(scored)
    await case.recorder.event("challenge", _shown(attempt, judgement.challenge))


async def strengthened(case: Case, attempt: Attempt) -> bool:
    """Whether stronger tests were added, because the present ones miss too much; asked for once at most."""
    found = case.judgement.challenge
    if found is None or found.score is None or found.score >= WEAK or case.judgement.strengthened:
        return False
    try:
        await strengthen(case, attempt, [mutant for mutant in found.mutants if mutant.outcome == "survived"])
    except Halted:
        return False  # the weak tests stand, and their score says so
    return True


def _shown(attempt: Attempt, found: Challenge) -> dict[str, object]:
    survivors = [mutant for mutant in found.mutants if mutant.outcome == "survived"]
    return {
        "attempt": attempt.number,
        "ran": len(found.mutants),
        "score": found.score,
        "survivors": [f"{m.path}:{m.line}: {m.original} → {m.changed}" for m in survivors],
    }


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
