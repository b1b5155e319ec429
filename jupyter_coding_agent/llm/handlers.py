"""GET /models."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .service import ModelService


class ModelsHandler(RoomHandler):
    """Tiers, their models, whether they could answer now, prices."""

    def initialize(self, service: ModelService) -> None:
        """Called by tornado for each request."""
        self._service = service

    async def get(self) -> None:
        """The report."""
        self.reply(await self._service.report())


def routes(service: ModelService) -> list[Route]:
    """What the app mounts."""
    return [(r"/models", ModelsHandler, {"service": service})]
