"""Carries one claimed execution out: the loop, and its end in the database whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from ..agents.models import Attempt, Conversation, History, Outcome, Recording, Task
from ..agents.ports import Recorder
from ..core.clock import iso, now
from ..core.errors import AgentError, NotFound, StorageUnavailable
from ..sessions.service import SessionService
from ..validation.models import Receipt
from .attachments import Attachments
from .events import Bells
from .models import ExecuteRequest, ExecutionView, Fault
from .recorder import ExecutionRecorder
from .settings import ExecutionSettings
from .store import ExecutionStore
from .surroundings import Surroundings, conversation_sha256
from .views import execution_view
from .writing import Claim, Ending, Superseded

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0


class Loop(Protocol):
    """The agents' loop for one execution."""

    async def run(self, task: Task, history: History | None = None) -> Outcome:
        """The best attempt, or MissingPart, NoTemplateFits and the like."""

    async def prove(self, task: Task, recording: Recording) -> Outcome:
        """A recorded result proved again, without a model."""


class Signer(Protocol):
    """Issues receipts: what it says is signed, and verifies by its public key."""

    key_id: str
    public_key: bytes

    def sign(self, content: Mapping[str, Any]) -> Receipt:
        """A receipt with this content, signed."""


Loops = Callable[[Recorder], Loop]
Package = Callable[[ExecutionView, Mapping[str, bytes]], tuple[str, bytes]]
"""A result, and path → content of the files that it was given → name and content of its archive."""


