"""POST /receipts/verify, GET /receipts/keys."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import VerifyRequest
from .service import ReceiptService


class VerifyHandler(RoomHandler):
    """POST /receipts/verify."""

    counted = False  # Each proved cell of a notebook is asked about, when it is opened and after edits.

    def initialize(self, service: ReceiptService) -> None:
        """`service` verifies."""
        self.service = service

    async def post(self) -> None:
        """What the receipt is worth for this code, at this place."""
        self.reply(await self.service.verify(self.body(VerifyRequest)))


class KeysHandler(RoomHandler):
    """GET /receipts/keys."""

    def initialize(self, service: ReceiptService) -> None:
        """`service` has them."""
        self.service = service

    async def get(self) -> None:
        """The public keys that receipts of this engine are verified with."""
        self.reply(await self.service.keys())


def routes(service: ReceiptService) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service}
    return [(r"/receipts/verify", VerifyHandler, wired), (r"/receipts/keys", KeysHandler, wired)]
