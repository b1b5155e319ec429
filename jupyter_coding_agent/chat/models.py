"""Bodies of the chat endpoint."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..executions.models import PROMPT_LENGTH, ExecuteOptions

Intent = Literal["question", "code"]


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank")
    return text


class ChatRequest(ExecuteOptions):
    """POST /chat."""

    message: Annotated[str, Field(min_length=1, max_length=PROMPT_LENGTH), AfterValidator(_visible)]
    intent: Intent | None = None
    """Found from the words of the message unless given."""
    fresh: bool = False
    """Carry a request for code out even where the same was asked before and has passed."""


class ChatReply(BaseModel):
    """What became of a message."""

    model_config = ConfigDict(extra="forbid")

    session_id: str
    """The session that it is in; a new one where none was given."""
    message_id: str
    """Of the message itself."""
    reply: str | None = None
    """The answer to a question; code in it is not validated."""
    reply_id: str | None = None
    """Of the answer's message."""
    model: str | None = None
    """Who answered; ``templates`` where there is no model, and the reply says how to set one up."""
    execution_id: str | None = None
    """Of a request for code."""
    cached_from: str | None = None
    """The execution whose result this is: the same was asked before, so nothing is run."""
