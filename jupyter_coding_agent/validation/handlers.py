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
        """Judge the body; the user named the requirements, so they are allowed."""
        self.reply(await self.service.validate(self.body(ValidationRequest)))


def routes(service: Validator) -> list[Route]:
    """This room's endpoints."""
    return [(r"/validate", ValidateHandler, {"service": service})]
