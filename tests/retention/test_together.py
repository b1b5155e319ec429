"""What the engine really cleans up: artifacts and executions of the present schema, which refer to each other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from traitlets.config import Config

from jupyter_coding_agent.engine import artifacts_of, expiring
from jupyter_coding_agent.retention.service import Retention
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.users.service import Users
from jupyter_coding_agent.users.settings import UserSettings
from tests.artifacts.leaving import left as delivered

from .conftest import NOW, add, left


async def test_neither_keeps_the_other_for_ever_and_a_dry_run_says_what_goes(
    database: Database, tmp_path: Path
):
    for name in ("left a file", "was talked about", "replayed", "reused"):
        await add(database, name, 60)
    for link, name in (("replay_of", "replayed"), ("cached_from", "reused")):
        await add(database, link, 0)
        async with database.transaction() as tx:
            await tx.execute(f"UPDATE code_executions SET {link} = ? WHERE id = ?", (name, link))
    artifacts = artifacts_of(tmp_path, database, Config(), {})
    await artifacts.start()
    (made,) = await delivered(artifacts, database, "left a file", ("out.csv", b"a,b\n"))
    file = (await artifacts.content("ada", made.artifact_id)).path
    async with database.transaction() as tx:
        await tx.execute("UPDATE artifacts SET created_at = '2020-01-01T00:00:00.000Z'")
        await tx.execute("INSERT INTO sessions VALUES (1, 's', 'ada', 't', '2026', '2026')")
        await tx.execute(
            """
            INSERT INTO messages (id, session_id, role, text, execution_id, created_at)
            VALUES ('m', 's', 'user', 'sort', 'was talked about', '2026')
            """
        )
    users = Users(database, UserSettings(environ={}))
    moment = NOW
    retention = Retention(expiring(database, artifacts, users, Config(), {}), clock=lambda: moment)
    said = await retention.clean(dry_run=True)
    done = await retention.clean()
    assert said.removed == done.removed == {"attempts": 2, "events": 4, "executions": 2}
    assert await left(database) == ["replayed", "reused", "replay_of", "cached_from"]
    assert [row["text"] for row in await database.fetch_all("SELECT text FROM messages")] == ["sort"]
    assert file.exists()
    moment += timedelta(days=1)
    said = await retention.clean(dry_run=True)
    assert (await retention.clean()).removed == said.removed == {"artifacts": 1}
    assert not file.exists()
    assert (said.problems, done.problems) == ([], [])
