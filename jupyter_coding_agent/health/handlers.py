"""The health endpoints."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .service import HealthService


class _Handler(RoomHandler):
    def initialize(self, service: HealthService) -> None:
        self.service = service


class HealthHandler(_Handler):
    """GET /health."""

    async def get(self) -> None:
        """How every part is."""
        self.reply(await self.service.health())


class StatsHandler(_Handler):
    """GET /stats."""

    async def get(self) -> None:
        """The user's numbers."""
        self.reply(await self.service.stats(self.user))


def routes(service: HealthService) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service}
    return [(r"/health", HealthHandler, wired), (r"/stats", StatsHandler, wired)]
