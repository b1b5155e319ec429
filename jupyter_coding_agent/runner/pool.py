"""Containers kept ready. Each is handed out once and never comes back."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping

from ..core.errors import AgentError
from .backends.protocol import Container, ContainerSpec

# Starting the next container at once would take the processor from the run that begins; whoever waits for one
# does not wait for this.
_REFILL_SECONDS = 0.1
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0

# What an idle container of each kind weighs at most, in MiB: the bounds that the benchmark holds images to.
WEIGHTS_MB = {"plain": 80, "data": 120, "plot": 160}


def shrink(wanted: Mapping[str, int], budget_mb: int) -> dict[str, int]:
    """How many idle containers of each flavor fit the budget: one of each in turn, the lightest first."""
    fitting: Counter[str] = Counter()
    left = budget_mb
    growing = True
    while growing:
        growing = False
        for flavor in sorted(wanted, key=WEIGHTS_MB.__getitem__):
            if fitting[flavor] < wanted[flavor] and WEIGHTS_MB[flavor] <= left:
                fitting[flavor] += 1
                left -= WEIGHTS_MB[flavor]
                growing = True
    return dict(fitting)


class Pool:
    """Warm containers by spec, refilled in the background; whoever waits is served before the shelf.

    `start` returns a container that has said it is ready; `discard` removes one in the background.
    """

    def __init__(
        self,
        start: Callable[[ContainerSpec], Awaitable[Container]],
        discard: Callable[[Container], None],
        concurrency: int,
    ) -> None:
        self._start = start
        self._discard = discard
        self._concurrency = concurrency
        self._targets: dict[ContainerSpec, int] = {}
        self._idle: defaultdict[ContainerSpec, deque[Container]] = defaultdict(deque)
        self._waiting: defaultdict[ContainerSpec, deque[asyncio.Future[Container]]] = defaultdict(deque)
        self._arrivals: dict[asyncio.Future[Container], int] = {}
        self._clock = itertools.count()
        self._starting: Counter[ContainerSpec] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._shelved = asyncio.Event()
        self._pause_seconds = 0.0
        self._resumption: asyncio.TimerHandle | None = None
        self._closed = False

    def aim(self, targets: Mapping[ContainerSpec, int]) -> None:
        """Keep so many of each ready from now on; idle ones that are no longer wanted go."""
        self._targets = dict(targets)
        self._shelved.set()
        for spec, idle in self._idle.items():
            while len(idle) > self._targets.get(spec, 0):
                self._discard(idle.popleft())
        self._pump()

    def idle(self) -> dict[str, int]:
        """How many stand ready, by flavor."""
        counts: Counter[str] = Counter()
        for spec in self._targets:
            counts[spec.flavor] += len(self._idle[spec])
        return dict(counts)

    async def filled(self) -> None:
        """Wait until everything that is aimed at stands ready."""
        while any(len(self._idle[spec]) < target for spec, target in self._targets.items()):
            self._shelved.clear()
            await self._shelved.wait()

    async def take(self, spec: ContainerSpec) -> Container:
        """A ready container: from the shelf, else the next to get ready. Raises what starting it raised."""
        idle = self._idle[spec]
        while idle:
            container = idle.popleft()
            if container.channel.closed.done():
                self._discard(container)
                continue
            self._pause_seconds = 0.0
            asyncio.get_running_loop().call_later(_REFILL_SECONDS, self._pump)
            return container
        waiter: asyncio.Future[Container] = asyncio.get_running_loop().create_future()
        self._waiting[spec].append(waiter)
        self._arrivals[waiter] = next(self._clock)
        self._pump()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._offer(waiter.result())
            raise
        finally:
            del self._arrivals[waiter]
            if waiter in self._waiting[spec]:
                self._waiting[spec].remove(waiter)

    async def close(self) -> None:
        """Discard what is idle, and what is being started as soon as it stands."""
        self._closed = True
        if self._resumption is not None:
            self._resumption.cancel()
        self.aim({})
        for waiters in self._waiting.values():
            for waiter in waiters:
                waiter.cancel()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _pump(self) -> None:
        """Begin the starts that are due and allowed."""
        if self._closed:
            return
        for spec in self._due():
            if self._starting.total() >= self._concurrency:
                return
            self._starting[spec] += 1
            task = asyncio.ensure_future(self._run_start(spec))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _due(self) -> Iterator[ContainerSpec]:
        """The specs to start next, each as often as it is missing: for those who wait, then for the shelf."""
        for spec in self._waiting:
            for _ in range(self._unserved(spec) - self._starting[spec]):
                yield spec
        if self._resumption is not None:
            return
        for spec, target in self._targets.items():
            have = len(self._idle[spec]) + self._starting[spec] - self._unserved(spec)
            for _ in range(target - have):
                yield spec

    def _unserved(self, spec: ContainerSpec) -> int:
        return sum(not waiter.done() for waiter in self._waiting[spec])

    async def _run_start(self, spec: ContainerSpec) -> None:
        began = next(self._clock)
        try:
            container = await self._start(spec)
        except AgentError as error:
            self._starting[spec] -= 1
            self._fail(spec, error, began)
        except BaseException:
            self._starting[spec] -= 1
            raise
        else:
            self._starting[spec] -= 1
            container.channel.closed.add_done_callback(lambda _: self._lost(container))
            self._offer(container)
        self._pump()

    def _offer(self, container: Container) -> None:
        """Give it to who waits longest, else put it on the shelf."""
        waiters = self._waiting[container.spec]
        while waiters:
            waiter = waiters.popleft()
            if not waiter.done():
                self._pause_seconds = 0.0
                waiter.set_result(container)
                return
        if self._closed or len(self._idle[container.spec]) >= self._targets.get(container.spec, 0):
            self._discard(container)
        else:
            self._idle[container.spec].append(container)
            self._shelved.set()

    def _fail(self, spec: ContainerSpec, error: AgentError, began: int) -> None:
        """Those who waited when the start began would fail alike: tell them all; the shelf is tried later.

        Who came later gets a start of their own: what failed may have been mended meanwhile.
        """
        for waiter in self._waiting[spec]:
            if self._arrivals[waiter] < began and not waiter.done():
                waiter.set_exception(error)
        self._pause()

    def _lost(self, container: Container) -> None:
        """An idle container ended behind our back."""
        idle = self._idle[container.spec]
        if container in idle:
            idle.remove(container)
            self._discard(container)
            self._pause()

    def _pause(self) -> None:
        """Refill the shelf after a while that grows with every failure in a row."""
        if self._resumption is not None or self._closed:
            return
        delay = self._pause_seconds
        self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, max(_FIRST_PAUSE_SECONDS, 2 * delay))
        self._resumption = asyncio.get_running_loop().call_later(delay, self._resume)

    def _resume(self) -> None:
        self._resumption = None
        self._pump()
