"""POST /cleanup."""

from __future__ import annotations

from ..core.errors import Forbidden
from ..web.handlers import RoomHandler, Route
from ..web.headers import LOCAL_USER
from .models import CleanupRequest
from .service import Retention


class CleanupHandler(RoomHandler):
    """POST /cleanup."""

    def initialize(self, service: Retention) -> None:
        """`service` cleans up."""
        self.service = service

    async def post(self) -> None:
        """Remove what has expired, of all users: so only for whoever owns the data directory."""
        request = self.body(CleanupRequest)
        if self.user != LOCAL_USER:
            raise Forbidden(
                "This cleans up for everybody. It happens once a day by itself; the data directory's owner "
                "may say `jupyter coding-agent cleanup`."
            )
        self.reply(await self.service.clean(dry_run=request.dry_run))


def routes(service: Retention) -> list[Route]:
    """The room's endpoint."""
    return [(r"/cleanup", CleanupHandler, {"service": service})]
