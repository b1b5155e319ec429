"""Files and rows together: a row is never without its file, a file never seen without a row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import NamedTuple

from ..core.errors import AgentError, Conflict
from ..core.tasks import Turns
from .content import Contents, Staged
from .store import ArtifactStore, NewArtifact

log = logging.getLogger(__name__)


class Damaged(NamedTuple):
    """What was found where files were taken away or changed."""

    artifacts: int
    left: int
    """How many of these are still there."""
    thumbnails: int
    """Small pictures that were damaged, of artifacts that may be whole."""


class Keeping:
    """Puts contents and their rows in place and takes them away."""

    def __init__(self, store: ArtifactStore, contents: Contents) -> None:
        self._store = store
        self._contents = contents
        # Of one user's content at a time: between its file and its last row nobody else comes.
        self._turns = Turns()

    def write(self, content: bytes, limit: int) -> Staged:
        """A sealed file with this content. Blocks. Raises TooLarge, StorageFull, StorageUnavailable."""
        staged = self._contents.stage(limit)
        try:
            staged.write(content)
            staged.seal()
        except BaseException:
            staged.discard()
            raise
        return staged

    async def keep(
        self, user: str, made: Sequence[NewArtifact], files: Iterable[Staged], instead_of: Sequence[str] = ()
    ) -> None:
        """The files in place first, then the rows; those with the ids `instead_of` go in the same moment."""
        files = list(files)
        touched = {staged.sha256 for staged in files}
        for artifact_id in instead_of:
            touched |= await self._store.contents_of(user, artifact_id)
        async with AsyncExitStack() as stack:
            await self._enter(stack, user, touched)
            try:
                for staged in files:
                    await asyncio.to_thread(self._contents.keep, user, staged)
                await self._store.add(user, made, instead_of)
            except BaseException:
                await asyncio.shield(self._drop_unused(user, touched))
                raise
            if instead_of:
                await self._drop_unused(user, touched)

    async def remove(self, user: str, artifact_id: str) -> None:
        """The row first, then what no other artifact has. Raises NotFound, Conflict where it is needed."""
        contents = await self._store.contents_of(user, artifact_id)
        async with AsyncExitStack() as stack:
            await self._enter(stack, user, contents)
            await self._store.delete(user, artifact_id)
            await self._drop_unused(user, contents)

    async def damaged(self, *, mend: bool) -> Damaged:
        """Artifacts whose file, and small pictures whose file, is gone or was changed.

        With `mend` the artifacts are removed, but those that an execution is about to work with; the small
        pictures are forgotten.
        """
        artifacts = left = thumbnails = 0
        for user, sha256 in await self._store.contents():
            async with self._turns.of(f"{user}\0{sha256}"):
                if await asyncio.to_thread(self._contents.is_whole, user, sha256):
                    continue
                ids = await self._store.with_content(user, sha256)
                artifacts += len(ids)
                thumbnails += len(await self._store.with_thumbnail(user, sha256))
                if mend:
                    await self._store.forget_thumbnail(user, sha256)
                for artifact_id in ids if mend else ():
                    with suppress(Conflict):
                        await self._store.delete(user, artifact_id)
                left += len(await self._store.with_content(user, sha256))
                await self._drop_unused(user, {sha256})
        return Damaged(artifacts, left, thumbnails)

    async def _enter(self, stack: AsyncExitStack, user: str, contents: Iterable[str]) -> None:
        # In one order, so that no two wait for each other.
        for sha256 in sorted(contents):
            await stack.enter_async_context(self._turns.of(f"{user}\0{sha256}"))

    async def _drop_unused(self, user: str, contents: Iterable[str]) -> None:
        """What can't be removed now is removed at the next start."""
        for sha256 in contents:
            try:
                used = await self._store.with_content(user, sha256)
                if not used and not await self._store.with_thumbnail(user, sha256):
                    await asyncio.to_thread(self._contents.remove, user, sha256)
            except AgentError as error:
                log.warning("The file of an artifact stays for now: %s", error)
