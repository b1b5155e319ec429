"""Artifacts: kept once, handed to their owner only, removed with their row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..core.clock import iso
from ..core.errors import AgentError, InvalidInput, NotFound, TooLarge
from ..storage.database import Database, Row
from .content import MIB, Contents, Staged
from .context import describe
from .keeping import Damaged, Keeping
from .models import (
    ArtifactList,
    ArtifactView,
    ContextFile,
    LeftFile,
    ListQuery,
    Uploaded,
    UploadOptions,
)
from .names import Paths, safe_path
from .outputs import Outputs, deliver_outputs
from .receiving import Received
from .settings import ArtifactSettings
from .store import ArtifactStore, NewArtifact
from .uploading import Upload

__all__ = ["ArtifactService", "Content", "deliver_outputs"]

log = logging.getLogger(__name__)

MAX_CONTEXT_FILES = 20
# They travel to each container in one frame, with the code.
MAX_CONTEXT_BYTES = 20 * MIB
_CONTEXT = "context_artifacts"


@dataclass(frozen=True)
class Content:
    """A file to be sent: what it is, and where it lies."""

    view: ArtifactView
    path: Path


class ArtifactService:
    """The room.

    Args:
        database: where the rows are kept.
        contents: where the files are kept.
    """

    def __init__(self, database: Database, contents: Contents, settings: ArtifactSettings) -> None:
        self._store = ArtifactStore(database)
        self._contents = contents
        self._settings = settings
        self._keeping = Keeping(self._store, contents)
        self._outputs = Outputs(self._store, self._keeping, settings.max_bytes)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Remove what an engine that was killed left half done. Before anything is uploaded.

        Raises SettingError, StorageUnavailable.
        """
        await asyncio.to_thread(self._contents.open)
        await self._outputs.clear()
        removed = await asyncio.to_thread(self._contents.sweep, await self._store.contents())
        if removed:
            log.info("Removed %d files of artifacts that were never there", removed)

    async def close(self) -> None:
        """Wait until what was broken off is cleared away."""
        await asyncio.gather(*self._tasks)

    def upload(self, user: str, content_type: str) -> Upload:
        """Begin to take the body of an upload."""

        async def keep(options: UploadOptions, files: Sequence[Received]) -> Uploaded:
            if options.session_id is not None:
                await self._store.check_session(user, options.session_id)
            made = [
                NewArtifact.of(received.name, "uploaded", received.staged, session_id=options.session_id)
                for received in files
            ]
            await self._keeping.keep(user, made, [received.staged for received in files])
            views = [await self.view(user, new.id) for new in made]
            return Uploaded(**views[0].model_dump(), artifacts=views)

        return Upload(content_type, self._stage, keep, self._settings.max_bytes)

    def give_up(self, upload: Upload) -> None:
        """Clear away, in the background, an upload whose client has gone."""
        self._in_background(upload.give_up())

    async def keep_outputs(
        self,
        user: str,
        execution_id: str,
        attempt: int,
        session_id: str | None,
        files: Iterable[LeftFile],
    ) -> None:
        """Keep what an attempt left, in place of what was kept of it; unseen until `deliver_outputs`."""
        await self._outputs.keep(user, execution_id, attempt, session_id, files)

    async def clear_outputs(self, execution_id: str | None = None) -> None:
        """Remove what attempts left that is not delivered.

        Of `execution_id`, if given, also what an attempt left whose end was not stored.
        """
        await self._outputs.clear(execution_id)

    async def keep_generated(
        self, user: str, execution_id: str, session_id: str | None, name: str, content: bytes
    ) -> str:
        """Keep what an execution is delivered as, in place of what an earlier start of it was; returns the id."""
        staged = await asyncio.to_thread(self._keeping.write, content, self._settings.max_bytes)
        try:
            before = await self.page(user, ListQuery(execution_id=execution_id, type="generated", limit=100))
            made = NewArtifact.of(
                safe_path(name), "generated", staged, session_id=session_id, execution_id=execution_id
            )
            await self._keeping.keep(user, [made], [staged], [old.artifact_id for old in before.artifacts])
            return made.id
        finally:
            await asyncio.to_thread(staged.discard)

    async def view(self, user: str, artifact_id: str) -> ArtifactView:
        """What an artifact is. Raises NotFound."""
        return self._view(await self._store.get(user, artifact_id))

    async def page(self, user: str, query: ListQuery) -> ArtifactList:
        """The user's artifacts, newest first."""
        rows, total = await self._store.page(user, query)
        return ArtifactList(artifacts=[self._view(row) for row in rows], total=total, page=query.page)

    async def content(self, user: str, artifact_id: str) -> Content:
        """The file. Raises NotFound, also where it was taken away behind the database's back."""
        view = await self.view(user, artifact_id)
        path = self._contents.path(user, view.sha256)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound(f"The file of artifact {artifact_id} is gone from the disk: upload it again.")
        return Content(view, path)

    async def thumbnail(self, user: str, artifact_id: str) -> Content:
        """Its small picture, a PNG. Raises NotFound, also where it has none."""
        row = await self._store.get(user, artifact_id)
        if (sha256 := row["thumbnail_sha256"]) is not None:
            path = self._contents.path(user, sha256)
            if await asyncio.to_thread(path.is_file):
                return Content(self._view(row), path)
        raise NotFound(f"There is no small picture of artifact {artifact_id}: download the file itself.")

    async def context(self, user: str, artifact_ids: Sequence[str]) -> list[ContextFile]:
        """The files as an execution works with them.

        Raises, all with the field ``context_artifacts``: NotFound, InvalidInput where two would be one file,
        TooLarge.
        """
        views = await self._chosen(user, list(dict.fromkeys(artifact_ids)))
        paths = Paths()
        for view in views:
            if why := paths.add(view.name, view.name, folder=False):
                raise InvalidInput(f"{view.name} can't be given: {why}.", field=_CONTEXT)
        return [
            await asyncio.to_thread(describe, view, (await self.content(user, view.artifact_id)).path)
            for view in views
        ]

    async def _chosen(self, user: str, artifact_ids: Sequence[str]) -> list[ArtifactView]:
        if len(artifact_ids) > MAX_CONTEXT_FILES:
            raise TooLarge(f"Give at most {MAX_CONTEXT_FILES} artifacts to a request.", field=_CONTEXT)
        try:
            views = [await self.view(user, artifact_id) for artifact_id in artifact_ids]
        except NotFound as error:
            raise NotFound(error.message, field=_CONTEXT) from error
        if sum(view.size for view in views) > MAX_CONTEXT_BYTES:
            raise TooLarge(
                f"The artifacts of a request may have at most {MAX_CONTEXT_BYTES // MIB} MiB together.",
                field=_CONTEXT,
            )
        return views

    async def delete(self, user: str, artifact_id: str) -> None:
        """Remove row and file. Raises NotFound, Conflict while an execution works with it."""
        await self._store.get(user, artifact_id)
        await self._keeping.remove(user, artifact_id)

    async def expire(self, now: datetime, dry_run: bool = False) -> dict[str, int]:
        """Remove what is older than the setting allows and no kept execution was given or left.

        Returns how many ``artifacts`` went, or would go.
        """
        if not dry_run:
            await self._outputs.clear()
        before = iso(now - timedelta(days=self._settings.retention_days))
        went = 0
        for row in await self._store.expired(before):
            if not dry_run:
                try:
                    await self.delete(row["user"], row["id"])
                except AgentError as error:
                    log.info("Artifact %s stays: %s", row["id"], error)
                    continue
            went += 1
        return {"artifacts": went}

    async def damaged(self, *, mend: bool) -> Damaged:
        """Artifacts and thumbnails whose file is gone or was changed; with `mend` they go."""
        return await self._keeping.damaged(mend=mend)

    def _stage(self) -> Staged:
        return self._contents.stage(self._settings.max_bytes)

    def _view(self, row: Row) -> ArtifactView:
        made = datetime.fromisoformat(row["created_at"])
        return ArtifactView(
            artifact_id=row["id"],
            name=row["name"],
            type=row["type"],
            size=row["size"],
            indexed=False,
            has_thumbnail=row["thumbnail_sha256"] is not None,
            language=row["language"],
            media_type=row["media_type"],
            sha256=row["sha256"],
            session_id=row["session_id"],
            execution_id=row["execution_id"],
            created_at=row["created_at"],
            expires_at=iso(made + timedelta(days=self._settings.retention_days)),
        )

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="artifacts-give-up")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
