"""From a cell that fails to a change with which it runs."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...core.clock import iso, now
from ...llm.models import Completion
from ..case import Case
from ..classify import Halted, ending
from ..conversation.feedback import build_feedback, what_went_wrong
from ..conversation.replies import Reply
from ..ladder import next_rung, tier_up
from ..models import Fix, Origin, Raised
from ..prover import Draft, Judged
from . import mends
from .book import SOLUTION, Book
from .mends import Mend
from .proving import CellProver, ran
from .raised import raised_by, same, sentence

BUILT_IN = "built-in mend"
"""Who made a change that no model made."""
_ELSEWHERE = (
    "It may depend on state that could not be carried over: files, connections, or what was run and deleted."
)
_OTHER_TEMPERATURE = 0.7


async def mend(case: Case, fix: Fix, prover: CellProver) -> None:
    """Go on until the cells run. Raises Halted where it can't go on, or need not."""
    known = case.known
    await case.recorder.tests_written({}, None)
    fixer = _Fixer(case, prover, await _reproduced(case, fix, prover))
    while not ran(case):
        draft = await fixer.next_draft()
        known.attempts.append(await prover.prove(draft, {}, known.attempts))
    known.judgement.believed = known.attempts[-1].number
    await case.keep()


async def _reproduced(case: Case, fix: Fix, prover: CellProver) -> _Reproduced:
    """What the cells raise as they are. Raises Halted unless that is what the notebook saw.

    First what the cell builds on is made anew. Where that fails otherwise (a file is not there) or goes well
    (the notebook's state is another), the cell is run on the variables as they stand in the notebook.
    """
    first = judged = await prover.reproduce(live=False)
    found = _seen(fix, judged)
    notebook = case.asker.task.notebook
    if found is None and notebook is not None and notebook.values:
        judged = await prover.reproduce(live=True)
        found = _seen(fix, judged)
    if found is None:
        prover.live = False
        raise Halted(_otherwise(fix, prover, first))
    told = {"attempt": 0, "signal": "tests", "passed": False, "summary": sentence(found)}
    await case.recorder.event("signal", told)
    # The notebook's own lines are in the notebook's words.
    prover.raised = found.model_copy(update={"frames": fix.traceback.frames if fix.traceback else []})
    tests = judged.verdict.signals.tests if judged.verdict else None
    failed = [one for one in tests.results if one.outcome == "failed"] if tests else []
    traceback = failed[0].traceback if failed else ""
    return _Reproduced(prover.raised, traceback or sentence(found), judged.requirements)


def _seen(fix: Fix, judged: Judged) -> Raised | None:
    """What a run raised, if that is the failure that is to be mended."""
    verdict = judged.verdict
    if verdict is None:
        raise Halted(judged.error_message or "The cell could not be run.")
    found = raised_by(verdict)
    if fix.traceback is not None:
        return found if same(fix.traceback, found) else None
    if verdict.status == "ran" or verdict.error_class == "notebook":
        return None
    return found or Raised(type=verdict.error_class or "failure", message=judged.error_message or "")


def _otherwise(fix: Fix, prover: CellProver, judged: Judged) -> str:
    """Why nothing can be proved about a failure that is not seen here."""
    name, after = prover.book.name(SOLUTION), _after(fix)
    if judged.verdict is not None and judged.verdict.status == "ran":
        return f"{name} runs here{after}, so nothing was changed. {_ELSEWHERE}"
    here = (judged.error_message or "It does not pass").rstrip(".")
    seen = f" In the notebook it was {sentence(fix.traceback)}." if fix.traceback else ""
    nothing = "So no change could be proved, and none was made."
    return f"It fails otherwise here{after}: {here}.{seen} {nothing} {_ELSEWHERE}"


def _after(fix: Fix) -> str:
    count = len(fix.cells)
    return (
        f", after the {count} cells that it builds on"
        if count > 1
        else ", after the cell that it builds on"
        if count
        else ""
    )


@dataclasses.dataclass(frozen=True)
class _Reproduced:
    raised: Raised
    traceback: str
    requirements: list[str]


