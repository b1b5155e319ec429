"""What executions that run take from everybody else: reads of the engine, and the server's own endpoints."""

from __future__ import annotations

import asyncio
import itertools
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from ..core.errors import AgentError
from .claims import Claim
from .server import client_of, jupyter_server
from .stock import KEEP, execution_id, stock

ROUNDS = 8
SLICE_SECONDS = 1.5
SETTLE_SECONDS = 3.0
"""After executions containers are made ready again: only then the server is idle."""
STORED = 100
"""Executions that can be read."""
AT_ONCE = 2
"""As many executions as run at the same time by default."""
_SETTINGS = ("--ExecutionSettings.daily_limit=100000", *KEEP)
_numbers = itertools.count(2)


@dataclass
class Pace:
    """How long each request took, in one state of the server."""

    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    """Requests a second, of each slice."""

    clock: Callable[[], float] = perf_counter

    async def slice(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask again and again for a while."""
        began = self.clock()
        count, now = 0, began
        while now - began < SLICE_SECONDS:
            await ask()
            count, before, now = count + 1, now, self.clock()
            self.seconds.append(now - before)
        self.rates.append(count / (now - began))

    def median(self) -> float:
        """Of the seconds."""
        return statistics.median(self.seconds)

    def detail(self) -> str:
        """Median and 95th percentile."""
        slow = statistics.quantiles(self.seconds, n=20)[-1]
        return f"{self.median() * 1000:.1f} ms (p95 {slow * 1000:.1f})"


async def busy(root: Path) -> list[Claim]:
    """Slices without and with executions in turn; a server without the engine tells what the machine itself loses."""
    (root / "plain").mkdir()
    await stock(root / "data", artifacts=0, executions=STORED)
    reads, contents, beside = (Pace(), Pace()), (Pace(), Pace()), (Pace(), Pace())
    done = 0
    async with (
        jupyter_server(root, extension=True, settings=_SETTINGS) as server,
        jupyter_server(root / "plain", extension=False) as plain,
        client_of(server) as client,
        client_of(plain) as other,
    ):

        async def read() -> None:
            await _get(client, f"coding-agent/execute/{execution_id(0)}")
            await _get(client, "coding-agent/executions")

        async def slices(state: int) -> None:
            await reads[state].slice(read)
            await contents[state].slice(partial(_list_contents, client))
            await beside[state].slice(partial(_list_contents, other))

        async with executing(client):
            pass  # the first ones make the engine and its containers
        for _ in range(ROUNDS):
            await asyncio.sleep(SETTLE_SECONDS)
            await slices(0)
            async with executing(client) as ended:
                await slices(1)
            done += len(ended)
    return [_kept(reads, done), *_slowed(contents, beside)]


def _kept(reads: tuple[Pace, Pace], done: int) -> Claim:
    idle, loaded = (statistics.median(pace.rates) for pace in reads)
    detail = f"{loaded:.0f} a second against {idle:.0f}; {done} executions"
    return Claim(
        "reads while executions run / idle (throughput)", loaded / idle, "at least", 0.7, "×", detail
    )


def _slowed(contents: tuple[Pace, Pace], beside: tuple[Pace, Pace]) -> list[Claim]:
    """Beside idle; and beside a server without the engine, which has lost the processor to containers only."""
    idle, loaded = (pace.median() for pace in contents)
    plain_idle, plain_loaded = (pace.median() for pace in beside)
    detail = f"{contents[1].detail()} against {contents[0].detail()}"
    share = f"a server without the engine: {beside[1].detail()} against {beside[0].detail()}"
    own = (loaded / idle) / (plain_loaded / plain_idle)
    title = "/api/contents while executions run / idle (p50)"
    return [
        Claim(title, loaded / idle, "at most", 1.1, "×", detail),
        Claim(f"{title}, beside a server without the engine", own, "at most", 1.1, "×", share),
    ]


@asynccontextmanager
async def executing(client: Any) -> AsyncIterator[list[float]]:
    """Executions one after the other, `AT_ONCE` at a time, until the block's end and theirs; when each ended."""
    enough = asyncio.Event()
    ended: list[float] = []

    async def go_on() -> None:
        while True:
            await _execute(client)
            ended.append(perf_counter())
            if enough.is_set():
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(go_on())
        yield ended
        enough.set()


async def _execute(client: Any) -> None:
    import httpx

    # Another number makes other code and tests, so that no cache can answer.
    request = {"prompt": f"limit the rate to {next(_numbers)} calls", "template_id": "rate-limiter"}
    reply = await client.post("coding-agent/execute", json=request)
    if reply.status_code != httpx.codes.ACCEPTED:
        raise AgentError(f"The bench's execution was not accepted: {reply.text}")
    execution = reply.json()["execution_id"]
    async with client.stream("GET", f"coding-agent/execute/{execution}/stream") as events:
        async for _ in events.aiter_lines():
            pass
    ended = await _get(client, f"coding-agent/execute/{execution}")
    if ended["status"] != "passed":
        raise AgentError(f"The bench's execution {ended['status']}: {ended['explanation']}")


async def _list_contents(client: Any) -> None:
    await _get(client, "api/contents")


async def _get(client: Any, path: str) -> Any:
    return (await client.get(path)).raise_for_status().json()
