"""POST /validate."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import ValidationRequest
from .service import Validator


class ValidateHandler(RoomHandler):
    """The engine on code that nobody generated: a user's own cell, another agent's proposal."""

    def initialize(self, service: Validator) -> None:
        """Take the judge."""
        self.service = service

    async def post(self) -> None:
        """Judge the body while its sender waits; the user named the requirements, so they are allowed."""
        judging = self.service.validate(self.body(ValidationRequest))
        self.reply(await self.while_connected(judging))


def routes(service: Validator) -> list[Route]:
    """This room's endpoints."""
    return [(r"/validate", ValidateHandler, {"service": service})]
