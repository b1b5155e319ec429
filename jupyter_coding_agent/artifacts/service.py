"""Artifacts: kept once, handed to their owner only, removed with their row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..core.clock import iso, new_id
from ..core.errors import AgentError, Conflict, InvalidInput, NotFound, TooLarge
from ..core.tasks import Turns
from ..storage.database import Database, Row
from . import kinds
from .content import MIB, Contents, Staged
from .context import describe
from .models import (
    ArtifactList,
    ArtifactType,
    ArtifactView,
    ContextFile,
    ListQuery,
    Uploaded,
    UploadOptions,
)
from .names import Paths, safe_path
from .receiving import Received
from .settings import ArtifactSettings
from .store import ArtifactStore, NewArtifact
from .uploading import Upload

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
        # Of one user's content at a time: between its file and its last row nobody else comes.
        self._turns = Turns()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Remove what an engine that was killed left half done. Before anything is uploaded.

        Raises SettingError, StorageUnavailable.
        """
        await asyncio.to_thread(self._contents.open)
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
            made = [_new(received, "uploaded", session_id=options.session_id) for received in files]
            views = await self._keep(user, made, files)
            return Uploaded(**views[0].model_dump(), artifacts=views)

        return Upload(content_type, self._stage, keep, self._settings.max_bytes)

    def give_up(self, upload: Upload) -> None:
        """Clear away, in the background, an upload whose client has gone."""
        self._in_background(upload.give_up())

    async def keep_outputs(
        self, user: str, execution_id: str, session_id: str | None, files: Iterable[tuple[str, bytes]]
    ) -> list[ArtifactView]:
        """Keep what an execution left, path → content, in place of what an earlier start of it left."""
        staged: list[Received] = []
        try:
            for name, content in files:
                staged.append(Received(safe_path(name), await asyncio.to_thread(self._write, content)))
            made = [
                _new(received, "output", session_id=session_id, execution_id=execution_id)
                for received in staged
            ]
            before = await self.page(user, ListQuery(execution_id=execution_id, type="output", limit=100))
            for old in before.artifacts:
                await self._remove(user, old.artifact_id, old.sha256)
            return await self._keep(user, made, staged) if made else []
        finally:
            for received in staged:
                await asyncio.to_thread(received.staged.discard)

    async def keep_generated(
        self, user: str, execution_id: str, session_id: str | None, name: str, content: bytes
    ) -> str:
        """Keep what an execution is delivered as, in place of what an earlier start of it was; returns the id."""
        received = Received(safe_path(name), await asyncio.to_thread(self._write, content))
        try:
            before = await self.page(user, ListQuery(execution_id=execution_id, type="generated", limit=100))
            for old in before.artifacts:
                await self._remove(user, old.artifact_id, old.sha256)
            made = _new(received, "generated", session_id=session_id, execution_id=execution_id)
            return (await self._keep(user, [made], [received]))[0].artifact_id
        finally:
            await asyncio.to_thread(received.staged.discard)

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
        row = await self._store.get(user, artifact_id)
        await self._remove(user, artifact_id, row["sha256"])

    async def expire(self, now: datetime, dry_run: bool = False) -> dict[str, int]:
        """Remove what is older than the setting allows and no kept execution was given or left.

        Returns how many ``artifacts`` went, or would go.
        """
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

    async def damaged(self, *, mend: bool) -> tuple[int, int]:
        """How many artifacts have a file that is gone or was changed, and how many of them are still there.

        With `mend` they are removed, but those that an execution is about to work with.
        """
        found = left = 0
        for user, sha256 in await self._store.contents():
            async with self._turns.of(f"{user}\0{sha256}"):
                if await asyncio.to_thread(self._contents.is_whole, user, sha256):
                    continue
                ids = await self._store.with_content(user, sha256)
                found += len(ids)
                for artifact_id in ids if mend else ():
                    with suppress(Conflict):
                        await self._store.delete(user, artifact_id)
                left += len(await self._store.with_content(user, sha256))
                await self._drop_unused(user, {sha256})
        return found, left

    def _stage(self) -> Staged:
        return self._contents.stage(self._settings.max_bytes)

    def _write(self, content: bytes) -> Staged:
        staged = self._stage()
        try:
            staged.write(content)
            staged.seal()
        except BaseException:
            staged.discard()
            raise
        return staged

    async def _keep(
        self, user: str, made: Sequence[NewArtifact], files: Sequence[Received]
    ) -> list[ArtifactView]:
        """The files in place first, then the rows: a row is never seen without its file."""
        async with AsyncExitStack() as stack:
            for sha256 in sorted({new.sha256 for new in made}):
                await stack.enter_async_context(self._turns.of(f"{user}\0{sha256}"))
            try:
                for received in files:
                    await asyncio.to_thread(self._contents.keep, user, received.staged)
                await self._store.add(user, made)
            except BaseException:
                await asyncio.shield(self._drop_unused(user, {new.sha256 for new in made}))
                raise
        return [await self.view(user, new.id) for new in made]

    async def _remove(self, user: str, artifact_id: str, sha256: str) -> None:
        """The row first, then the file unless another artifact has it."""
        async with self._turns.of(f"{user}\0{sha256}"):
            await self._store.delete(user, artifact_id)
            await self._drop_unused(user, {sha256})

    async def _drop_unused(self, user: str, contents: Iterable[str]) -> None:
        """What can't be removed now is removed at the next start."""
        for sha256 in contents:
            try:
                if not await self._store.with_content(user, sha256):
                    await asyncio.to_thread(self._contents.remove, user, sha256)
            except AgentError as error:
                log.warning("The file of an artifact stays for now: %s", error)

    def _view(self, row: Row) -> ArtifactView:
        made = datetime.fromisoformat(row["created_at"])
        return ArtifactView(
            artifact_id=row["id"],
            name=row["name"],
            type=row["type"],
            size=row["size"],
            indexed=False,
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


def _new(received: Received, kind: ArtifactType, **of: str | None) -> NewArtifact:
    return NewArtifact(
        id=new_id("art"),
        name=received.name,
        type=kind,
        size=received.staged.size,
        sha256=received.staged.sha256,
        media_type=kinds.media_type(received.name),
        language=kinds.language(received.name),
        **of,
    )
