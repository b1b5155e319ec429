"""What the command does to rows; containers are for the integration test, so here no engine of them answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_coding_agent.core.lock import OwnerLock
from jupyter_coding_agent.core.paths import database_path, lock_path
from jupyter_coding_agent.storage.database import Database
from tests.cli.conftest import Cli
from tests.engine_process import NO_DOCKER
from tests.fake_engine import Running


@pytest.fixture
def executions(data: Path) -> list[str]:
    """Two executions of long ago and one that waits."""
    asyncio.run(_fill(database_path(data)))
    return ["old1", "old2", "waits"]


async def _fill(path: Path) -> None:
    database = await Database.open(path)
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO users (name, created_at) VALUES ('ada', '2020-01-01T00:00:00.000Z')")
        for name, status in (("old1", "passed"), ("old2", "failed"), ("waits", "pending")):
            await tx.execute(
                """
                INSERT INTO code_executions (id, user, status, request, created_at)
                VALUES (?, 'ada', ?, '{}', '2020-01-01T00:00:00.000Z')
                """,
                (name, status),
            )
    await database.close()


def there(data: Path) -> list[str]:
    async def look() -> list[str]:
        database = await Database.open(database_path(data))
        rows = await database.fetch_all("SELECT id FROM code_executions ORDER BY id")
        await database.close()
        return [row["id"] for row in rows]

    return asyncio.run(look())


def test_where_no_engine_runs_it_cleans_up_itself(cli: Cli, data: Path, executions: list[str]):
    said = cli("cleanup", "--dry-run", DOCKER_HOST=NO_DOCKER)
    assert said.stdout == "would remove 2 executions\n"
    assert there(data) == executions
    done = cli("cleanup", DOCKER_HOST=NO_DOCKER)
    assert done.stdout == "removed 2 executions\n"
    assert there(data) == ["waits"]
    # The other half, containers, could not be looked for, and that is said.
    assert done.returncode == 2
    assert "container engine" in done.stderr
    assert "Traceback" not in done.stderr
    # The lock was let go.
    lock = OwnerLock.acquire(lock_path(data), "next", wait=False)
    assert lock is not None
    lock.release()


def test_a_running_engine_is_asked_to(cli: Cli, data: Path, fake: Running):
    lock = OwnerLock.acquire(lock_path(data), "fake", wait=False)
    assert lock is not None
    fake.engine.expired["problems"] = ["The disk is full."]
    done = cli("cleanup", "--dry-run", DOCKER_HOST=NO_DOCKER)
    lock.release()
    assert done.stdout == "would remove 2 executions, 3 attempts\n", done.stderr
    assert "The disk is full." in done.stderr
    assert fake.engine.requests == [("POST", "/coding-agent/cleanup", {"dry_run": True})]


def test_a_wrong_setting_is_named(cli: Cli, executions: list[str], tmp_path: Path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text("c.RetentionSettings.free_days = 0\n")
    done = cli("cleanup", DOCKER_HOST=NO_DOCKER, JUPYTER_CONFIG_DIR=str(config))
    assert done.returncode == 2
    assert "free_days" in done.stderr
    assert "Traceback" not in done.stderr
