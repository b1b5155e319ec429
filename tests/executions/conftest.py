"""A pipeline on a database of its own."""

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
async def start(database: Database) -> AsyncIterator[Start]:
    """Starts a service with a loop; several may follow each other on the same database."""
    async with AsyncExitStack() as stack:

        async def begin(loop: ScriptedLoop | None = None, **options: Any) -> ExecutionService:
            settings = ExecutionSettings(environ={}, **options.pop("settings", {}))
            service = ExecutionService(
                options.pop("database", database),
                loop or ScriptedLoop(),
                settings,
                languages={"python"},
                pause=0.001,
                sessions=SessionService(database, SessionSettings(environ={})),
                **options,
            )
            await service.start()
            stack.push_async_callback(service.close)
            return service

        yield begin


@pytest.fixture
async def begin(database: Database) -> Callable[[str], Awaitable[str]]:
    """Begins a session of USER's with a title; returns its id."""
    sessions = SessionService(database, SessionSettings(environ={}))

    async def begin(title: str) -> str:
        return (await sessions.create(USER, NewSession(title=title))).session_id

    return begin
