"""A chat with a scripted model, on a database of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.artifacts.models import ContextFile
from jupyter_coding_agent.chat.service import ChatService
from jupyter_coding_agent.core.errors import AgentError, NotFound
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.settings import ExecutionSettings
from jupyter_coding_agent.llm.models import Completion, Listener, ModelRequest
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import ScriptedLoop


class TalkingModel:
    """Says the pieces it is given, one by one where `steps` is set; an error is raised behind them."""

    def __init__(self) -> None:
        self.pieces: list[str | AgentError | None] = ["An ", "answer."]
        self.requests: list[ModelRequest] = []
        self.steps: asyncio.Queue[None] | None = None

    async def complete(self, request: ModelRequest, listener: Listener | None = None) -> Completion:
        self.requests.append(request)
        assert listener is not None
        text = ""
        listener.begin()
        for piece in self.pieces:
            if self.steps is not None:
                await self.steps.get()
            if isinstance(piece, AgentError):
                raise piece
            if piece is None:
                listener.begin()
                text = ""
                continue
            listener.part(piece)
            text += piece
        if self.steps is not None:
            await self.steps.get()
        return Completion(text=text, model="fake/talker", tier=request.tier, hops=[], cost_usd=0.1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "test.sqlite3", busy_timeout_ms=50)
    yield opened
    await opened.close()


@pytest.fixture
def sessions(database: Database) -> SessionService:
    return SessionService(database, SessionSettings(environ={}))


@pytest.fixture
def loop() -> ScriptedLoop:
    return ScriptedLoop()


class OneFile:
    """The artifacts' room with a table of one user's."""

    async def context(self, user: str, artifact_ids: Sequence[str]) -> list[ContextFile]:
        if list(artifact_ids) != ["art_1"]:
            raise NotFound("There is no such artifact.", field="context_artifacts")
        return [
            ContextFile(
                artifact_id="art_1",
                path="orders.csv",
                description="columns: 'who' text",
                head="who\nsecret-ada\n",
                location=Path("orders.csv"),
                size=15,
                sha256="0",
            )
        ]

    def __getattr__(self, name: str) -> Any:
        async def nothing(*arguments: Any) -> None:
            return None

        return nothing


@pytest.fixture
async def executions(
    database: Database, sessions: SessionService, loop: ScriptedLoop
) -> AsyncIterator[ExecutionService]:
    service = ExecutionService(
        database,
        loop,
        ExecutionSettings(environ={}, daily_limit=5),
        languages={"python"},
        pause=0.001,
        sessions=sessions,
        artifacts=OneFile(),
    )
    await service.start()
    yield service
    await service.close()


@pytest.fixture
def model() -> TalkingModel:
    return TalkingModel()


@pytest.fixture
def chat(database, model, executions, sessions) -> ChatService:
    return ChatService(database, model, executions, sessions, Prompts(), pause=0)
