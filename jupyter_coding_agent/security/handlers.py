"""The security endpoints."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import ScanRequest
from .service import SecurityService


class _Handler(RoomHandler):
    def initialize(self, service: SecurityService) -> None:
        self.service = service


class ScanHandler(_Handler):
    """POST /security/scan."""

    async def post(self) -> None:
        """Scan the code while its sender waits."""
        self.reply(await self.while_connected(self.service.scan(self.body(ScanRequest))))


class ExecutionScanHandler(_Handler):
    """GET /security/scan/{execution_id}."""

    async def get(self, execution_id: str) -> None:
        """What is dangerous about the result."""
        self.reply(await self.while_connected(self.service.of_execution(self.user, execution_id)))


def routes(service: SecurityService) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service}
    return [
        (r"/security/scan", ScanHandler, wired),
        (r"/security/scan/([^/]+)", ExecutionScanHandler, wired),
    ]
