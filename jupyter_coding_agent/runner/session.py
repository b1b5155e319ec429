"""One job in one container, from the first byte sent to how it ended."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable

from .backends.protocol import Container, Ending
from .collector import Collector, MutationCollector, received_limit
from .models import (
    Exit,
    Isolation,
    Limits,
    MutationJob,
    MutationRun,
    NotebookJob,
    NotebookRun,
    TestJob,
    TestRun,
)
from .notebook_collector import CellListener, NotebookCollector
from .wire import Frame, WireError

# The harness keeps the time limit itself and can say more about it; the host only makes sure.
GRACE_SECONDS = 2.0
_DIAGNOSTIC_CHARACTERS = 500


class NothingCame(Exception):
    """The container ended before it took the job up: it may be given to another one."""


def job_frame(job: TestJob, limits: Limits) -> Frame:
    """The frame that hands a job to the harness."""
    if isinstance(job, MutationJob):
        changes = [change.model_dump() for change in job.changes]
        return {**_frame(job, limits), "op": "mutate", "changes": changes, "most": job.most}
    if isinstance(job, NotebookJob):
        cells = [
            {**cell.model_dump(exclude={"source"}), "source": base64.b64encode(cell.source).decode()}
            for cell in job.cells
        ]
        return {**_frame(job, limits), "op": "notebook", "cells": cells}
    return {**_frame(job, limits), "op": "run"}


def _frame(job: TestJob, limits: Limits) -> Frame:
    return {
        "files": _encoded(job.files),
        "tests": _encoded(job.tests),
        "data": _encoded(job.data),
        "collect": job.collect,
        "conftest": job.conftest,
        "cell": job.cell,
        "notebook": job.notebook.model_dump() if job.notebook else None,
        "limits": limits.model_dump(),
    }


def _encoded(files: dict[str, bytes]) -> dict[str, str]:
    return {path: base64.b64encode(content).decode() for path, content in files.items()}


async def run(
    container: Container,
    job: TestJob,
    limits: Limits,
    isolation: Isolation,
    ending: Callable[[str], Awaitable[Ending | None]],
    grace_seconds: float = GRACE_SECONDS,
) -> TestRun:
    """Run the job. The container may still stand afterwards: the caller kills it.

    Raises:
        NothingCame: the container ended before it said anything.
        RunnerUnavailable: `ending` could not ask the engine how the container ended.
    """
    collector = Collector(limits)
    exit_, duration_ms = await _carry_out(container, job, limits, collector, ending, grace_seconds)
    return collector.run(exit_, duration_ms, isolation)


async def run_mutants(
    container: Container,
    job: MutationJob,
    limits: Limits,
    isolation: Isolation,
    ending: Callable[[str], Awaitable[Ending | None]],
) -> MutationRun:
    """Try the job's changes; as `run`."""
    collector = MutationCollector(limits)
    exit_, duration_ms = await _carry_out(container, job, limits, collector, ending, GRACE_SECONDS)
    return collector.mutation_run(exit_, duration_ms, isolation)


async def run_notebook(
    container: Container,
    job: NotebookJob,
    limits: Limits,
    isolation: Isolation,
    ending: Callable[[str], Awaitable[Ending | None]],
    listener: CellListener | None = None,
) -> NotebookRun:
    """Run the job's cells, telling `listener` of each as it ends; as `run`."""
    collector = NotebookCollector(limits, len(job.cells), listener)
    exit_, duration_ms = await _carry_out(container, job, limits, collector, ending, GRACE_SECONDS)
    return collector.notebook_run(exit_, duration_ms, isolation)


async def _carry_out(
    container: Container,
    job: TestJob,
    limits: Limits,
    collector: Collector,
    ending: Callable[[str], Awaitable[Ending | None]],
    grace_seconds: float,
) -> tuple[Exit, float]:
    """How the run ended and how many milliseconds it took; what came is in the collector."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(limits.timeout_seconds + grace_seconds):
            exit_ = await _converse(container, job_frame(job, limits), collector, limits)
    except TimeoutError:
        exit_ = Exit(reason="timeout", detail=f"It was killed after {limits.timeout_seconds:g} s.")
    if exit_ is None:
        exit_ = await _explain(container, collector, ending)
    noise = collector.noise + container.channel.noise
    if noise:
        note = f"{noise} malformed messages from the container were ignored."
        exit_ = exit_.model_copy(update={"detail": f"{exit_.detail} {note}".strip()})
    return exit_, (time.monotonic() - began) * 1000


async def _converse(container: Container, job: Frame, collector: Collector, limits: Limits) -> Exit | None:
    """Send the job and take what comes until the end; None if the stream broke off."""
    channel = container.channel
    most = channel.received_bytes + received_limit(limits)
    try:
        await channel.send(job)
        while not collector.ended:
            frame = await channel.receive()
            if frame is None:
                return None
            if channel.received_bytes > most:
                return Exit(reason="output_limit", detail="It sent more than a run may send.")
            collector.take(frame)
    except (ConnectionError, WireError):
        return None
    return collector.exit or Exit(
        reason="infrastructure", detail="The harness did not say how the run ended."
    )


async def _explain(
    container: Container, collector: Collector, ending: Callable[[str], Awaitable[Ending | None]]
) -> Exit:
    """Why the stream broke off: only the engine can tell."""
    ended = await ending(container.id)
    if ended is not None and ended.out_of_memory:
        return Exit(reason="memory_limit", code=ended.exit_code, detail="The container ran out of memory.")
    if collector.empty:
        raise NothingCame
    said = container.channel.diagnostics().strip()[-_DIAGNOSTIC_CHARACTERS:]
    how = "was removed" if ended is None else f"ended with status {ended.exit_code}"
    return Exit(
        reason="infrastructure",
        code=ended.exit_code if ended else None,
        detail=f"The container {how} before the run was over. {said}".strip(),
    )
