"""What an attempt left, kept and delivered as an execution's end does it."""

from __future__ import annotations

from jupyter_coding_agent.artifacts.models import ArtifactView, LeftFile, ListQuery
from jupyter_coding_agent.artifacts.service import ArtifactService, deliver_outputs
from jupyter_coding_agent.storage.database import Database

PNG = b"\x89PNG\r\n\x1a\n"


def files(*contents: tuple[str, bytes]) -> list[LeftFile]:
    """Files; a picture has its name in a small one."""
    return [
        LeftFile(name=name, content=content, thumbnail=PNG + name.encode() if name.endswith("png") else None)
        for name, content in contents
    ]


async def deliver(database: Database, execution_id: str, attempt: int = 1) -> None:
    """As in the transaction of an execution's end."""
    async with database.transaction() as tx:
        await deliver_outputs(tx, execution_id, attempt)


async def left(
    service: ArtifactService, database: Database, execution_id: str, *contents: tuple[str, bytes]
) -> list[ArtifactView]:
    """Ada's artifacts of an execution that delivers these files, by name."""
    await service.keep_outputs("ada", execution_id, 1, None, files(*contents))
    await deliver(database, execution_id)
    page = await service.page("ada", ListQuery(execution_id=execution_id, type="output"))
    return sorted(page.artifacts, key=lambda view: view.name)
