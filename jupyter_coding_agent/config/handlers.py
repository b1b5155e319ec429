"""GET /config."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .service import ConfigService


class ConfigHandler(RoomHandler):
    """GET /config."""

    def initialize(self, service: ConfigService) -> None:
        """`service` knows the settings."""
        self.service = service

    async def get(self) -> None:
        """The settings in force."""
        self.reply(self.service.show())


def routes(service: ConfigService) -> list[Route]:
    """The room's endpoint."""
    return [(r"/config", ConfigHandler, {"service": service})]