class Carrier:
    """Everything between a claim and the last event of an execution's stream.

    A fault of ours or of the surroundings ends it as failed with a sentence. Where nothing can be written, it
    waits until something can; where the engine ends meanwhile, the execution stays running and is put back in
    the queue by the next engine.
    """

    def __init__(
        self,
        store: ExecutionStore,
        bells: Bells,
        loops: Loops,
        settings: ExecutionSettings,
        signer: Signer | None,
        pause: float,
        attachments: Attachments,
        sessions: SessionService | None = None,
        surroundings: Surroundings | None = None,
        package: Package | None = None,
    ) -> None:
        self._store = store
        self._bells = bells
        self._loops = loops
        self._settings = settings
        self._signer = signer
        self._pause = pause
        self._sessions = sessions
        self._attachments = attachments
        self._surroundings = surroundings
        self._package = package

    async def carry_out(self, claim: Claim) -> None:
        """Run to the end. Returns early where the execution was cancelled meanwhile."""
        self._bells.ring(claim.execution_id, claim.user)
        try:
            end = await self._end_of(claim)
            await self._until_stored(lambda: self._keep_served(claim))
            await self._until_stored(end)
        except Superseded:
            log.info("Execution %s was cancelled while it ran", claim.execution_id)
        self._bells.ring(claim.execution_id, claim.user)
        await self._attachments.clear()

    async def _end_of(self, claim: Claim) -> Callable[[], Awaitable[None]]:
        """Run the loop; returns what stores its result."""
        recorder = ExecutionRecorder(self._store, self._bells, claim, self._attachments)
        try:
            await self._attachments.clear(claim.execution_id)
            said = await self._said(claim)
            await self._keep_provenance(claim, said)
            outcome = await self._outcome(claim, said, self._loops(recorder))
            delivery = await self._packed(claim, self._delivery(claim, outcome), outcome.attempts)
        except Superseded:
            raise
        except StorageUnavailable as error:
            log.warning("Execution %s goes back to the queue: %s", claim.execution_id, error)
            return lambda: self._store.put_back(claim)
        except AgentError as error:
            fault = Fault(message=error.message, reason=error.reason)
        except Exception:
            log.exception("Execution %s failed by a fault of the agent", claim.execution_id)
            fault = Fault(
                message="The agent failed at this by a fault of its own; the server's log has the details.",
                reason="internal_error",
            )
        else:
            return lambda: self._store.finish(claim, delivery)
        ending = Ending("failed", fault.message, "error", fault.model_dump(), fault=fault)
        return lambda: self._store.finish(claim, ending)

    async def _outcome(self, claim: Claim, said: Conversation, loop: Loop) -> Outcome:
        task = task_of(claim, self._settings)
        task = await self._attachments.given(task, claim.request.context_artifacts)
        if claim.replay is not None and claim.replay.recording is not None:
            return await loop.prove(task, claim.replay.recording)
        task = task.model_copy(update={"conversation": said})
        return await loop.run(task, await self._history(claim))

    async def _said(self, claim: Claim) -> Conversation:
        """What was said before in its session; nothing where that was deleted meanwhile."""
        session_id = claim.request.session_id
        if session_id is None or self._sessions is None:
            return Conversation()
        try:
            return await self._sessions.conversation(claim.user, session_id, claim.execution_id)
        except NotFound:
            return Conversation()

    async def _keep_provenance(self, claim: Claim, said: Conversation) -> None:
        """What it is carried out with, known before anybody is asked: it may be cancelled at any time."""
        if self._surroundings is not None:
            provenance = await self._surroundings.of(claim.request)
            given = await self._attachments.names(claim.user, claim.request.context_artifacts)
            known = provenance.model_copy(
                update={"conversation_sha256": conversation_sha256(said), "given": given}
            )
            await self._store.set_provenance(claim, known)

    async def _keep_served(self, claim: Claim) -> None:
        """The models that served it, whatever came of it."""
        if self._surroundings is not None:
            await self._store.set_served(claim, await self._surroundings.served(claim.execution_id))

    async def _history(self, claim: Claim) -> History | None:
        """What an earlier start of the execution left behind."""
        if claim.tests is None:
            return None
        return History(
            tests=claim.tests,
            tests_completion=claim.tests_completion,
            attempts=await self._store.attempts(claim.execution_id),
            judgement=claim.judgement,
        )

    def _delivery(self, claim: Claim, outcome: Outcome) -> Ending:
        best = next((attempt for attempt in outcome.attempts if attempt.number == outcome.best), None)
        quality = best.verdict.quality_score if best and best.verdict else None
        receipt = self._receipt(outcome, best) if best else None
        explanation = outcome.explanation
        if claim.replay is not None:
            explanation = f"{explanation}\n{claim.replay.sentence}"
        return Ending(
            status=outcome.status,
            explanation=explanation,
            event="completed",
            data={
                "status": outcome.status,
                "attempt": outcome.best,
                "quality_score": quality,
                "explanation": explanation,
            },
            tests=outcome.tests,
            plan=outcome.plan.model_dump_json(),
            delivered=best,
            quality_score=quality,
            cost_usd=outcome.cost_usd,
            receipt=receipt.model_dump_json() if receipt else None,
            judgement=outcome.judgement.model_dump_json(),
        )

    async def _packed(self, claim: Claim, ending: Ending, attempts: Sequence[Attempt]) -> Ending:
        """With its archive among the artifacts, where the request wants one."""
        if self._package is None or claim.request.output_preference != "zip" or ending.delivered is None:
            return ending
        row = dict(await self._store.get(claim.execution_id, claim.user))
        ended = {name: value for name, value in ending.columns.items() if value is not None}
        view = execution_view(row | ended, list(attempts))
        given = await self._attachments.given_still(claim.user, claim.request.context_artifacts)
        try:
            name, content = await asyncio.to_thread(self._package, view, given)
        except AgentError as error:
            log.warning("Execution %s is delivered without an archive: %s", claim.execution_id, error)
            return ending
        return replace(ending, artifact_id=await self._attachments.keep_archive(claim, name, content))

    def _receipt(self, outcome: Outcome, best: Attempt) -> Receipt | None:
        """The verdict's receipt, issued anew with what only the whole execution knows."""
        proved = best.verdict.receipt if best.verdict and outcome.status == "passed" else None
        if proved is None or best.verdict is None or self._signer is None:
            return proved
        known = {
            "quality_score": best.verdict.quality_score,
            "mutation_score": best.mutation_score,
            "attempts": len(outcome.attempts),
            "model": best.model or None,
            "cost_usd": outcome.cost_usd,
            "explanation": outcome.explanation.splitlines(),
            "issued_at": iso(now()),
        }
        return self._signer.sign(proved.model_dump(exclude={"key_id", "signature"}) | known)

    async def _until_stored(self, write: Callable[[], Awaitable[None]]) -> None:
        pause = self._pause
        while True:
            try:
                return await write()
            except StorageUnavailable as error:
                log.warning("A result can't be stored, trying again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)


def task_of(claim: Claim, settings: ExecutionSettings) -> Task:
    """What the loop is told of a request."""
    request: ExecuteRequest = claim.request
    context = request.context
    return Task(
        execution_id=claim.execution_id,
        user=claim.user,
        prompt=request.prompt,
        # What is mended or tested is the kernel's.
        language="python" if request.fix or request.own_tests else request.language,
        preference=request.llm_preference,
        tier=request.tier,
        template_id=request.template_id,
        template_variables=request.template_variables,
        cells=context.cells,
        variables=context.variables,
        samples=context.samples,
        notebook=context.notebook,
        kernel_python=context.kernel_python,
        max_attempts=min(request.max_attempts, settings.max_attempts),
        security=request.enable_security_scan,
        timeout_seconds=request.timeout_seconds,
        allowed_packages=[*context.packages, *request.approved_packages],
        models=claim.replay.models if claim.replay else {},
        seed=claim.replay.seed if claim.replay else "",
        fix=request.fix,
        own_tests=request.own_tests,
    )
