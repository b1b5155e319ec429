"""The chat endpoint."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import ChatRequest
from .service import ChatService


class ChatHandler(RoomHandler):
    """POST /chat."""

    def initialize(self, service: ChatService) -> None:
        """`service` answers."""
        self.service = service

    async def post(self) -> None:
        """Take a message; the answer goes on where the client goes away."""
        reply = await self.service.say(self.user, self.body(ChatRequest))
        self.reply(reply, 200 if reply.execution_id is None else 202)


def routes(service: ChatService) -> list[Route]:
    """The room's endpoints."""
    return [(r"/chat", ChatHandler, {"service": service})]
