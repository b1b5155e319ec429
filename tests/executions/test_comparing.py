"""Diffs of attempts and of executions, as the endpoint is asked for them."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import NotFound
from jupyter_coding_agent.executions.models import DiffQuery
from jupyter_coding_agent.executions.service import ExecutionService
from tests.scripted_loop import USER, ScriptedLoop, attempt, events_of, outcome, request

from .conftest import Start


async def run(service: ExecutionService, prompt: str, user: str = USER) -> str:
    name = (await service.accept(user, request(prompt))).execution_id
    async for _ in await service.follow(user, name, 0):
        pass
    return name


async def two_attempts(recorder, task, history):
    """The first attempt is delivered, the second is only the last."""
    tests = {"test_solution.py": f"# of {task.prompt}\n"}
    await recorder.tests_written(tests, None)
    tries = [attempt(1, f"{task.prompt}\n", "failed"), attempt(2, "worse\n", "failed")]
    for one in tries:
        await recorder.attempt(one)
    return outcome(*tries, status="partial", best=1).model_copy(update={"tests": tests})


async def test_two_executions_are_compared_by_what_they_delivered_and_by_their_tests(start: Start):
    service = await start(ScriptedLoop(two_attempts))
    one, two = await run(service, "one"), await run(service, "two")
    view = await service.diff(USER, one, DiffQuery(with_execution=two))
    assert "-one\n+two\n" in view.unified_diff
    assert "-# of one\n+# of two\n" in view.unified_diff
    assert view.changes_summary.changed_files == ["solution.py", "test_solution.py"]
    back = await service.diff(USER, two, DiffQuery(with_execution=one))
    assert "-two\n+one\n" in back.unified_diff


async def test_attempts_of_two_executions_may_be_named(start: Start):
    service = await start(ScriptedLoop(two_attempts))
    one, two = await run(service, "one"), await run(service, "two")
    view = await service.diff(USER, one, DiffQuery(with_execution=two, from_attempt=2, to_attempt=1))
    assert "-worse\n+two\n" in view.unified_diff
    with pytest.raises(NotFound) as refused:
        await service.diff(USER, one, DiffQuery(with_execution=two, to_attempt=3))
    assert refused.value.field == "to_attempt"


async def test_neither_side_may_be_another_users(start: Start):
    service = await start()
    mine, other = await run(service, "mine"), await run(service, "other", "eve")
    with pytest.raises(NotFound) as refused:
        await service.diff(USER, mine, DiffQuery(with_execution=other))
    assert refused.value.field == "with_execution"
    with pytest.raises(NotFound):
        await service.diff(USER, other, DiffQuery(with_execution=mine))
    assert (await events_of(service, mine))[-1].kind == "completed"


async def test_a_renamed_file_is_told(start: Start):
    lines = "".join(f"line {number}\n" for number in range(9))

    async def script(recorder, task, history):
        tries = [attempt(1, "x"), attempt(2, "x")]
        tries[0].files, tries[1].files = {"a.py": lines}, {"b.py": lines}
        for one in tries:
            await recorder.attempt(one)
        return outcome(*tries)

    service = await start(ScriptedLoop(script))
    name = await run(service, "x")
    summary = (await service.diff(USER, name, DiffQuery(from_attempt=1, to_attempt=2))).changes_summary
    assert [(one.old_path, one.new_path) for one in summary.renamed] == [("a.py", "b.py")]
