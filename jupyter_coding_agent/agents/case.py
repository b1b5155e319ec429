"""One execution on its way: what is known, and who is asked, judges and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .conversation.asking import Asker
from .models import History, Judgement
from .ports import Recorder
from .prover import Prover
from .settings import AgentSettings
from .source import suites


@dataclass(frozen=True)
class Case:
    """Everything that the stages of the loop share."""

    asker: Asker
    prover: Prover
    recorder: Recorder
    known: History
    settings: AgentSettings

    @property
    def judgement(self) -> Judgement:
        """What is known beyond the verdicts; changed in place, then kept."""
        return self.known.judgement

    def visible_tests(self) -> dict[str, str]:
        """The tests that may be shown to whoever writes and repairs the code."""
        return suites.without(self.known.tests, self.judgement.hidden)

    async def add_tests(self, files: Mapping[str, str]) -> None:
        """Further soft tests, of which a third is hidden as well; those that are there already are left out."""
        there = {_told_apart_by(self.known.tests, test) for test in suites.test_ids(self.known.tests)}
        again = [test for test in suites.test_ids(files) if _told_apart_by(files, test) in there]
        new = suites.without(files, again)
        self.known.tests |= new
        self.judgement.added_tests += sorted(new)
        self.judgement.hidden += suites.choose_hidden(new, self.asker.task.hiding)
        await self.keep()

    async def keep(self) -> None:
        """Store tests and judgement before going on."""
        await self.recorder.judged(self.known.tests, self.judgement)


def _told_apart_by(tests: Mapping[str, str], test: str) -> tuple[str, str]:
    return test.partition("::")[2], suites.source_of(tests, test)