class _Fixer:
    """Asks for one change after the other: the well-known mends first where they are sure, then a model's."""

    def __init__(self, case: Case, prover: CellProver, reproduced: _Reproduced) -> None:
        self._case = case
        self._book: Book = prover.book
        self._reproduced = reproduced

    @property
    def raised(self) -> Raised:
        """What the cells raise as they are."""
        return self._reproduced.raised

    async def next_draft(self) -> Draft:
        """Raises Halted if no further attempt may be made, or none can be had."""
        attempts, task = self._case.known.attempts, self._case.asker.task
        ended = ending(attempts, task.max_attempts)
        if ended:
            raise Halted(ended)
        known = self._mend()
        if known is not None and known.kind == "import":
            return await self._mended(known)
        try:
            return await self._asked()
        except Halted as halt:
            # A name that is nearly right may be meant otherwise: a model is asked first where there is one.
            if known is not None:
                return await self._mended(known)
            what = sentence(self._now() or self.raised)
            raise Halted(f"No simple mend is known for {what}. {halt.sentence}") from halt

    def _now(self) -> Raised | None:
        """What the latest version raises; None where that is not what is wrong with it."""
        attempts = self._case.known.attempts
        if not attempts:
            return self.raised
        return raised_by(attempts[-1].verdict) if attempts[-1].verdict else None

    def _mend(self) -> Mend | None:
        """The well-known mend for the latest version; None where there is none, or it was tried."""
        attempts, raised = self._case.known.attempts, self._now()
        if raised is None:
            return None
        files = attempts[-1].files if attempts else self._book.originals
        found = mends.find(self._book, files, raised, self._case.asker.task.variables)
        if found is None:
            return None
        after = self._book.delivered({**files, **found.files})
        return (
            None if any(one.files == after for one in attempts) else dataclasses.replace(found, files=after)
        )

    async def _mended(self, known: Mend) -> Draft:
        await self._tell("A well-known mend is tried.")
        completion = Completion(text="", model=BUILT_IN, tier=self._case.asker.plan.tier, hops=[])
        return Draft(known.files, self._requirements(), [], completion, iso(now()), known.sentence, "mend")

    async def _asked(self) -> Draft:
        attempts, asker = self._case.known.attempts, self._case.asker
        started_at = iso(now())
        tried = [attempt for attempt in attempts if attempt.origin != "mend"]
        rung: Origin = next_rung(tried) if tried else "draft"
        afresh = rung in ("fresh", "sample")
        last = attempts[-1] if attempts and not afresh else None
        unchanged = last is not None and any(one.files == last.files for one in attempts[:-1])
        context: dict[str, Any] = {
            "cells_to_mend": self._book.whole(last.files if last else self._book.originals),
            "failing": SOLUTION,
            "raised": sentence(self.raised),
            "traceback": self._reproduced.traceback,
            "lines": [f"{one.cell} line {one.line}: {one.text}" for one in self.raised.frames if one.text],
            "feedback": build_feedback(last, {}, unchanged=unchanged) if last else None,
            "wrong": what_went_wrong(attempts, {}) if afresh else [],
            "reason_first": rung == "reason",
        }
        answer = await asker.ask(
            "fix",
            accept=self._accept(last.files if last else {}),
            temperature=_OTHER_TEMPERATURE if unchanged or afresh else 0.0,
            tier=tier_up(asker.plan.tier) if afresh else asker.plan.tier,
            **context,
        )
        await self._tell("A model was asked to mend it.")
        done = None
        if attempts:
            done = f"Another change than that of attempt {attempts[-1].number}: {attempts[-1].error_message}"
        reply = answer.reply
        requirements = self._requirements() if reply.requirements is None else reply.requirements
        origin: Origin = "fresh" if afresh else rung
        return Draft(reply.files, requirements, reply.notes, answer.completion, started_at, done, origin)

    def _accept(self, before: dict[str, str]) -> Any:
        def accept(reply: Reply) -> Reply:
            unknown = sorted(reply.files.keys() - self._book.cells.keys())
            files = self._book.delivered({**before, **reply.files})
            if unknown:
                cells = ", ".join(self._book.cells)
                reason = f"{', '.join(unknown)} is none of the notebook's cells, which are {cells}."
                return dataclasses.replace(reply, reason=reason)
            if not self._book.changes(files):
                return dataclasses.replace(reply, reason="No cell was changed.")
            return dataclasses.replace(reply, files=files)

        return accept

    def _requirements(self) -> list[str]:
        attempts = self._case.known.attempts
        return list(attempts[-1].requirements if attempts else self._reproduced.requirements)

    async def _tell(self, fix: str) -> None:
        attempts = self._case.known.attempts
        if attempts:
            last = attempts[-1]
            told = {"error_class": last.error_class, "reason": last.error_message, "fix": fix}
            await self._case.recorder.event("retry", {"attempt": last.number, **told})
