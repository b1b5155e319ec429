"""Files of an execution: artifacts that it is given, and what it leaves."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from ..agents.models import Outcome, Task
from ..artifacts.models import ContextFile
from ..core.errors import AgentError, InvalidInput, Unprocessable
from ..llm.models import DataSample
from ..validation.models import InputFile
from .writing import Claim

log = logging.getLogger(__name__)

FIELD = "context_artifacts"
# They would stand in the place of the code or of its tests, or steer how these are run.
_TAKEN = re.compile(
    r"(^|/)(solution\.[^/]*|test_[^/]*\.py|[^/]*_test\.py|conftest\.py|pytest\.ini|tox\.ini|setup\.cfg"
    r"|pyproject\.toml|(site|user)customize\.py)$|^(tests?|_?pytest[^/]*|hypothesis|pluggy|iniconfig|unittest"
    r"|coverage|agent_sandbox)(\.py$|/)",
    re.IGNORECASE,
)


class Artifacts(Protocol):
    """The artifacts' room, as far as it is needed."""

    async def context(self, user: str, artifact_ids: Sequence[str]) -> list[ContextFile]:
        """The files. Raises NotFound, InvalidInput, TooLarge."""

    async def keep_outputs(
        self, user: str, execution_id: str, session_id: str | None, files: Iterable[tuple[str, bytes]]
    ) -> Any:
        """Keep what an execution left, in place of what an earlier start of it left."""

    async def keep_generated(
        self, user: str, execution_id: str, session_id: str | None, name: str, content: bytes
    ) -> str:
        """Keep what an execution is delivered as; returns the artifact's id."""


class Attachments:
    """Between executions and artifacts; without the latter none can be given and nothing is kept."""

    def __init__(self, artifacts: Artifacts | None) -> None:
        self._artifacts = artifacts

    async def check(self, user: str, artifact_ids: Sequence[str]) -> None:
        """Raise, naming the field, unless an execution can work with them."""
        await self._files(user, artifact_ids)

    async def given(self, task: Task, artifact_ids: Sequence[str]) -> Task:
        """The task with the files in its working directory, and their beginnings among the samples."""
        files = await self._files(task.user, artifact_ids)
        inputs = [InputFile(**file.model_dump(exclude={"artifact_id", "head"})) for file in files]
        samples = [
            DataSample(name=f"the beginning of {file.path}", text=file.head) for file in files if file.head
        ]
        return task.model_copy(update={"inputs": inputs, "samples": [*task.samples, *samples]})

    async def keep(self, claim: Claim, outcome: Outcome) -> None:
        """Keep what the delivered attempt's run left. A result is not lost where that fails."""
        best = next((attempt for attempt in outcome.attempts if attempt.number == outcome.best), None)
        if self._artifacts is None or best is None or best.verdict is None or not best.verdict.outputs:
            return
        files = [(output.path, output.content) for output in best.verdict.outputs]
        try:
            await self._artifacts.keep_outputs(
                claim.user, claim.execution_id, claim.request.session_id, files
            )
        except AgentError as error:
            log.warning("What execution %s left is not kept: %s", claim.execution_id, error)

    async def given_still(self, user: str, artifact_ids: Sequence[str]) -> dict[str, bytes]:
        """Path → content of those that were given and that nobody has deleted since."""
        found = {}
        for artifact_id in artifact_ids:
            try:
                (file,) = await self._files(user, [artifact_id])
                found[file.path] = await asyncio.to_thread(file.location.read_bytes)
            except (AgentError, OSError) as error:
                log.info("Artifact %s of an execution is gone: %s", artifact_id, error)
        return found

    async def keep_archive(self, claim: Claim, name: str, content: bytes) -> str | None:
        """Keep a delivered archive; its artifact's id. None where that fails: it can be asked for at any time."""
        if self._artifacts is None:
            return None
        try:
            return await self._artifacts.keep_generated(
                claim.user, claim.execution_id, claim.request.session_id, name, content
            )
        except AgentError as error:
            log.warning("The archive of execution %s is not kept: %s", claim.execution_id, error)
            return None

    async def _files(self, user: str, artifact_ids: Sequence[str]) -> list[ContextFile]:
        if not artifact_ids:
            return []
        if self._artifacts is None:
            raise Unprocessable("Artifacts can't be used here: put the text into the prompt.", field=FIELD)
        files = await self._artifacts.context(user, artifact_ids)
        for file in files:
            if _TAKEN.search(file.path):
                raise InvalidInput(
                    f"{file.path} can't be a file to work with, as code and tests have that name: rename it.",
                    field=FIELD,
                )
        return files
