"""Sessions on a database of their own, and a pipeline that posts to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.settings import ExecutionSettings
from jupyter_coding_agent.sessions.models import NewSession
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import USER, ScriptedLoop

Start = Callable[..., Awaitable[ExecutionService]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "test.sqlite3", busy_timeout_ms=50)
    yield opened
    await opened.close()


@pytest.fixture
def sessions(database: Database) -> SessionService:
    return SessionService(database, SessionSettings(environ={}))


@pytest.fixture
async def session(sessions: SessionService) -> str:
    """A session without a title of its own."""
    return (await sessions.create(USER, NewSession())).session_id


@pytest.fixture
async def start(database: Database, sessions: SessionService) -> AsyncIterator[Start]:
    """Starts a pipeline with a loop; several may follow each other on the same database."""
    async with AsyncExitStack() as stack:

        async def begin(loop: ScriptedLoop | None = None, **settings: Any) -> ExecutionService:
            service = ExecutionService(
                database,
                loop or ScriptedLoop(),
                ExecutionSettings(environ={}, **settings),
                languages={"python"},
                pause=0.001,
                sessions=sessions,
            )
            await service.start()
            stack.push_async_callback(service.close)
            return service

        yield begin
