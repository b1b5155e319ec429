"""Many uploads at once through a real Jupyter server: nothing is lost, and the server hardly grows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from .claims import Claim
from .server import client_of, jupyter_server

UPLOADS = 100
PIECE = 64 * 1024
PIECES = 80
"""5 MiB each."""
SAMPLE_SECONDS = 0.02
BOUNDARY = "jupyter-coding-agent-bench"


async def uploads(root: Path) -> list[Claim]:
    """Every upload at the same time, then each downloaded again."""
    async with (
        jupyter_server(root, extension=True) as server,
        client_of(server, connections=UPLOADS) as client,
    ):
        # The first one makes the engine, which is not what an upload costs.
        await _upload(client, UPLOADS)
        memory = Growth(lambda: _rss_mb(server.pid))
        async with memory.watched(), asyncio.TaskGroup() as group:
            sent = [group.create_task(_upload(client, seed)) for seed in range(UPLOADS)]
        kept = [await _is_there(client, seed, task.result()) for seed, task in enumerate(sent)]
    size = PIECE * PIECES / 2**20
    title = f"{UPLOADS} parallel uploads of {size:g} MiB"
    return [
        Claim(f"{title}: downloaded again as they were", sum(kept), "at least", UPLOADS, ""),
        Claim(
            f"{title}: growth of the server's process (RSS)",
            memory.peak - memory.before,
            "at most",
            50,
            "MB",
            f"from {memory.before:.0f} MB to {memory.peak:.0f} MB at its peak",
        ),
    ]


class Growth:
    """How large something was before, and at its peak."""

    def __init__(self, measure: Callable[[], float]) -> None:
        self._measure = measure
        self.before = self.peak = measure()

    def sample(self) -> None:
        """Look once."""
        self.peak = max(self.peak, self._measure())

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look all the time, and at the end."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            self.sample()

    async def _watch(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(SAMPLE_SECONDS)


def pieces(seed: int) -> Iterator[bytes]:
    """A content that no other seed has; made as it is needed, so that the client's memory is no matter."""
    made = random.Random(seed)  # noqa: S311 - nothing is secret
    return (made.randbytes(PIECE) for _ in range(PIECES))


def digest(seed: int) -> str:
    """The SHA-256 of all `pieces`."""
    whole = sha256()
    for piece in pieces(seed):
        whole.update(piece)
    return whole.hexdigest()


async def _form(seed: int) -> AsyncIterator[bytes]:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{seed}.bin"'
    yield f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode()
    for piece in pieces(seed):
        yield piece
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


async def _upload(client: Any, seed: int) -> str:
    reply = await client.post(
        "coding-agent/artifacts/upload",
        content=_form(seed),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    return str(reply.raise_for_status().json()["artifact_id"])


async def _is_there(client: Any, seed: int, artifact_id: str) -> bool:
    whole = sha256()
    async with client.stream("GET", f"coding-agent/artifacts/{artifact_id}/download") as reply:
        async for piece in reply.aiter_bytes():
            whole.update(piece)
    return whole.hexdigest() == digest(seed)


def _rss_mb(pid: int) -> float:
    import psutil

    return float(psutil.Process(pid).memory_info().rss / 2**20)
