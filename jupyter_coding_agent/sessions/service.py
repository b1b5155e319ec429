"""Coding sessions from the outside, and what the pipeline needs of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..agents.models import Conversation
from ..core.errors import InvalidInput
from ..storage.database import Database
from . import notebooks, portable
from .composing import compose
from .models import (
    ExportQuery,
    ImportRequest,
    MessageView,
    NewMessage,
    NewSession,
    PageQuery,
    SessionDetail,
    SessionList,
    SessionsQuery,
    SessionView,
)
from .posting import post_answer, post_question, post_request, post_result
from .settings import SessionSettings
from .store import SessionStore

__all__ = ["Export", "SessionService", "post_answer", "post_question", "post_request", "post_result"]


@dataclass(frozen=True)
class Export:
    """A session as a file."""

    name: str
    media_type: str
    content: str


class SessionService:
    """Every method raises NotFound for a session that isn't the user's."""

    def __init__(self, database: Database, settings: SessionSettings) -> None:
        self._settings = settings
        self._store = SessionStore(database, settings.conversation_tokens // 2)

    async def create(self, user: str, request: NewSession) -> SessionView:
        """Begin one."""
        return await self._store.get(user, await self._store.create(user, request.title))

    async def page(self, user: str, query: SessionsQuery) -> SessionList:
        """The user's sessions, or those that the words are in. Raises InvalidInput where there is no word."""
        found, total = await self._store.page(user, query)
        return SessionList(sessions=found, total=total, page=query.page)

    async def view(self, user: str, session_id: str, query: PageQuery) -> SessionDetail:
        """The session with its latest messages, or an earlier page of them."""
        return await self._store.conversation(user, session_id, query)

    async def rename(self, user: str, session_id: str, title: str) -> SessionView:
        """Give it another title."""
        await self._store.rename(user, session_id, title)
        return await self._store.get(user, session_id)

    async def delete(self, user: str, session_id: str) -> None:
        """Delete it with its messages; its executions stay, without a session."""
        await self._store.delete(user, session_id)

    async def add(self, user: str, session_id: str, message: NewMessage) -> MessageView:
        """Write a message. Raises Conflict where too much would be pinned."""
        return await self._store.add(user, session_id, message)

    async def pin(self, user: str, session_id: str, message_id: str, pinned: bool) -> MessageView:
        """Pin or unpin a message. Raises Conflict where too much would be pinned."""
        return await self._store.pin(user, session_id, message_id, pinned)

    async def remove(self, user: str, session_id: str, message_id: str | None = None) -> None:
        """Delete one message, or all of them."""
        await self._store.remove(user, session_id, message_id)

    async def export(self, user: str, session_id: str, query: ExportQuery) -> Export:
        """The session as a JSON document or a notebook."""
        session = await self._store.get(user, session_id)
        kept = portable.portable(session, await self._store.messages(session_id))
        name = session_id.replace("_", "-")
        if query.format == "json":
            return Export(f"{name}.json", "application/json", kept.model_dump_json(indent=1))
        content = await asyncio.to_thread(notebooks.written, kept)
        return Export(f"{name}.ipynb", "application/x-ipynb+json", content)

    async def take_in(self, user: str, request: ImportRequest) -> SessionView:
        """A new session from an exported one or from a notebook. Raises InvalidInput, naming what is wrong."""
        document = request.document
        if "nbformat" in document:
            session = await asyncio.to_thread(notebooks.session_of, document)
        elif "format" in document:
            session = portable.read(document)
        else:
            raise InvalidInput(
                "This is neither an exported session (it has no 'format') nor a notebook (no 'nbformat').",
                field="document",
            )
        session_id = await self._store.create(user, request.title or session.title, session)
        return await self._store.get(user, session_id)

    async def request_of(self, session_id: str, execution_id: str) -> str:
        """The id of the message that asked for an execution. Raises NotFound where it was deleted."""
        return await self._store.request_of(session_id, execution_id)

    async def conversation(self, user: str, session_id: str, execution_id: str | None = None) -> Conversation:
        """What of the conversation goes along with a question, or with the request of an execution."""
        await self._store.get(user, session_id)
        messages = await self._store.messages(session_id)
        return compose(messages, self._settings.conversation_tokens, without=execution_id)
