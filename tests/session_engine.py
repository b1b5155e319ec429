"""The scripted engine with the real sessions room beside it, for the doors' tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado import web

from jupyter_coding_agent.sessions.handlers import routes
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from tests.fake_engine import Engine, Running


class Sessions:
    """The room's service, its database opened at the first call, on the loop that serves."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: Database | None = None

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            if self._database is None:
                self._database = await Database.open(self._path)
            service = SessionService(self._database, SessionSettings(environ={}))
            return await getattr(service, name)(*arguments)

        return call

    async def close(self) -> None:
        if self._database is not None:
            await self._database.close()


class _Chat(web.RequestHandler):
    def initialize(self, engine: SessionEngine) -> None:
        self.engine = engine

    def post(self) -> None:
        body = json.loads(self.request.body)
        self.engine.said.append(body)
        answer = self.engine.answers.pop(0)
        if answer["execution_id"]:
            answer["execution_id"] = self.engine.accept({"prompt": body["message"]})
        self.finish({"session_id": body.get("session_id") or "ses_new", "message_id": "msg_1"} | answer)


class SessionEngine(Engine):
    """Serves the real endpoints of sessions and the scripted ones of everything else."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.sessions = Sessions(path)
        self.answers: list[dict[str, Any]] = []
        """What POST /chat answers, in order; where there is an execution_id, one is scripted."""
        self.said: list[dict[str, Any]] = []

    def app(self, base_url: str = "") -> web.Application:
        app = super().app(base_url)
        mounted = [
            (rf"{base_url}/coding-agent{pattern}", *rest)
            for pattern, *rest in routes(self.sessions)  # type: ignore[arg-type]
        ]
        mounted.append((rf"{base_url}/coding-agent/chat", _Chat, {"engine": self}))
        app.add_handlers(".*", mounted)  # type: ignore[arg-type]
        return app


@contextmanager
def session_engine(path: Path) -> Iterator[Running]:
    """Serves from a thread of its own, with the database at `path`."""
    engine = SessionEngine(path)
    server = Running(engine=engine)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(engine.sessions.close(), server._loop).result(10)
        server.stop()
