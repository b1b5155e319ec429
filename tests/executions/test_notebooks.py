"""What a request brings of its notebook: kept beside its row, used again, and gone with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.executions.models import RetryRequest
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import USER, request

from .conftest import Start
from .surroundings import World, ended, replaying

NOTEBOOK = {
    "before": ["import math"],
    "values": {"df": {"description": "list: 1 items", "content": '["kept apart"]'}},
    "missing": {"conn": "it is an open network connection"},
    "versions": {"pandas": "2.2.3"},
}


@pytest.fixture
def world(database: Database, start: Start, tmp_path: Path) -> World:
    return World(database, start, tmp_path)


async def test_it_is_given_to_the_loop_and_to_whoever_asks_again(world: World, database: Database):
    service = await world.service()
    asked = request(context={"notebook": NOTEBOOK})
    name = (await service.accept(USER, asked)).execution_id
    await ended(service, name)
    retried = (await service.retry(USER, name, RetryRequest())).execution_id
    await ended(service, retried)
    replayed = await world.replays(service).replay(USER, name, replaying())
    await ended(service, replayed.new_execution_id)
    assert [task.notebook.model_dump() for task in world.loop.tasks] == [NOTEBOOK] * 3
    rows = await database.fetch_all("SELECT request FROM code_executions")
    assert not any("kept apart" in row["request"] for row in rows)
    async with database.transaction() as tx:
        await tx.execute(
            "DELETE FROM code_executions WHERE id IN (?, ?)", (retried, replayed.new_execution_id)
        )
    left = await database.fetch_all("SELECT execution_id FROM execution_notebooks")
    assert [row["execution_id"] for row in left] == [name]


async def test_another_value_is_another_request(world: World):
    service = await world.service()
    changed = NOTEBOOK | {"values": {"df": {"description": "list: 1 items", "content": "[]"}}}
    names = []
    for notebook in (NOTEBOOK, changed):
        accepted = await service.accept(USER, request(context={"notebook": notebook}))
        await ended(service, accepted.execution_id)
        names.append(accepted)
    assert names[1].cached_from is None
    digests = {task.notebook.digest for task in world.loop.tasks}
    assert len(digests) == 2
