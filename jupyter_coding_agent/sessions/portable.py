"""A session as a document that can be kept and brought back, here or elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ..core.clock import iso
from ..core.errors import InvalidInput
from .models import TITLE_LENGTH, MessageView, Outcome, Role, SessionView, Text

FORMAT = "jupyter-coding-agent-session"
MOST_MESSAGES = 10_000
FILE_LENGTH = 1_000_000
Path = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")]
Source = Annotated[str, Field(max_length=FILE_LENGTH)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PortableMessage(_Model):
    """A message without what only this installation knows."""

    role: Role
    text: Text
    status: Outcome | None = None
    files: dict[Path, Source] = Field(default_factory=dict, max_length=200)
    pinned: bool = False
    created_at: str | None = None


class Portable(_Model):
    """A session as JSON."""

    format: Literal["jupyter-coding-agent-session"]
    version: Literal[1] = 1
    title: str = Field(max_length=TITLE_LENGTH)
    messages: list[PortableMessage] = Field(max_length=MOST_MESSAGES)


class _Time(_Model):
    at: AwareDatetime


def portable(session: SessionView, messages: list[MessageView]) -> Portable:
    """The session as it is exported: executions' ids mean nothing elsewhere, so they stay."""
    exclude = {"message_id", "execution_id"}
    return Portable(
        format="jupyter-coding-agent-session",
        title=session.title,
        messages=[
            PortableMessage.model_validate(message.model_dump(exclude=exclude)) for message in messages
        ],
    )


def read(document: dict[str, Any]) -> Portable:
    """An exported session. Raises InvalidInput that names the part which is wrong."""
    try:
        session = Portable.model_validate(document)
        for number, message in enumerate(session.messages):
            if message.created_at is not None:
                message.created_at = _time(message.created_at, number)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, ("document", *first["loc"])))
        raise InvalidInput(
            f"This is not an exported session: {where}: {first['msg']}.", field=where
        ) from None
    return session


def _time(text: str, number: int) -> str:
    try:
        return iso(_Time.model_validate({"at": text}).at)
    except (ValidationError, OverflowError):
        where = f"document.messages.{number}.created_at"
        raise InvalidInput(
            f"This is not an exported session: {where} is not a time with a time zone.", field=where
        ) from None
