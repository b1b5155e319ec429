"""Uploads and deletes without an end, in a process that is there to be killed: ``python -m … DATA SEED``."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.models import ListQuery
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.artifacts.settings import ArtifactSettings
from jupyter_coding_agent.core.errors import AgentError
from jupyter_coding_agent.storage.database import Database

FORM = "multipart/form-data; boundary=b"


def part(name: str, content: bytes) -> bytes:
    """One file of a form."""
    return (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
    )


async def churn(service: ArtifactService, source: random.Random) -> None:
    """One upload of some files, or one delete."""
    user = source.choice(["ada", "eve"])
    there = (await service.page(user, ListQuery(limit=100))).artifacts
    if there and source.random() < 0.4:
        try:
            await service.delete(user, source.choice(there).artifact_id)
        except AgentError:
            return  # another worker was faster
    else:
        upload = service.upload(user, FORM)
        for number in range(source.randint(1, 4)):
            # Few contents, so that artifacts share them.
            await upload.take(
                part(f"{number}.bin", bytes([source.randrange(4)]) * source.choice([0, 10, 300_000]))
            )
        await upload.take(b"--b--\r\n")
        await upload.finish()
    print("done", flush=True)


async def main() -> None:
    data, seed = Path(sys.argv[1]), int(sys.argv[2])
    database = await Database.open(data / "test.sqlite3")
    service = ArtifactService(
        database, Contents(data / "artifacts", "own_test"), ArtifactSettings(environ={})
    )
    await service.start()

    async def work(source: random.Random) -> None:
        while True:
            await churn(service, source)

    await asyncio.gather(*(work(random.Random(seed * 10 + worker)) for worker in range(3)))


if __name__ == "__main__":
    asyncio.run(main())
