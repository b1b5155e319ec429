"""POST /repair."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import RepairRequest
from .service import RepairService


class RepairHandler(RoomHandler):
    """POST /repair."""

    def initialize(self, service: RepairService) -> None:
        """`service` examines."""
        self.service = service

    async def post(self) -> None:
        """What was damaged, and what became of it."""
        self.reply(await self.service.run(self.body(RepairRequest)))


def routes(service: RepairService) -> list[Route]:
    """The room's endpoints."""
    return [(r"/repair", RepairHandler, {"service": service})]
