"""Bodies of the session endpoints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Role = Literal["user", "assistant", "system"]
Outcome = Literal["passed", "failed", "partial", "cancelled"]
"""How an execution ended."""
TITLE_LENGTH = 200
TEXT_LENGTH = 100_000


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank")
    return text


Title = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH), AfterValidator(_visible)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH), AfterValidator(_visible)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSession(_Model):
    """POST /sessions."""

    title: Title | None = None
    """The first request's beginning unless given."""


class Renaming(_Model):
    """PATCH /sessions/{session_id}."""

    title: Title


class NewMessage(_Model):
    """POST /sessions/{session_id}/messages."""

    role: Role
    text: Text
    execution_id: str | None = Field(default=None, max_length=200)
    pinned: bool = False
    """Told to models whole, however old."""


class Pinning(_Model):
    """PATCH /sessions/{session_id}/messages/{message_id}."""

    pinned: bool


class SessionsQuery(_Model):
    """The query of GET /sessions."""

    q: str | None = Field(default=None, min_length=1, max_length=500)
    """Words that the title, or one message, begins words with."""
    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)


class PageQuery(_Model):
    """The query of GET /sessions/{session_id}."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    """Page 1 has the latest messages."""
    limit: int = Field(default=20, ge=1, le=100)


class ImportRequest(_Model):
    """POST /sessions/import."""

    document: dict[str, Any]
    """What an export gave, or any notebook."""
    title: Title | None = None
    """Instead of the document's own."""


class ExportQuery(_Model):
    """The query of GET /sessions/{session_id}/export."""

    format: Literal["json", "ipynb"] = "json"


class SessionView(_Model):
    """One session."""

    session_id: str
    title: str
    message_count: int
    created_at: str
    updated_at: str


class FoundSession(SessionView):
    """One row of GET /sessions."""

    snippet: str | None = None
    """Where words were looked for: the latest message that has them, around them."""


class SessionList(_Model):
    """GET /sessions, the one that was used last first."""

    sessions: list[FoundSession]
    total: int
    page: int


class MessageView(_Model):
    """One message."""

    message_id: str
    role: Role
    text: str
    execution_id: str | None
    status: Outcome | None
    """Of a result: how its execution ended. What is not `passed` is not validated."""
    files: dict[str, str]
    """Of a result: the code that was delivered."""
    pinned: bool
    created_at: str


class SessionDetail(SessionView):
    """GET /sessions/{session_id}: the session and one page of its messages."""

    messages: list[MessageView]
    """The oldest of the page first."""
    page: int
