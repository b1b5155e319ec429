"""A data directory with something in every part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.core.paths import database_path
from jupyter_coding_agent.storage.database import Database


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    await fill(folder, "ada")
    return folder


async def fill(folder: Path, user: str) -> None:
    """One user, one artifact, one key."""
    for part in ("artifacts/ab", "keys", "templates/mine"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "artifacts/ab/abcd").write_bytes(b"\0content of " + user.encode())
    (folder / "templates/mine/template.yaml").write_text("name: mine")
    (folder / "keys/receipts.ed25519").write_bytes(user.encode())
    database = await Database.open(database_path(folder))
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO users (name, created_at) VALUES (?, '2026-01-01')", (user,))
    await database.close()


async def users(folder: Path) -> list[str]:
    """The names in the folder's database."""
    database = await Database.open(database_path(folder))
    rows = await database.fetch_all("SELECT name FROM users ORDER BY name")
    await database.close()
    return [row["name"] for row in rows]
