"""Executions as the endpoints see them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from pydantic import ValidationError

from jupyter_coding_agent.core.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    QuotaExceeded,
    TooLarge,
    Unprocessable,
)
from jupyter_coding_agent.executions.models import PROMPT_LENGTH, DiffQuery, ListQuery, RetryRequest
from jupyter_coding_agent.executions.proving import TemplateProof
from tests.scripted_loop import (
    TESTS,
    USER,
    Gate,
    ScriptedLoop,
    attempt,
    events_of,
    outcome,
    request,
)

from .conftest import Start
from .shelf import Shelf


async def test_a_request_becomes_a_delivered_attempt(start: Start, begin):
    loop = ScriptedLoop()
    service = await start(loop)
    session = await begin("sorting")
    accepted = await service.accept(USER, request("sort a list", session_id=session))
    assert accepted.status == "queued"
    events = await events_of(service, accepted.execution_id)
    assert [event.kind for event in events] == ["queued", "started", "plan", "tests", "completed"]
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert events[-1].data == {
        "status": "passed",
        "attempt": 1,
        "quality_score": 9.0,
        "explanation": "As told.",
    }
    view = await service.view(USER, accepted.execution_id)
    assert view.status == "passed"
    assert view.code == "# sort a list\n"
    assert view.files == {"solution.py": "# sort a list\n"}
    assert view.tests == TESTS
    assert view.output.stdout == "hello\n"
    assert view.output.test_results is not None
    assert view.output.test_results.passed
    assert view.output.data_results == view.signals.data is not None
    assert view.effects is not None
    assert view.effects.reads == ["in.csv"]
    assert (view.attempt, view.attempts, view.cost, view.model) == (1, 1, 0.5, "fake/model")
    assert (view.quality_score, view.quality_parts[0].name) == (9.0, "coverage")
    assert (view.language, view.session_id, view.prompt) == ("python", session, "sort a list")
    assert view.started_at is not None
    assert view.finished_at is not None


async def test_the_loop_is_told_everything_the_request_says(start: Start):
    loop = ScriptedLoop()
    service = await start(loop, settings={"max_attempts": 3})
    asked = request(
        language="python",
        llm_preference="quality",
        enable_security_scan=False,
        timeout_seconds=7,
        tier="complex",
        context={
            "variables": {"df": "DataFrame (3, 2)"},
            "cells": [{"source": "x = 1"}],
            "samples": [{"name": "df", "text": "a b"}],
            "kernel_python": "3.11",
            "packages": ["polars"],
        },
    )
    accepted = await service.accept(USER, asked)
    await events_of(service, accepted.execution_id)
    (task,) = loop.tasks
    assert (task.execution_id, task.user, task.prompt) == (accepted.execution_id, USER, asked.prompt)
    assert (task.language, task.preference, task.tier) == ("python", "quality", "complex")
    assert (task.security, task.timeout_seconds, task.max_attempts) == (False, 7, 3)
    assert (task.kernel_python, task.allowed_packages) == ("3.11", ["polars"])
    assert (task.variables, task.cells, task.samples) == (
        asked.context.variables,
        asked.context.cells,
        asked.context.samples,
    )


async def test_a_running_execution_shows_its_latest_attempt(start: Start):
    first, second = attempt(1, "one", "failed", error_class="assertion"), attempt(2, "two")
    gate = asyncio.Event()

    async def script(recorder, task, history):
        await recorder.attempt(first)
        await recorder.event("run", {"attempt": 1, "of": 5})
        await gate.wait()
        await recorder.attempt(second)
        return outcome(first, second, status="partial", best=1)

    service = await start(ScriptedLoop(script))
    name = (await service.accept(USER, request())).execution_id
    async with aclosing(await service.follow(USER, name, 0)) as events:
        assert [(await anext(events)).kind for _ in range(3)] == ["queued", "started", "run"]
        view = await service.view(USER, name)
        assert (view.status, view.attempt, view.code, view.error_class) == ("running", 1, "one", "assertion")
        gate.set()
        assert [event.kind async for event in events] == ["completed"]
    view = await service.view(USER, name)
    assert (view.status, view.attempt, view.attempts, view.code, view.cost) == ("partial", 1, 2, "one", 1.0)


async def test_what_the_whole_execution_finds_of_the_best_attempt_replaces_what_was_stored(start: Start):
    async def script(recorder, task, history):
        one = attempt(1, "one")
        await recorder.attempt(one)
        one.verdict.quality_score = 4.0
        return outcome(one)

    service = await start(ScriptedLoop(script))
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)
    assert (await service.view(USER, name)).quality_score == 4.0
    assert (await service.attempts(USER, name)).attempts[0].verdict.quality_score == 4.0


async def test_attempts_come_back_as_they_were_stored(start: Start):
    full = attempt(1, "x = 1", error_class="lint", error_message="E9", fix_applied="none", notes=["a note"])

    async def script(recorder, task, history):
        await recorder.attempt(full)
        return outcome(full)

    service = await start(ScriptedLoop(script))
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)
    assert (await service.attempts(USER, name)).attempts == [full]


async def test_another_users_execution_is_not_there(start: Start):
    service = await start()
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)
    asked = [
        service.view("eve", name),
        service.attempts("eve", name),
        service.diff("eve", name, DiffQuery()),
        service.cancel("eve", name),
        service.retry("eve", name, RetryRequest()),
        service.follow("eve", name, 0),
    ]
    for call in asked:
        with pytest.raises(NotFound):
            await call
    assert (await service.page("eve", ListQuery())).total == 0


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"prompt": " \n\t"}, InvalidInput, "prompt"),
        ({"language": "klingon"}, InvalidInput, "language"),
        ({"context_artifacts": ["a"]}, Unprocessable, "context_artifacts"),
        ({"github_repo": "a/b"}, Unprocessable, "github_repo"),
        ({"output_preference": "pr"}, Unprocessable, "output_preference"),
        ({"template_id": "nope"}, NotFound, "template_id"),
        ({"template_variables": {"x": 1}}, InvalidInput, "template_id"),
        (
            {"template_id": "known", "template_variables": {"y": 1}},
            InvalidInput,
            "template_variables.y",
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_before_anything_is_stored(start: Start, fields, error, field):
    templates = Shelf()
    service = await start(templates=templates)
    with pytest.raises(error) as refused:
        await service.accept(USER, request(**{"prompt": "sort", **fields}))
    assert refused.value.field == field
    assert (await service.page(USER, ListQuery())).total == 0
    assert templates.counted == []
    assert await service.accept(USER, request(template_id="known", template_variables={"x": 1}))
    assert templates.counted == ["known"]


async def test_a_request_that_is_over_the_limit_is_no_use_of_its_template(start: Start):
    templates = Shelf()
    service = await start(templates=templates, settings={"daily_limit": 1})
    await service.accept(USER, request())
    with pytest.raises(QuotaExceeded):
        await service.accept(USER, request(template_id="known"))
    assert templates.counted == []


async def test_without_a_library_no_template_is_known(start: Start):
    service = await start()
    with pytest.raises(NotFound):
        await service.accept(USER, request(template_id="known"))


async def test_values_for_a_template_reach_the_loop_also_when_it_is_tried_again(start: Start):
    loop = ScriptedLoop()
    service = await start(loop, templates=Shelf())
    proof = TemplateProof(service)
    name = await proof(USER, "Generate.", "python", "known", {"x": 1})
    await events_of(service, name)
    again = await service.retry(USER, name, RetryRequest())
    await events_of(service, again.execution_id)
    assert [(task.template_id, task.template_variables) for task in loop.tasks] == [("known", {"x": 1})] * 2


async def test_the_daily_limit_holds_for_requests_at_the_same_moment(start: Start):
    service = await start(settings={"daily_limit": 3})
    answers = await asyncio.gather(
        *(service.accept(USER, request()) for _ in range(8)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, QuotaExceeded)]
    assert len(refused) == 5
    assert all(86_000 < answer.retry_after <= 86_400 for answer in refused)
    assert await service.accept("eve", request())


async def test_cancelling_what_waits(start: Start):
    gate = Gate()
    loop = ScriptedLoop(gate)
    service = await start(loop, settings={"concurrency": 1})
    running = (await service.accept(USER, request())).execution_id
    waiting = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    assert (await service.cancel(USER, waiting)).status == "cancelled"
    assert [event.kind for event in await events_of(service, waiting)] == ["queued", "completed"]
    gate.opened.set()
    await events_of(service, running)
    assert len(loop.tasks) == 1
    with pytest.raises(Conflict, match="cancelled"):
        await service.cancel(USER, waiting)
    with pytest.raises(Conflict, match="passed"):
        await service.cancel(USER, running)


async def test_cancelling_what_runs_has_stopped_it_when_it_answers(start: Start):
    gate = Gate()
    service = await start(ScriptedLoop(gate))
    name = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    await service.cancel(USER, name)
    assert gate.cancelled
    events = await events_of(service, name)
    assert events[-1].kind == "completed"
    assert events[-1].data["status"] == "cancelled"
    assert (await service.view(USER, name)).status == "cancelled"


async def test_a_cancelled_run_can_write_no_more(start: Start):
    reached, superseded = asyncio.Event(), asyncio.Event()

    async def stubborn(recorder, task, history):
        reached.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            try:
                await recorder.event("run", {"attempt": 1, "of": 5})
            finally:
                superseded.set()
        raise AssertionError("the recorder must have refused")

    service = await start(ScriptedLoop(stubborn))
    name = (await service.accept(USER, request())).execution_id
    await reached.wait()
    await service.cancel(USER, name)
    await superseded.wait()
    assert [event.kind for event in await events_of(service, name)] == ["queued", "started", "completed"]


async def test_a_retry_is_a_new_execution_with_more_words(start: Start, begin):
    loop = ScriptedLoop()
    service = await start(loop)
    session = await begin("sorting")
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await events_of(service, name)
    again = (await service.retry(USER, name, RetryRequest(custom_prompt="descending"))).execution_id
    await events_of(service, again)
    assert again != name
    assert loop.tasks[1].prompt == "sort\n\ndescending"
    view = await service.view(USER, again)
    assert (view.retry_of, view.session_id) == (name, session)
    with pytest.raises(TooLarge):
        await service.retry(USER, name, RetryRequest(custom_prompt="x" * PROMPT_LENGTH))


async def test_approved_packages_may_be_installed_and_stay_approved(start: Start):
    loop = ScriptedLoop()
    service = await start(loop)
    name = (await service.accept(USER, request("sort", approved_packages=["left-pad"]))).execution_id
    await events_of(service, name)
    again = RetryRequest(approved_packages=["right-pad", "left-pad"])
    await events_of(service, (await service.retry(USER, name, again)).execution_id)
    assert [task.allowed_packages for task in loop.tasks] == [["left-pad"], ["left-pad", "right-pad"]]
    for wrong in ("left pad", "x>=1", "https://example.org/x.whl", ""):
        with pytest.raises(ValidationError):
            RetryRequest(approved_packages=[wrong])


async def test_what_has_not_ended_cannot_be_retried(start: Start):
    gate = Gate()
    service = await start(ScriptedLoop(gate))
    name = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    with pytest.raises(Conflict, match="still running"):
        await service.retry(USER, name, RetryRequest())


async def test_any_two_attempts_can_be_compared(start: Start):
    async def script(recorder, task, history):
        tries = [attempt(1, "a\n", "failed"), attempt(2, "b\n", "failed"), attempt(3, "b\nc\n")]
        for one in tries:
            await recorder.attempt(one)
        return outcome(*tries)

    service = await start(ScriptedLoop(script))
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)

    async def diff(**query: int) -> tuple[str, int, int]:
        view = await service.diff(USER, name, DiffQuery(**query))
        return view.unified_diff, view.changes_summary.added, view.changes_summary.removed

    text, added, removed = await diff(from_attempt=1, to_attempt=3)
    assert (added, removed) == (2, 1)
    assert "-a\n+b\n+c\n" in text
    assert await diff() == await diff(from_attempt=2, to_attempt=3)
    assert (await diff(from_attempt=0, to_attempt=1))[1:] == (1, 0)
    assert await diff(from_attempt=2, to_attempt=2) == ("", 0, 0)
    with pytest.raises(NotFound, match="no attempt 4"):
        await diff(from_attempt=1, to_attempt=4)


async def test_lists_are_filtered_and_paged_newest_first(start: Start, begin):
    service = await start(settings={"concurrency": 1})
    names, sessions = [], [await begin("even"), await begin("odd")]
    for number in range(5):
        session = sessions[number % 2]
        accepted = await service.accept(USER, request(f"{number} " + "x" * 500, session_id=session))
        await events_of(service, accepted.execution_id)
        names.append(accepted.execution_id)

    async def listed(**query: object) -> tuple[list[str], int]:
        page = await service.page(USER, ListQuery.model_validate(query))
        return [one.execution_id for one in page.executions], page.total

    assert await listed() == (names[::-1], 5)
    assert await listed(page=2, limit=2) == ([names[2], names[1]], 5)
    assert await listed(page=9) == ([], 5)
    assert await listed(session_id=sessions[1]) == ([names[3], names[1]], 2)
    assert await listed(status="failed") == ([], 0)
    assert await listed(language="python", status="passed", limit=1) == ([names[4]], 5)
    first = (await service.page(USER, ListQuery())).executions[0]
    assert (len(first.prompt), first.attempts, first.quality_score) == (200, 1, 9.0)


async def test_the_estimate_comes_from_what_executions_took(start: Start, database):
    service = await start(settings={"concurrency": 1})
    assert (await service.accept(USER, request())).estimated_time_seconds == 20
    await service.close()
    async with database.transaction() as tx:
        await tx.execute(
            """
            UPDATE code_executions SET status = 'passed',
                started_at = '2026-01-01T00:00:00.000Z', finished_at = '2026-01-01T00:00:04.500Z'
            """
        )
    service = await start(ScriptedLoop(Gate()), settings={"concurrency": 1})
    assert (await service.accept(USER, request())).estimated_time_seconds == 4.5
    assert (await service.accept(USER, request())).estimated_time_seconds == 9
