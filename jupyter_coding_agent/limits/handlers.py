"""GET /limits."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .service import LimitsService


class LimitsHandler(RoomHandler):
    """GET /limits."""

    def initialize(self, service: LimitsService) -> None:
        """`service` puts them together."""
        self.service = service

    async def get(self) -> None:
        """The user's limits."""
        self.reply(await self.service.of(self.user))


def routes(service: LimitsService) -> list[Route]:
    """The room's endpoint."""
    return [(r"/limits", LimitsHandler, {"service": service})]
