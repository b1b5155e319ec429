from __future__ import annotations

from pathlib import Path

from jupyter_coding_agent.retention.handlers import routes
from jupyter_coding_agent.retention.service import Retention
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.web.headers import USER_HEADER
from tests.serving import served

from .conftest import NOW, add, expiring, left


async def test_the_owner_of_the_data_directory_cleans_up(database: Database, tmp_path: Path):
    await add(database, "old", 30)
    service = Retention([expiring(database)], clock=lambda: NOW)
    async with served(routes(service), tmp_path / "s" / "socket") as client:
        said = await client.post("/cleanup", json={"dry_run": True})
        counts = {"attempts": 1, "events": 2, "executions": 1}
        assert said.json() == {"dry_run": True, "removed": counts, "problems": []}
        assert await left(database) == ["old"]
        done = await client.post("/cleanup", json={})
        assert done.json() == {"dry_run": False, "removed": counts, "problems": []}
        assert await left(database) == []


async def test_nobody_else_may_clean_up_for_everybody(database: Database, tmp_path: Path):
    await add(database, "old", 30)
    service = Retention([expiring(database)], clock=lambda: NOW)
    async with served(routes(service), tmp_path / "s" / "socket") as client:
        for body in ({}, {"dry_run": True}):
            refused = await client.post("/cleanup", json=body, headers={USER_HEADER: "eve"})
            assert (refused.status_code, refused.json()["reason"]) == (403, "forbidden")
        wrong = await client.post("/cleanup", json={"dry": True})
        assert (wrong.status_code, wrong.json()["field"]) == (400, "dry")
    assert await left(database) == ["old"]
