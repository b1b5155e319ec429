"""A scripted container engine and channel."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from jupyter_coding_agent.core.errors import ImageMissing, RunnerUnavailable
from jupyter_coding_agent.runner.backends.protocol import Container, ContainerSpec, Ending, ImageInfo
from jupyter_coding_agent.runner.wire import Frame

IMAGE = ImageInfo(
    "sha256:1", ("coding-agent-python:1",), 100.0, "2025-01-01", {"coding-agent.image": "python"}
)


def spec(**values: Any) -> ContainerSpec:
    """Some container."""
    return ContainerSpec(
        **{
            "image": IMAGE.id,
            "command": ("serve",),
            "role": "test",
            "memory_mb": 100,
            "cpus": 1,
            "pids": 10,
            "workspace_mb": 10,
            "flavor": "plain",
            **values,
        }
    )


def output(text: str, stream: str = "stdout") -> Frame:
    """A frame of the container's output."""
    return {"t": "output", "stream": stream, "data": base64.b64encode(text.encode()).decode()}


PASSES: list[Frame] = [
    {"t": "collected", "ids": ["test_a.py::test_it"], "errors": []},
    {"t": "report", "id": "test_a.py::test_it", "outcome": "passed", "duration_ms": 1.5},
    {"t": "exit", "reason": "finished", "code": 0, "detail": ""},
    {"t": "end"},
]


class FakeChannel:
    """A container's end of the wire: says `ready`, and answers each frame by `reply`, which may be None."""

    def __init__(self, reply: Callable[[FakeChannel, Frame], None], ready: Frame | None) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.noise = 0
        self.received_bytes = 0
        self.sent: list[Frame] = []
        self.failure: Exception | None = None
        self._reply = reply
        self._frames: deque[Frame] = deque([ready] if ready else [])
        self._change = asyncio.Event()

    def say(self, *frames: Frame) -> None:
        """The container sends these."""
        self._frames.extend(frames)
        self._change.set()

    def end(self) -> None:
        """The container's side ends."""
        if not self.closed.done():
            self.closed.set_result(None)
        self._change.set()

    async def send(self, frame: Mapping[str, Any]) -> None:
        if self.closed.done():
            raise ConnectionResetError("closed")
        self.sent.append(dict(frame))
        self._reply(self, dict(frame))

    async def receive(self) -> Frame | None:
        while not self._frames:
            if self.failure is not None:
                raise self.failure
            if self.closed.done():
                return None
            self._change.clear()
            await self._change.wait()
        return self._frames.popleft()

    def diagnostics(self) -> str:
        return "said on stderr"

    def close(self) -> None:
        self.end()


def passes(channel: FakeChannel, _frame: Frame) -> None:
    """Every job passes."""
    channel.say(*PASSES)


class FakeBackend:
    """An engine in memory. Set `down` to stop it, `holding` to make starts wait for `release`."""

    name = "fake"

    def __init__(self, reply: Callable[[FakeChannel, Frame], None] = passes) -> None:
        self.reply = reply
        self.ready: Frame | None = {"t": "ready", "flavor": "plain", "python": "3.13"}
        self.down = False
        self.failing_starts = 0
        self.standing: dict[str, Container] = {}
        self.channels: list[FakeChannel] = []
        self.specs: list[ContainerSpec] = []
        self.foreign: dict[str, str] = {}
        self.removed: list[str] = []
        self.present: dict[str, ImageInfo] = {}
        self.out_of_memory = False
        self.closed = False
        self.concurrent = 0
        self.most_concurrent = 0
        self.gate = asyncio.Event()
        self.gate.set()

    def _answer(self) -> None:
        if self.down:
            raise RunnerUnavailable("The engine is down.")

    async def version(self) -> str:
        self._answer()
        return "1.0"

    async def start(self, spec: ContainerSpec, name: str) -> Container:
        self._answer()
        self.concurrent += 1
        self.most_concurrent = max(self.concurrent, self.most_concurrent)
        try:
            await self.gate.wait()
        finally:
            self.concurrent -= 1
        if self.failing_starts:
            self.failing_starts -= 1
            raise RunnerUnavailable("The start failed.")
        if self.present and spec.image not in {image.id for image in self.present.values()}:
            raise ImageMissing("No such image.")
        channel = FakeChannel(self.reply, self.ready)
        container = Container(name, spec, channel)
        self.channels.append(channel)
        self.specs.append(spec)
        self.standing[name] = container
        return container

    async def remove(self, container: str, *, urgent: bool = False) -> None:
        self._answer()
        self.removed.append(container)
        self.foreign.pop(container, None)
        self.standing.pop(container, None)

    async def ending(self, container_id: str) -> Ending | None:
        self._answer()
        return Ending(False, 137, self.out_of_memory)

    async def own(self, owner: str) -> dict[str, str]:
        self._answer()
        return {**self.foreign, **dict.fromkeys(self.standing, "this")}

    async def image(self, tag: str) -> ImageInfo | None:
        self._answer()
        return self.present.get(tag)

    async def images(self) -> list[ImageInfo]:
        self._answer()
        return list(self.present.values())

    async def build(
        self, context: bytes, tag: str, arguments: dict[str, str], labels: dict[str, str]
    ) -> AsyncIterator[str]:
        self._answer()
        yield f"Step 1: FROM {arguments['BASE_IMAGE']}"
        self._add(tag, labels)

    async def pull(self, tag: str, idle_seconds: float) -> AsyncIterator[str]:
        self._answer()
        yield "Pulling"
        self._add(tag, {})

    async def import_image(self, archive: Iterable[bytes], tag: str) -> None:
        b"".join(archive)
        self._add(tag, {})

    async def commit(self, container_id: str, tag: str, like: str, labels: dict[str, str]) -> None:
        self._answer()
        self._add(tag, labels)

    async def remove_image(self, tag: str) -> bool:
        return self.present.pop(tag, None) is not None

    async def close(self) -> None:
        self.closed = True

    def _add(self, tag: str, labels: dict[str, str]) -> None:
        number = len(self.present)
        self.present[tag] = ImageInfo(f"sha256:{tag}", (tag,), 10.0, f"2025-01-{number:02}", dict(labels))


async def settle() -> None:
    """Let every task that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)
