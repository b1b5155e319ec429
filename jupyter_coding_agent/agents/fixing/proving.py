"""Judges changes of a user's own cells: those before it run first, and then the one that failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...core.errors import AgentError
from ...validation.models import Effects, Notebook, Signals, ValidationRequest, Verdict
from ..conversation.prompting import LanguagePart
from ..models import Judgement, Plan, Raised, Task
from ..ports import Judge, Recorder
from ..prover import Judged, Prover
from ..source.pysource import defined_names
from . import guard, kinds
from .book import SOLUTION, Book, as_file

if TYPE_CHECKING:
    from ..case import Case


class CellProver(Prover):
    """A prover whose code is a notebook's cells. What the user wrote is not tidied: the difference is to be small."""

    def __init__(
        self,
        judge: Judge,
        recorder: Recorder,
        language: LanguagePart,
        task: Task,
        plan: Plan,
        judgement: Judgement,
        book: Book,
    ) -> None:
        super().__init__(judge, recorder, language, task, plan, judgement)
        self.book = book
        self.origin = book.originals
        self.live = False
        """Whether the failing cell runs on the notebook's live variables, in place of making them anew."""
        self.raised: Raised | None = None
        """What is to be mended; None while that is not known."""

    async def reproduce(self, *, live: bool) -> Judged:
        """The cells as they are; with `live`, the failing one on the variables as they stand in the notebook."""
        self.live = live
        return await self.judged(0, dict(self.origin), [], {})

    async def tidied(self, files: dict[str, str]) -> dict[str, str]:
        """As they are."""
        return files

    async def judged(
        self, number: int, files: dict[str, str], requirements: list[str], tests: Mapping[str, str]
    ) -> Judged:
        """Where a change hides the failure it is not run at all."""
        hidden = guard.findings(self.book, files, self.raised.type) if self.raised else []
        if hidden:
            return _gaming(hidden, requirements)
        judged = await super().judged(number, files, requirements, tests)
        if judged.verdict is not None and judged.verdict.status == "ran":
            lost = await self._lost(files, judged.requirements) if self.raised else []
            # Without tests, that it ran is all there is to reach.
            ran = replace(judged, error_message=None)
            return (
                _gaming(lost, requirements) if lost else await self._with_earlier(ran, judged.verdict, files)
            )
        message = (judged.error_message or "").replace(SOLUTION, self.book.name(SOLUTION)) or None
        # Elsewhere the cells before are nobody's to change; here they are.
        kind = "exception" if judged.error_class == "notebook" else judged.error_class
        return replace(judged, error_class=kind, error_message=message)

    async def _with_earlier(self, judged: Judged, verdict: Verdict, files: dict[str, str]) -> Judged:
        """With what the static tools say of the changed cells before it, which only ran."""
        effects = verdict.effects
        for path in self.book.delivered(files):
            if path == SOLUTION:
                continue
            request = super().request({path: files[path]}, judged.requirements, {})
            signals = [signal for signal in request.signals if signal != "tests"]
            known = self.request(files, [], {}).known_names
            only = {"cell": path, "signals": signals, "notebook": None, "known_names": known}
            alone = request.model_copy(update=only)
            try:
                looked = await self._judge.validate(
                    alone, generated=True, allowed_packages=self._allowed(judged.requirements)
                )
            except AgentError as error:
                return Judged(None, judged.requirements, "infrastructure", error.message)
            if looked.status == "failed":
                message = looked.explanation.replace(path, self.book.name(path))
                return Judged(looked, judged.requirements, looked.error_class, message)
            effects = together(effects, looked.effects)
        return replace(judged, verdict=verdict.model_copy(update={"effects": effects}))

    async def _lost(self, files: dict[str, str], requirements: list[str]) -> list[str]:
        """What the changed cells no longer leave, found by running them once more."""
        names = kinds.names_of(self.book, files)
        if not names:
            return []
        observed = await self._ask(files, requirements, {kinds.TEST: kinds.question(names)})
        return kinds.findings(self.book, files, kinds.answer(names, observed), self._task.variables)

    async def _ask(
        self, files: dict[str, str], requirements: list[str], tests: dict[str, str]
    ) -> dict[str, tuple[str, ...]]:
        """What such a run hands over; nothing where it can't be had."""
        request = self.request(files, requirements, tests)
        try:
            return await self._judge.observe(
                request, probes=False, generated=True, allowed_packages=self._allowed(requirements)
            )
        except AgentError:
            return {}

    def request(
        self, files: dict[str, str], requirements: list[str], tests: Mapping[str, str]
    ) -> ValidationRequest:
        """The failing cell in its notebook: after the cells that it builds on, changed ones in place of theirs."""
        whole = self.book.whole(files)
        request = super().request({SOLUTION: whole.pop(SOLUTION)}, requirements, tests)
        known = set(request.known_names).union(*map(defined_names, whole.values()))
        return request.model_copy(
            update={"notebook": self._notebook(whole), "known_names": sorted(filter(str.isidentifier, known))}
        )

    def _notebook(self, cells: Mapping[str, str]) -> Notebook:
        sent = self._task.notebook or Notebook()
        if self.live:
            changed = {self.book.originals[path]: text for path, text in cells.items()}
            before = [changed.get(as_file(source), source) for source in sent.before]
            return sent.model_copy(update={"before": before})
        # What these cells make is made again, so that a change of one of them counts.
        made = set[str]().union(*(defined_names(text) for text in self.book.originals.values()))
        values = {name: value for name, value in sent.values.items() if name not in made}
        missing = {name: why for name, why in sent.missing.items() if name not in made}
        return sent.model_copy(update={"before": list(cells.values()), "values": values, "missing": missing})


def _gaming(sentences: list[str], requirements: list[str]) -> Judged:
    text = " ".join(sentences[:3])
    verdict = Verdict(status="failed", signals=Signals(), error_class="gaming", explanation=text)
    return Judged(verdict, requirements, "gaming", text)


def together(one: Effects, other: Effects) -> Effects:
    """What both do, each target once."""
    added = {
        name: sorted({*getattr(one, name), *getattr(other, name)})
        for name in Effects.model_fields
        if name != "events"
    }
    return Effects(**added, events=[*one.events, *other.events])


def ran(case: Case) -> bool:
    """Whether the last attempt ran, and nothing speaks against it."""
    attempts = case.known.attempts
    verdict = attempts[-1].verdict if attempts else None
    return verdict is not None and verdict.status == "ran"
