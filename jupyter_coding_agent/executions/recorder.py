"""Keeps what a running execution reports, before the loop goes on."""

from __future__ import annotations

from typing import Any

from ..agents.models import Attempt, Judgement
from ..llm.models import Completion
from .attachments import Attachments
from .events import Bells
from .store import ExecutionStore
from .writing import Claim


class ExecutionRecorder:
    """The loop's `Recorder`: every call returns once what it was given is on disk.

    Raises Superseded where the execution was cancelled meanwhile, StorageUnavailable where nothing can be
    written.
    """

    def __init__(self, store: ExecutionStore, bells: Bells, claim: Claim, attachments: Attachments) -> None:
        self._store = store
        self._bells = bells
        self._claim = claim
        self._attachments = attachments

    async def event(self, kind: str, data: dict[str, Any]) -> None:
        """Store one progress event and wake its followers."""
        await self._store.add_event(self._claim, kind, data)
        self._bells.ring(self._claim.execution_id, self._claim.user)

    async def tests_written(self, tests: dict[str, str], completion: Completion | None) -> None:
        """Store the tests: a later start of this execution goes on with them."""
        await self._store.set_tests(self._claim, tests, completion)

    async def judged(self, tests: dict[str, str], judgement: Judgement) -> None:
        """Store the tests as they stand and what is known beyond the verdicts."""
        await self._store.set_judgement(self._claim, tests, judgement)

    async def attempt(self, attempt: Attempt) -> None:
        """Store one finished attempt, and before it what its run left."""
        await self._attachments.keep(self._claim, attempt)
        await self._store.add_attempt(self._claim, attempt)
