"""The containers of this engine, from start to removal; and those that a dead engine left."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from ..core.errors import AgentError, RunnerUnavailable
from .backends.protocol import Backend, Container, ContainerSpec
from .wire import Frame, WireError

_TRIES = 3
_RETRY_SECONDS = 0.3
_DIAGNOSTIC_CHARACTERS = 300


class Containers:
    """Starts containers that are ready, and makes sure that each one goes, over faults of the engine too."""

    def __init__(self, backend: Backend, owner: str, engine_id: str, ready_seconds: float) -> None:
        self._backend = backend
        self._owner = owner
        self._engine_id = engine_id
        self._ready_seconds = ready_seconds
        self._contact: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._removals: set[asyncio.Task[None]] = set()
        self._unremoved: set[str] = set()
        self._closing = False

    async def start(self, spec: ContainerSpec) -> Container:
        """A container that has said it is ready. Tries again where the engine failed for a moment.

        Raises:
            RunnerUnavailable: the engine does not answer, or the container did not get ready.
            ImageMissing: the image is not there.
        """
        attempt = 1
        while True:
            try:
                await self._contacted()
                container = await self._ready(await self._launch(spec))
            except RunnerUnavailable:
                if attempt == _TRIES or self._closing:
                    raise
                await asyncio.sleep(_RETRY_SECONDS * attempt)
                attempt += 1
            else:
                self._sweep()
                return container

    def discard(self, container: Container, *, urgent: bool = False) -> None:
        """Kill and remove in the background. What is not urgent waits behind starts."""
        container.channel.close()
        self._spawn(self._remove(container.id, urgent))

    async def close(self) -> None:
        """Remove everything that carries this engine's label."""
        self._closing = True
        if self._contact is not None:
            self._contact.cancel()
        while self._removals:
            await asyncio.wait(self._removals)
        try:
            for container_id, engine in (await self._backend.own(self._owner)).items():
                if engine == self._engine_id:
                    await self._backend.remove(container_id, urgent=True)
        except RunnerUnavailable:
            return  # the next engine of this data directory removes them

    async def _contacted(self) -> None:
        contact = self._contact
        if contact is None or (contact.done() and (contact.cancelled() or contact.exception() is not None)):
            contact = self._contact = asyncio.ensure_future(self._make_contact())
        await asyncio.shield(contact)

    async def _make_contact(self) -> None:
        """Check the engine, and remove what a dead engine of this data directory left; nobody else's."""
        await self._backend.version()
        for container_id, engine in (await self._backend.own(self._owner)).items():
            if engine != self._engine_id:
                await self._backend.remove(container_id, urgent=True)

    async def _launch(self, spec: ContainerSpec) -> Container:
        name = f"coding-agent-{self._engine_id}-{next(self._numbers)}"
        starting = asyncio.ensure_future(self._backend.start(spec, name))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._spawn(self._abandon(starting, name))
            raise
        except AgentError:
            # Where the engine went away in the middle, the container may be there all the same.
            self._spawn(self._remove(name, urgent=True))
            raise

    async def _abandon(self, starting: asyncio.Task[Container], name: str) -> None:
        """A start can't be stopped half-way: remove what it makes."""
        with suppress(AgentError):
            (await starting).channel.close()
        await self._remove(name, urgent=True)

    async def _ready(self, container: Container) -> Container:
        try:
            async with asyncio.timeout(self._ready_seconds):
                frame = await container.channel.receive()
            container.ready = _checked(frame, container)
        except (TimeoutError, WireError) as error:
            self.discard(container)
            raise RunnerUnavailable(f"A container was not ready within {self._ready_seconds:g} s.") from error
        except BaseException:
            self.discard(container)
            raise
        return container

    def _sweep(self) -> None:
        """The engine answers: remove what could not be removed while it did not."""
        for container_id in self._unremoved:
            self._spawn(self._remove(container_id, urgent=False))
        self._unremoved.clear()

    async def _remove(self, container_id: str, urgent: bool) -> None:
        try:
            await self._backend.remove(container_id, urgent=urgent)
        except RunnerUnavailable:
            self._unremoved.add(container_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._removals.add(task)
        task.add_done_callback(self._removals.discard)


def _checked(frame: Frame | None, container: Container) -> Frame:
    if frame is None or frame.get("t") != "ready":
        said = container.channel.diagnostics().strip()[-_DIAGNOSTIC_CHARACTERS:]
        raise RunnerUnavailable(f"A container ended before it was ready. {said}".strip())
    return frame
