"""The room on a database and a folder of its own, and asked over its socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.handlers import routes
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.artifacts.settings import ArtifactSettings
from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.storage.database import Database
from tests.serving import served

Start = Callable[..., Awaitable[ArtifactService]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """With sessions named s and t of the local user's, and u of Ada's."""
    opened = await Database.open(tmp_path / "test.sqlite3")
    async with opened.transaction() as tx:
        for name, user in (("s", "local"), ("t", "local"), ("u", "ada")):
            await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES (?, '')", (user,))
            await tx.execute(
                "INSERT INTO sessions (id, user, title, created_at, updated_at) VALUES (?, ?, '', '', '')",
                (name, user),
            )
    yield opened
    await opened.close()


@pytest.fixture
async def start(database: Database, root: Path) -> AsyncIterator[Start]:
    """Starts a service; several may follow each other on the same folder."""
    async with AsyncExitStack() as stack:

        async def begin(**settings: Any) -> ArtifactService:
            service = ArtifactService(
                database, Contents(root, "own_test"), ArtifactSettings(environ={}, **settings)
            )
            await service.start()
            stack.push_async_callback(service.close)
            return service

        yield begin


@pytest.fixture
async def service(start: Start) -> ArtifactService:
    return await start(max_size_mb=1)


@pytest.fixture
def activity() -> Activity:
    return Activity()


@pytest.fixture
async def client(
    service: ArtifactService, tmp_path: Path, activity: Activity
) -> AsyncIterator[httpx.AsyncClient]:
    async with served(routes(service), tmp_path / "s", activity) as asking:
        yield asking
    async with AsyncExitStack():
        await activity.idle_for(0)


def files_in(root: Path) -> list[str]:
    """Every file below the room's folder but its mark, relative."""
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name != "owner"
    )
