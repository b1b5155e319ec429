"""A request and its result are in the session exactly when they are in the pipeline."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import NotFound, QuotaExceeded
from jupyter_coding_agent.executions.models import ListQuery, RetryRequest
from jupyter_coding_agent.sessions.models import NewSession, PageQuery
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import USER, Gate, ScriptedLoop, attempt, events_of, outcome, request

from .conftest import Start


async def told(sessions: SessionService, session: str, user: str = USER) -> list[tuple[str, str, str | None]]:
    page = await sessions.view(user, session, PageQuery(limit=100))
    return [(message.role, message.text, message.status) for message in page.messages]


async def test_a_request_and_its_result_are_posted_and_linked(start: Start, sessions, session: str):
    service = await start()
    name = (await service.accept(USER, request("sort a list", session_id=session))).execution_id
    await events_of(service, name)
    page = await sessions.view(USER, session, PageQuery())
    assert [(m.role, m.text, m.status) for m in page.messages] == [
        ("user", "sort a list", None),
        ("assistant", "As told.", "passed"),
    ]
    assert {m.execution_id for m in page.messages} == {name}
    assert page.messages[1].files == {"solution.py": "# sort a list\n"}
    assert (page.title, page.message_count) == ("sort a list", 2)
    listed = await service.page(USER, ListQuery(session_id=session))
    assert [one.execution_id for one in listed.executions] == [name]


async def test_an_unknown_or_foreign_session_is_refused_and_nothing_is_stored(
    start: Start, sessions: SessionService
):
    service = await start()
    foreign = (await sessions.create("eve", NewSession())).session_id
    for session in (foreign, "ses_no"):
        with pytest.raises(NotFound) as refused:
            await service.accept(USER, request(session_id=session))
        assert refused.value.field == "session_id"
    assert (await service.page(USER, ListQuery())).total == 0
    assert await told(sessions, foreign, "eve") == []


async def test_a_request_over_the_quota_is_not_posted(start: Start, sessions, session: str):
    service = await start(daily_limit=1)
    await service.accept(USER, request("one", session_id=session))
    with pytest.raises(QuotaExceeded):
        await service.accept(USER, request("two", session_id=session))
    assert "two" not in [text for _, text, _ in await told(sessions, session)]


async def test_how_it_ends_is_posted_whatever_the_end(start: Start, sessions, session: str):
    async def breaks(recorder, task, history):
        raise RuntimeError("a fault")

    async def partly(recorder, task, history):
        return outcome(attempt(1, "half", "failed"), status="partial")

    loop = ScriptedLoop(breaks)
    service = await start(loop)
    await events_of(service, (await service.accept(USER, request("a", session_id=session))).execution_id)
    loop.script = partly
    await events_of(service, (await service.accept(USER, request("b", session_id=session))).execution_id)
    loop.script = gate = Gate()
    name = (await service.accept(USER, request("c", session_id=session))).execution_id
    await gate.reached.wait()
    await service.cancel(USER, name)
    answers = [(text, status) for role, text, status in await told(sessions, session) if role == "assistant"]
    assert [status for _, status in answers] == ["failed", "partial", "cancelled"]
    assert answers[0][0].startswith("The agent failed at this")
    assert answers[2][0] == "Cancelled by the user."


async def test_an_engine_that_dies_loses_and_doubles_no_message(start: Start, sessions, session: str):
    first = await start(ScriptedLoop(gate := Gate()))
    name = (await first.accept(USER, request("sort", session_id=session))).execution_id
    await gate.reached.wait()
    await first.close()
    assert await told(sessions, session) == [("user", "sort", None)]
    second = await start()
    await events_of(second, name)
    assert await told(sessions, session) == [("user", "sort", None), ("assistant", "As told.", "passed")]


async def test_the_end_and_its_message_are_stored_together(start: Start, sessions, session: str, database):
    service = await start(ScriptedLoop(gate := Gate()))
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await gate.reached.wait()
    async with database.transaction() as tx:
        await tx.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON messages BEGIN SELECT RAISE (ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no"):
        await service.cancel(USER, name)
    assert (await service.view(USER, name)).status == "running"
    async with database.transaction() as tx:
        await tx.execute("DROP TRIGGER refuse")
    await service.cancel(USER, name)
    assert [status for _, _, status in await told(sessions, session)] == [None, "cancelled"]


async def test_a_session_runs_one_at_a_time_and_others_beside_it(start: Start, sessions, session: str):
    loop = ScriptedLoop(gate := Gate())
    service = await start(loop, concurrency=2)
    first = (await service.accept(USER, request("first", session_id=session))).execution_id
    await gate.reached.wait()
    second = (await service.accept(USER, request("second", session_id=session))).execution_id
    other = (await sessions.create(USER, NewSession())).session_id
    beside = (await service.accept(USER, request("beside", session_id=other))).execution_id
    alone = (await service.accept(USER, request("alone"))).execution_id
    while len(loop.tasks) < 2:
        gate.reached.clear()
        await gate.reached.wait()
    assert [task.prompt for task in loop.tasks] == ["first", "beside"]
    gate.opened.set()
    for name in (first, second, beside, alone):
        assert (await events_of(service, name))[-1].data["status"] == "passed"
    asked = {task.prompt: task.conversation for task in loop.tasks}
    assert asked["second"].files == {"solution.py": "# first\n"}


async def test_a_follow_up_is_told_what_was_said_and_the_last_code(start: Start, sessions, session: str):
    loop = ScriptedLoop()
    service = await start(loop)
    for prompt in ("sort a list", "make it faster"):
        accepted = await service.accept(USER, request(prompt, session_id=session))
        await events_of(service, accepted.execution_id)
    first, second = loop.tasks
    assert (first.conversation.text, first.conversation.files) == ("", {})
    assert second.prompt == "make it faster"
    assert second.conversation.text == "User: sort a list\n\nAgent (passed): As told."
    assert second.conversation.files == {"solution.py": "# sort a list\n"}
    assert second.conversation.status == "passed"


async def test_a_deleted_session_leaves_its_executions(
    start: Start, sessions, session: str, database: Database
):
    service = await start()
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await events_of(service, name)
    await sessions.delete(USER, session)
    view = await service.view(USER, name)
    assert (view.status, view.session_id) == ("passed", None)
    assert await database.fetch_all("SELECT 1 FROM messages") == []
    again = (await service.retry(USER, name, RetryRequest())).execution_id
    await events_of(service, again)
    assert (await service.view(USER, again)).session_id is None


async def test_deleting_the_session_of_what_runs_does_not_hinder_it(start: Start, sessions, session: str):
    loop = ScriptedLoop(gate := Gate())
    service = await start(loop)
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await gate.reached.wait()
    await sessions.delete(USER, session)
    gate.opened.set()
    assert (await events_of(service, name))[-1].data["status"] == "passed"


async def test_a_cleared_conversation_still_gets_the_result(start: Start, sessions, session: str):
    service = await start(ScriptedLoop(gate := Gate()))
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await gate.reached.wait()
    await sessions.remove(USER, session)
    gate.opened.set()
    await events_of(service, name)
    assert await told(sessions, session) == [("assistant", "As told.", "passed")]


async def test_an_execution_that_goes_leaves_its_messages(start: Start, sessions, session: str, database):
    service = await start()
    name = (await service.accept(USER, request("sort", session_id=session))).execution_id
    await events_of(service, name)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions")
    page = await sessions.view(USER, session, PageQuery())
    assert [message.execution_id for message in page.messages] == [None, None]
    assert page.messages[1].files == {"solution.py": "# sort\n"}
