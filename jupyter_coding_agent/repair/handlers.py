"""POST /repair."""

from __future__ import annotations

from ..core.errors import Forbidden
from ..web.handlers import RoomHandler, Route
from ..web.headers import LOCAL_USER
from .models import RepairRequest
from .service import RepairService


class RepairHandler(RoomHandler):
    """POST /repair."""

    def initialize(self, service: RepairService) -> None:
        """`service` examines."""
        self.service = service

    async def post(self) -> None:
        """What was damaged, and what became of it: of all users, so only for whoever owns the data directory."""
        request = self.body(RepairRequest)
        if self.user != LOCAL_USER:
            raise Forbidden(
                "This looks through everybody's data. The data directory's owner may say "
                "`jupyter coding-agent doctor --repair`."
            )
        self.reply(await self.service.run(request))


def routes(service: RepairService) -> list[Route]:
    """The room's endpoints."""
    return [(r"/repair", RepairHandler, {"service": service})]
