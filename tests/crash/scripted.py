"""The whole engine with a loop that needs neither a model nor containers: its prompt says what it does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_coding_agent.validation.models import OutputFile
from tests.scripted_loop import PLAN, TESTS, ScriptedLoop, attempt, outcome, verdict

WAITS, LEAVES, FAILS = "wait", "leave", "fail"
"""A prompt's first word: never end, pass and leave `LEFT`, fail. Any other passes."""
LEFT = {"out/table.csv": b"a,b\n1,2\n", "plot.txt": b"plot" * 500}


async def script(recorder: Any, task: Any, history: Any) -> Any:
    kind = task.prompt.partition(" ")[0]
    await recorder.event("plan", PLAN.model_dump())
    if history is None:
        await recorder.tests_written(TESTS, None)
    if kind == WAITS:
        await asyncio.Event().wait()
    status = "failed" if kind == FAILS else "passed"
    judged = verdict(status)
    if kind == LEAVES:
        judged.outputs = [OutputFile(path=path, content=content) for path, content in LEFT.items()]
    one = attempt(1, f"# {task.prompt}\n", status).model_copy(update={"verdict": judged})
    await recorder.attempt(one)
    return outcome(one, status=status)


async def start(data: Path, config: Any, *, engine_id: str, activity: Any, orphaned: bool) -> Any:
    """What `host.serve` starts: the real engine."""
    from jupyter_coding_agent.engine import Engine

    return await Engine.start(
        data, config, engine_id=engine_id, activity=activity, orphaned=orphaned, loops=ScriptedLoop(script)
    )
