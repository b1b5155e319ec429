"""Files of an execution: artifacts that it is given, and what it leaves."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from ..agents.models import Attempt, Task
from ..artifacts.models import ArtifactList, ContextFile, LeftFile
from ..artifacts.models import ListQuery as OutputsQuery
from ..core.errors import AgentError, InvalidInput, Unprocessable
from ..llm.models import DataSample
from ..validation.models import InputFile
from .models import KeptOutput
from .writing import Claim

log = logging.getLogger(__name__)

FIELD = "context_artifacts"
MOST_SHOWN = 100
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
        self, user: str, execution_id: str, attempt: int, session_id: str | None, files: Iterable[LeftFile]
    ) -> None:
        """Keep what an attempt left, unseen, in place of what was kept of the same attempt."""

    async def clear_outputs(self, execution_id: str | None = None) -> None:
        """Remove what is not delivered; of this execution also what an attempt left that was not stored."""

    async def page(self, user: str, query: OutputsQuery) -> ArtifactList:
        """The artifacts that it names, newest first."""

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

    async def names(self, user: str, artifact_ids: Sequence[str]) -> dict[str, str]:
        """Artifact's id → the name that its file has in the working directory. Raises as `given` does."""
        return {file.artifact_id: file.path for file in await self._files(user, artifact_ids)}

    async def keep(self, claim: Claim, attempt: Attempt) -> None:
        """Keep what an attempt's run left. A result is not lost where that fails."""
        # None came from the database with an attempt that is stored anew: what was kept of it stays.
        if self._artifacts is None or attempt.verdict is None or not attempt.verdict.outputs:
            return
        files = [
            LeftFile(name=output.path, content=output.content, thumbnail=output.thumbnail)
            for output in attempt.verdict.outputs
        ]
        try:
            await self._artifacts.keep_outputs(
                claim.user, claim.execution_id, attempt.number, claim.request.session_id, files
            )
        except AgentError as error:
            log.warning("What execution %s left is not kept: %s", claim.execution_id, error)

    async def clear(self, execution_id: str | None = None) -> None:
        """Remove what attempts left that is not delivered; of this execution also of one that was not stored."""
        if self._artifacts is not None:
            try:
                await self._artifacts.clear_outputs(execution_id)
            except AgentError as error:
                log.warning("What attempts left stays for now: %s", error)

    async def left(self, user: str, execution_id: str) -> list[KeptOutput]:
        """What the delivered attempt left, in the order of the names."""
        if self._artifacts is None:
            return []
        page = await self._artifacts.page(
            user, OutputsQuery(execution_id=execution_id, type="output", limit=MOST_SHOWN)
        )
        return sorted(
            (KeptOutput(**one.model_dump(include=set(KeptOutput.model_fields))) for one in page.artifacts),
            key=lambda output: output.name,
        )

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
