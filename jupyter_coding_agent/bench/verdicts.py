"""Verdicts against the bare tools and cold containers: one at a time, in a burst, and what waiting costs in memory."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

from ..core.errors import AgentError
from ..runner.service import ContainerRunner
from ..validation.service import Validator
from .baselines import bare, cold, lay_out, run
from .claims import Claim, Side, alternate
from .jobs import PANDAS, PLOT, PURE, Job

ROUNDS = 15
BURST = 100
COLD_BURST = 24
"""Enough to know the cold throughput; the rest would only take time."""
CONCURRENCY = 4

_nonce = itertools.count()


async def _judge(validator: Validator, job: Job) -> None:
    verdict = await validator.validate(job.request(next(_nonce)))
    if verdict.status != "passed" or verdict.cached:
        raise AgentError(f"The bench's job {job.name!r} did not pass: {verdict.explanation}")


async def one_at_a_time(runner: ContainerRunner, validator: Validator, image: str) -> list[Claim]:
    """A warm verdict of each job against the bare tools; pure Python also against a cold ``docker run``."""
    claims = []
    for job, limit in ((PURE, 0.10), (PANDAS, 0.10), (PLOT, 0.25)):
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            lay_out(job, directory)
            sides: list[Side] = [partial(_judge, validator, job), partial(bare, directory)]
            if job is PURE:
                sides.append(partial(cold, directory, image))
            await _judge(validator, job)
            warm, plain, *frozen = await alternate(sides, ROUNDS, runner.wait_until_warm)
        detail = f"{warm * 1000:.0f} ms against {plain * 1000:.0f} ms"
        claims.append(
            Claim(f"warm verdict / bare tools, {job.name}", warm / plain, "at most", limit, "×", detail)
        )
        for taken in frozen:
            detail = f"{warm * 1000:.0f} ms against {taken * 1000:.0f} ms"
            claims.append(
                Claim(
                    f"warm verdict / cold docker run, {job.name}", warm / taken, "at most", 0.06, "×", detail
                )
            )
    return claims


async def challenges(runner: ContainerRunner, validator: Validator) -> list[Claim]:
    """A challenge of each job's tests against its budget, and how many mutants ran meanwhile."""
    claims = []
    for job, least in ((PURE, 20), (PANDAS, 4), (PLOT, 6)):
        spent, used, ran = [], [], []
        for _ in range(ROUNDS):
            await runner.wait_until_warm()
            request = job.request(next(_nonce))
            verdict = await validator.validate(request)
            await runner.wait_until_warm()
            challenge = await validator.challenge(request, verdict)
            spent.append(challenge.duration_ms)
            used.append(challenge.duration_ms / max(1000.0, 1.5 * verdict.duration_ms))
            ran.append(len(challenge.mutants))
        detail = f"{statistics.median(spent):.0f} ms, score {challenge.score}"
        name = f"challenge / max(1 s, 1.5 × verdict), {job.name}"
        claims.append(Claim(name, statistics.median(used), "at most", 1, "×", detail))
        detail = f"of {challenge.possible}"
        claims.append(
            Claim(f"mutants run in it, {job.name}", statistics.median(ran), "at least", least, "", detail)
        )
    return claims


async def _throughput(side: Side, count: int) -> float:
    """Jobs a second with `CONCURRENCY` at once."""
    gate = asyncio.Semaphore(CONCURRENCY)

    async def one() -> None:
        async with gate:
            await side()

    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())
    return count / (perf_counter() - started)


async def burst(runner: ContainerRunner, validator: Validator, image: str) -> Claim:
    """Different verdicts, each in a container of its own, against cold runs at equal concurrency."""
    with tempfile.TemporaryDirectory() as name:
        lay_out(PURE, Path(name))
        halves = [await _throughput(partial(cold, Path(name), image), COLD_BURST // 2)]
        await runner.wait_until_warm()
        ours = await _throughput(partial(_judge, validator, PURE), BURST)
        halves.append(await _throughput(partial(cold, Path(name), image), COLD_BURST // 2))
    theirs = sum(halves) / 2
    detail = f"{ours:.1f} a second against {theirs:.1f}, {CONCURRENCY} at once"
    return Claim(f"burst of {BURST} verdicts / cold docker run", ours / theirs, "at least", 2, "×", detail)


async def idle_memory(runner: ContainerRunner, engine_id: str) -> list[Claim]:
    """Proportional set size of the idle warm containers, all their processes together. Needs root to read."""
    await runner.wait_until_warm()
    claims = []
    for flavor, limit in (("plain", 80), ("data", 120), ("plot", 160)):
        pids = await _idle_processes(engine_id, flavor)
        total = sum(_pss_mb(pid) for pid in pids)
        detail = f"{len(pids)} processes"
        claims.append(Claim(f"idle warm container, {flavor} (PSS)", total, "at most", limit, "MB", detail))
    return claims


async def _idle_processes(engine_id: str, flavor: str) -> list[int]:
    """The processes of one warm container of this flavor, as the host numbers them."""
    label = f"label=coding-agent.engine={engine_id}"
    listed = await run("docker", "ps", "--no-trunc", "--filter", label, "--format", "{{.ID}} {{.Command}}")
    container = next(line.split()[0] for line in listed.splitlines() if f"--flavor {flavor}" in line)
    table = await run("docker", "top", container, "-o", "pid")
    return [int(pid) for pid in table.split()[1:]]


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AgentError(f"The kernel does not tell the memory of process {pid}.")
