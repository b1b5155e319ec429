"""The session endpoints."""

from __future__ import annotations

from ..web.handlers import RoomHandler, Route
from .models import (
    ExportQuery,
    ImportRequest,
    NewMessage,
    NewSession,
    PageQuery,
    Pinning,
    Renaming,
    SessionsQuery,
)
from .service import SessionService


class _Handler(RoomHandler):
    def initialize(self, service: SessionService) -> None:
        self.service = service

    def reply_with_nothing(self) -> None:
        """204: it is done, and there is nothing to say."""
        self.set_status(204)
        self.clear_header("Content-Type")
        self.finish()


class SessionsHandler(_Handler):
    """GET, POST /sessions."""

    async def get(self) -> None:
        """The user's sessions."""
        self.reply(await self.service.page(self.user, self.query(SessionsQuery)))

    async def post(self) -> None:
        """Begin one."""
        self.reply(await self.service.create(self.user, self.body(NewSession)), 201)


class SessionHandler(_Handler):
    """GET, PATCH, DELETE /sessions/{id}."""

    async def get(self, session_id: str) -> None:
        """The session with a page of its messages."""
        self.reply(await self.service.view(self.user, session_id, self.query(PageQuery)))

    async def patch(self, session_id: str) -> None:
        """Rename it."""
        self.reply(await self.service.rename(self.user, session_id, self.body(Renaming).title))

    async def delete(self, session_id: str) -> None:
        """Delete it."""
        await self.service.delete(self.user, session_id)
        self.reply_with_nothing()


class MessagesHandler(_Handler):
    """POST, DELETE /sessions/{id}/messages."""

    async def post(self, session_id: str) -> None:
        """Write a message."""
        self.reply(await self.service.add(self.user, session_id, self.body(NewMessage)), 201)

    async def delete(self, session_id: str) -> None:
        """Delete all of them."""
        await self.service.remove(self.user, session_id)
        self.reply_with_nothing()


class MessageHandler(_Handler):
    """PATCH, DELETE /sessions/{id}/messages/{id}."""

    async def patch(self, session_id: str, message_id: str) -> None:
        """Pin or unpin it."""
        pinned = self.body(Pinning).pinned
        self.reply(await self.service.pin(self.user, session_id, message_id, pinned))

    async def delete(self, session_id: str, message_id: str) -> None:
        """Delete it."""
        await self.service.remove(self.user, session_id, message_id)
        self.reply_with_nothing()


class ExportHandler(_Handler):
    """GET /sessions/{id}/export."""

    async def get(self, session_id: str) -> None:
        """The session as a file, to be saved and never shown."""
        exported = await self.service.export(self.user, session_id, self.query(ExportQuery))
        self.set_header("Content-Type", exported.media_type)
        self.set_header("Content-Disposition", f'attachment; filename="{exported.name}"')
        await self.finish(exported.content)


class ImportHandler(_Handler):
    """POST /sessions/import."""

    body_limit = 50 * 1024 * 1024

    async def post(self) -> None:
        """A session from a file."""
        self.reply(await self.service.take_in(self.user, self.body(ImportRequest)), 201)


def routes(service: SessionService) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service}
    one = r"/sessions/([^/]+)"
    return [
        (r"/sessions", SessionsHandler, wired),
        (r"/sessions/import", ImportHandler, wired),
        (one, SessionHandler, wired),
        (one + r"/messages", MessagesHandler, wired),
        (one + r"/messages/([^/]+)", MessageHandler, wired),
        (one + r"/export", ExportHandler, wired),
    ]
