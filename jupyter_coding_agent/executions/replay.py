"""A new execution of what was asked before: the same parameters, context and models, unless modified."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..agents.models import Judgement, Recording
from ..core.errors import Conflict, InvalidInput, TooLarge
from ..llm.models import TierName
from ..storage.database import Database, Row
from .models import FINAL, PROMPT_LENGTH, Accepted, ExecuteRequest, Modifications, Replayed, ReplayRequest
from .provenance import Deviation, Provenance, Replay, deviations
from .store import ExecutionStore
from .surroundings import Surroundings
from .views import shown_attempt

_CHOOSING = frozenset({"tier", "llm_preference", "template_id", "template_variables"})
"""What chooses models: where it is modified, those that served are not asked by name."""
_WITHOUT_A_MODEL = frozenset({"session_id", "enable_security_scan", "timeout_seconds"})
"""What may be modified where the code and its tests stand."""


class Acceptor(Protocol):
    """Stores requests as executions."""

    async def accept(self, user: str, request: ExecuteRequest, *, replay: Replay | None = None) -> Accepted:
        """It runs in its turn."""


@dataclass(frozen=True)
class _Models:
    """Which models are asked by name, and which of those that served can't be."""

    by_tier: dict[TierName, list[str]]
    lost: list[Deviation]


class Replays:
    """Makes replays, which `executions` carries out."""

    def __init__(self, database: Database, surroundings: Surroundings, executions: Acceptor) -> None:
        self._store = ExecutionStore(database)
        self._surroundings = surroundings
        self._executions = executions

    async def replay(self, user: str, execution_id: str, asked: ReplayRequest) -> Replayed:
        """Replay what has ended.

        Raises:
            NotFound: there is no such execution.
            Conflict: it has not ended, or delivered nothing that could be proved again.
            InvalidInput, TooLarge: the modifications don't fit; names the field.
        """
        row = await self._store.get(execution_id, user)
        if row["status"] not in FINAL:
            raise Conflict(
                f"This execution is still {row['status']}. Cancel it first, or wait until it ends."
            )
        changed = asked.modifications.model_fields_set
        if asked.mode == "from_recording":
            _check_without_a_model(changed)
        request = modified(row, await self._store.request(row), asked.modifications)
        plan = await self._plan(row, request, asked)
        accepted = await self._executions.accept(user, request, replay=plan)
        return Replayed(new_execution_id=accepted.execution_id, differs=plan.differs)

    async def _plan(self, row: Row, request: ExecuteRequest, asked: ReplayRequest) -> Replay:
        recorded = Provenance.model_validate_json(row["provenance"]) if row["provenance"] else None
        differs = deviations(recorded, await self._surroundings.of(request), asked.mode)
        changed = asked.modifications.model_fields_set
        models = _Models({}, [])
        if asked.mode == "again" and not changed & _CHOOSING:
            models = self._named((recorded.models if recorded else {}) or await self._served(row))
        earlier = Replay.model_validate_json(row["replay"]) if row["replay"] else None
        return Replay(
            replay_of=row["id"],
            mode=asked.mode,
            models=models.by_tier,
            seed=earlier.seed if earlier else row["id"],
            modified=sorted(changed),
            differs=[*models.lost, *_of_the_session(row, asked), *differs],
            recording=await self._recording(row) if asked.mode == "from_recording" else None,
        )

    async def _served(self, row: Row) -> dict[TierName, list[str]]:
        """What served an execution that was cancelled or lost, or is older than its record."""
        return await self._surroundings.served(row["id"])

    def _named(self, served: Mapping[TierName, list[str]]) -> _Models:
        lost: dict[str, Deviation] = {}
        by_tier: dict[TierName, list[str]] = {}
        for tier, models in served.items():
            for model in models:
                missing = self._surroundings.missing(model)
                if missing is None:
                    by_tier.setdefault(tier, []).append(model)
                else:
                    lost[model] = _lost(model, missing)
        return _Models(by_tier, list(lost.values()))

    async def _recording(self, row: Row) -> Recording:
        shown = shown_attempt(row, await self._store.attempts(row["id"]))
        if shown is None or not json.loads(row["tests"] or "{}"):
            raise Conflict("This execution delivered no code with tests, so there is nothing to prove again.")
        return Recording(
            files=shown.files,
            requirements=shown.requirements,
            tests=json.loads(row["tests"]),
            judgement=Judgement.model_validate_json(row["judgement"] or "{}"),
            model=shown.model,
            passed=row["status"] == "passed",
        )


def modified(row: Row, original: ExecuteRequest, changes: Modifications) -> ExecuteRequest:
    """The stored request with these changes, and with what was found from its words unless that is changed too."""
    changed = changes.model_fields_set
    updates = {name: getattr(changes, name) for name in changed if name != "prompt_suffix"}
    if "language" not in changed and row["language"]:
        updates["language"] = row["language"]
    if not changed & _CHOOSING and row["plan"]:
        updates["tier"] = json.loads(row["plan"])["tier"]
    if changes.prompt_suffix:
        field = "modifications.prompt_suffix"
        updates["prompt"] = with_words(original.prompt, changes.prompt_suffix, field)
    return original.model_copy(update=updates | {"fresh": True})


def with_words(prompt: str, words: str, field: str) -> str:
    """The prompt with more words. Raises TooLarge."""
    longer = f"{prompt}\n\n{words}"
    if len(longer) > PROMPT_LENGTH:
        raise TooLarge(
            f"With the first request's words this is longer than {PROMPT_LENGTH} characters.", field=field
        )
    return longer


def _of_the_session(row: Row, asked: ReplayRequest) -> list[Deviation]:
    """What was said before a request in its session is not kept apart from what was said since."""
    recorded: str | None = json.loads(row["request"])["session_id"]
    present = row["session_id"]
    on_purpose = "session_id" in asked.modifications.model_fields_set
    if recorded is None or on_purpose or asked.mode == "from_recording":
        return []
    message = (
        "It goes on in its session, so what was said there since then goes along as well."
        if present
        else "Its session was deleted, so what was said there before does not go along."
    )
    return [Deviation(what="session", recorded=recorded, present=present, message=message)]


def _check_without_a_model(changed: Collection[str]) -> None:
    for name in sorted(set(changed) - _WITHOUT_A_MODEL):
        raise InvalidInput(
            f"{name} can't be modified where the recorded code is proved again: it is for who writes the code.",
            field=f"modifications.{name}",
        )


def _lost(model: str, missing: str) -> Deviation:
    message = f"The model {model} can't be asked: {missing}. Others are asked in its place."
    return Deviation(what="model", recorded=model, present=None, message=message)
