"""How much may be pinned: what is pinned is told to models whole, so it must fit what they are told."""

from __future__ import annotations

from collections.abc import Sequence

from ..agents.conversation.fencing import clean, tokens
from ..core.errors import Conflict

FRAME = 8
"""Tokens that the name of who speaks takes, and the empty line between two messages."""


def size(text: str) -> int:
    """What a message takes of the budget, in tokens by a careful estimate."""
    return tokens(clean(text)) + FRAME


def check_pins(texts: Sequence[str], most: int) -> None:
    """Raises Conflict where the pinned texts together are more than `most` tokens."""
    needed = sum(size(text) for text in texts)
    if needed > most:
        raise Conflict(
            f"That is too much to pin: pinned messages may have about {most} tokens together, "
            f"and these have {needed}. Unpin another one, or pin a shorter message.",
            field="pinned",
        )
