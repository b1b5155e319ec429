"""GET /execute/{id}/archive."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .service import Delivery


class ArchiveHandler(RoomHandler):
    """GET /execute/{id}/archive."""

    def initialize(self, service: Delivery) -> None:
        """`service` packs."""
        self.service = service

    async def get(self, execution_id: str) -> None:
        """The result as a ZIP file, to be saved and never shown."""
        archive = await self.service.archive(self.user, execution_id)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{archive.name}"')
        await self.finish(archive.content)


def routes(service: Delivery) -> list[Route]:
    """The room's endpoints."""
    return [(r"/execute/([^/]+)/archive", ArchiveHandler, {"service": service})]
