"""The result of an identical request, given again without a run."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import NotFound
from jupyter_coding_agent.executions.models import RetryRequest
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.settings import ExecutionSettings
from jupyter_coding_agent.sessions.models import NewMessage, PageQuery
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.validation.receipts import Signer
from tests.scripted_loop import USER, attempt, events_of, request

from .conftest import Start
from .surroundings import World, ended, replaying


@pytest.fixture
def world(database: Database, start: Start, tmp_path: Path) -> World:
    return World(database, start, tmp_path)


async def ask(service: ExecutionService, user: str = USER, **fields: object) -> str:
    """An execution, at its end."""
    name = (await service.accept(user, request(**fields))).execution_id
    await ended(service, name, user)
    return name


async def test_the_same_request_has_the_same_result_and_nothing_runs(world: World):
    service = await world.service(settings={"daily_limit": 1})
    first = await ask(service)
    accepted = await service.accept(USER, request())
    assert (accepted.status, accepted.cached_from) == ("passed", first)
    assert accepted.execution_id != first
    events = await events_of(service, accepted.execution_id)
    assert [event.kind for event in events] == ["queued", "reused", "completed"]
    assert events[1].data["cached_from"] == first
    assert len(world.loop.tasks) == 1
    before, again = await service.view(USER, first), await service.view(USER, accepted.execution_id)
    assert (again.status, again.cached_from, before.cached_from) == ("passed", first, None)
    assert (again.files, again.tests, again.receipt) == (before.files, before.tests, before.receipt)
    assert again.receipt is not None
    assert (again.cost, again.model, again.quality_score) == (0, before.model, before.quality_score)
    assert again.explanation.splitlines()[0].startswith(f"Reused: this is the result of {first}")
    assert again.explanation.endswith(before.explanation)
    assert (await service.attempts(USER, accepted.execution_id)).attempts[0].cost_usd == 0


async def test_a_third_request_refers_to_the_one_that_was_run(world: World):
    service = await world.service()
    first = await ask(service)
    await ask(service)
    assert (await service.accept(USER, request())).cached_from == first


async def test_the_result_outlives_the_execution_that_it_is_from(world: World, database: Database):
    service = await world.service()
    first, second = await ask(service), await ask(service)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions WHERE id = ?", (first,))
    view = await service.view(USER, second)
    assert (view.cached_from, view.code) == (None, "x = 1\n")
    assert (await service.accept(USER, request())).cached_from is None


async def test_who_asks_for_it_fresh_gets_a_run(world: World):
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request(fresh=True))).cached_from is None
    await ask(service, prompt="another")
    assert len(world.loop.tasks) == 3


async def test_a_fresh_result_serves_those_who_ask_later(world: World):
    service = await world.service()
    first = await ask(service, fresh=True)
    assert (await service.accept(USER, request())).cached_from == first


async def test_a_retry_is_always_run(world: World):
    service = await world.service()
    first = await ask(service)
    assert (await service.retry(USER, first, RetryRequest())).cached_from is None


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "sort a list "},
        {"language": "python"},
        {"max_attempts": 4},
        {"tier": "medium"},
        {"llm_preference": "fast"},
        {"enable_security_scan": False},
        {"timeout_seconds": 5},
        {"context": {"variables": {"df": "DataFrame"}}},
        {"context": {"kernel_python": "3.12"}},
    ],
    ids=str,
)
async def test_another_request_is_run(world: World, fields: dict[str, object]):
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request(**fields))).cached_from is None


async def test_the_same_requests_in_another_session_have_the_same_results(world: World, begin):
    service = await world.service()
    words = ("sort", "now faster")
    one, other = await begin("one"), await begin("other")
    run = [await ask(service, prompt=prompt, session_id=one) for prompt in words]
    given = [await service.accept(USER, request(prompt=prompt, session_id=other)) for prompt in words]
    assert [accepted.cached_from for accepted in given] == run
    assert len(world.loop.tasks) == 2
    view = await service.view(USER, given[1].execution_id)
    assert (view.session_id, view.explanation.splitlines()[0].split(":")[0]) == (other, "Reused")
    sessions = SessionService(world.database, SessionSettings(environ={}))
    told = (await sessions.view(USER, other, PageQuery())).messages
    assert [(m.role, m.execution_id) for m in told] == [
        (role, accepted.execution_id) for accepted in given for role in ("user", "assistant")
    ]
    assert told[1].files == {"solution.py": "x = 1\n"}
    fresh = request(prompt=words[0], session_id=await begin("a third"), fresh=True)
    assert (await service.accept(USER, fresh)).cached_from is None


async def test_the_first_request_of_a_session_is_like_one_without(world: World, begin):
    service = await world.service()
    first = await ask(service)
    assert (await service.accept(USER, request(session_id=await begin("s")))).cached_from == first


async def test_what_was_said_before_makes_it_another_request(world: World, begin):
    service = await world.service()
    session = await begin("Sorting")
    first = await ask(service, session_id=session)
    # Now it has been asked for and answered before.
    assert (await service.accept(USER, request(session_id=session))).cached_from is None
    other = await begin("other")
    sessions = SessionService(world.database, SessionSettings(environ={}))
    await sessions.add(USER, other, NewMessage(role="system", text="in descending order"))
    assert (await service.accept(USER, request(session_id=other))).cached_from is None
    assert (await service.accept(USER, request(session_id=await begin("third")))).cached_from == first


async def test_while_something_in_the_session_has_not_ended_nothing_is_given_again(
    world: World, begin, database: Database
):
    service = await world.service()
    await ask(service, session_id=await begin("one"))
    await ask(service, prompt="another", session_id=(session := await begin("two")))
    sessions = SessionService(world.database, SessionSettings(environ={}))
    await sessions.remove(USER, session)
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET status = 'running' WHERE session_id = ?", (session,))
    assert (await service.accept(USER, request(session_id=session))).cached_from is None


async def test_another_users_session_is_not_there(world: World, begin):
    service = await world.service()
    await ask(service, "eve")
    with pytest.raises(NotFound) as refused:
        await service.accept("eve", request(session_id=await begin("ada's")))
    assert refused.value.field == "session_id"


async def test_nobody_gets_another_users_result(world: World):
    service = await world.service()
    await ask(service)
    await ask(service, "eve")
    assert len(world.loop.tasks) == 2


CHANGES = {
    "another image": {"digest": "sha256:2"},
    "no image": {"digest": None},
    "other prompts": {"prompts": "4"},
    "another version": {"product": "0.2.0"},
    "another model first": {"chain": ["openai/two", "groq/one"]},
    "a model more": {"chain": ["groq/one", "openai/two", "xai/three"]},
    "another template of one's own": {"templates": "2"},
    "a key less": {"keys": {"groq/one"}},
    "other settings": {"settings": [AgentSettings(environ={}, judgement="plain")]},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
async def test_in_other_surroundings_it_is_run(world: World, changes: dict[str, object]):
    await ask(service := await world.service())
    await service.close()
    service = await world.service()
    assert (await service.accept(USER, request())).cached_from is not None
    await service.close()
    for name, value in changes.items():
        setattr(world, name, value)
    service = await world.service()
    assert (await service.accept(USER, request())).cached_from is None


async def test_what_only_decides_when_it_runs_does_not_count(world: World):
    world.settings = [ExecutionSettings(environ={}, concurrency=2, daily_limit=100)]
    await ask(service := await world.service())
    await service.close()
    world.settings = [ExecutionSettings(environ={}, concurrency=3, daily_limit=50)]
    service = await world.service()
    assert (await service.accept(USER, request())).cached_from is not None


@pytest.mark.parametrize("status", ["partial", "failed"])
async def test_what_did_not_pass_is_run_again(world: World, status: str):
    world.status = status
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request())).cached_from is None


async def test_what_a_failover_served_is_run_again_since_it_may_go_otherwise(world: World):
    world.answering = ["openai/two"]
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request())).cached_from is None


@pytest.mark.parametrize(
    "attempts",
    [
        [attempt(1, "x = 1\n", origin="sample")],
        [attempt(1, "x = 1\n", origin="fresh")],
        [attempt(1, "y\n", "failed"), attempt(2, "y\n", "failed"), attempt(3, "x = 1\n", origin="repair")],
    ],
    ids=["a sample", "a fresh start", "a repair after the same code twice"],
)
async def test_what_was_not_written_at_temperature_0_is_run_again(world: World, attempts):
    world.attempts = lambda: [one.model_copy(deep=True) for one in attempts]  # type: ignore[method-assign]
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request())).cached_from is None


@pytest.mark.parametrize(
    "damage",
    [
        """UPDATE execution_attempts SET files = '{"solution.py": "x = 2"}'""",
        "UPDATE code_executions SET receipt = json_set(receipt, '$.quality_score', 10)",
        "UPDATE code_executions SET receipt = NULL",
        "UPDATE code_executions SET best = NULL",
        "UPDATE code_executions SET status = 'partial'",
        "UPDATE code_executions SET provenance = NULL",
        "UPDATE code_executions SET provenance = json_set(provenance, '$.models', json('{}'))",
    ],
)
async def test_what_its_receipt_no_longer_proves_is_run_again(world: World, database: Database, damage: str):
    service = await world.service()
    await ask(service)
    async with database.transaction() as tx:
        await tx.execute(damage)
    assert (await service.accept(USER, request())).cached_from is None


async def test_what_another_key_signed_is_run_again(world: World, tmp_path: Path):
    await ask(service := await world.service())
    await service.close()
    world.data = tmp_path / "other"
    assert Signer.load(world.data).key_id != Signer.load(tmp_path).key_id
    service = await world.service()
    assert (await service.accept(USER, request())).cached_from is None


async def test_where_the_image_was_not_known_it_is_run_again(world: World):
    world.digest = None
    service = await world.service()
    await ask(service)
    assert (await service.accept(USER, request())).cached_from is None


async def test_a_recording_that_was_proved_again_does_not_stand_in_the_way(world: World):
    service = await world.service()
    fields = {"language": "python", "tier": "simple"}
    first = await ask(service, **fields)
    answer = await world.replays(service).replay(USER, first, replaying("from_recording"))
    await ended(service, answer.new_execution_id)
    assert (await service.accept(USER, request(**fields))).cached_from == first


async def test_who_follows_everything_hears_of_it_at_once(world: World):
    service = await world.service()
    await ask(service)
    async with aclosing(await service.follow_all(USER, None)) as events:
        heard = asyncio.ensure_future(anext(events))
        # The follower has read that there is nothing and waits for the bell.
        await asyncio.wait({heard}, timeout=0.05)
        name = (await service.accept(USER, request())).execution_id
        async with asyncio.timeout(10):
            assert (await heard).execution_id == name


async def test_what_was_interrupted_is_run_again(world: World, database: Database):
    service = await world.service()
    await ask(service)
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET starts = 2")
    assert (await service.accept(USER, request())).cached_from is None


async def test_a_request_that_is_new_does_not_wait_for_the_container_engine(world: World):
    service = await world.service()
    await service.accept(USER, request("something new"))
    assert world.digests_asked == 0


async def test_there_is_an_end_to_what_is_not_charged(world: World, database: Database):
    service = await world.service()
    first = await ask(service)
    row = (
        "INSERT INTO code_executions (id, user, status, request, reused, created_at) "
        "VALUES (?, ?, 'passed', '{}', 1, ?)"
    )
    created = (await service.view(USER, first)).created_at
    async with database.transaction() as tx:
        for number in range(1_000):
            await tx.execute(row, (f"exe_{number}", USER, created))
    assert (await service.accept(USER, request())).cached_from is None
