from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_coding_agent.artifacts.models import ListQuery as ArtifactsQuery
from jupyter_coding_agent.artifacts.store import ArtifactStore
from jupyter_coding_agent.bench import stock
from jupyter_coding_agent.core.paths import database_path
from jupyter_coding_agent.executions.models import ListQuery as ExecutionsQuery
from jupyter_coding_agent.executions.store import ExecutionStore
from jupyter_coding_agent.executions.views import execution_view
from jupyter_coding_agent.sessions.models import SessionsQuery
from jupyter_coding_agent.sessions.store import SessionStore
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.web.headers import LOCAL_USER


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    await stock.stock(tmp_path / "data", artifacts=30, executions=200)
    opened = await Database.open(database_path(tmp_path / "data"))
    yield opened
    await opened.close()


async def test_it_is_what_the_rooms_would_have_written(database: Database):
    artifacts, executions = ArtifactStore(database), ExecutionStore(database)
    assert (await artifacts.page(LOCAL_USER, ArtifactsQuery()))[1] == 30
    assert (await artifacts.page(LOCAL_USER, ArtifactsQuery(type="output")))[1] == 6
    assert (await executions.page(LOCAL_USER, ExecutionsQuery(status="failed")))[1] == 20
    session = ExecutionsQuery(session_id=stock.session_id(55))
    assert (await executions.page(LOCAL_USER, session))[1] == stock.PER_SESSION
    execution = stock.execution_id(7)
    view = execution_view(await executions.get(execution, LOCAL_USER), await executions.attempts(execution))
    assert (view.status, view.attempts, view.prompt.startswith("Smooth the frame")) == ("passed", 1, True)
    assert await database.fetch_all("PRAGMA foreign_key_check") == []


async def test_a_common_word_is_in_every_session_and_an_uncommon_one_in_one_execution_of_100(
    database: Database,
):
    sessions = SessionStore(database, 1000)
    for word, found in ((stock.COMMON, 200 // stock.PER_SESSION), (stock.UNCOMMON, 2), ("nothing", 0)):
        assert (await sessions.page(LOCAL_USER, SessionsQuery(q=word)))[1] == found
