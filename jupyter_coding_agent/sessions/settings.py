"""Settings of the sessions room."""

from __future__ import annotations

from traitlets import Int

from ..core.settings import Settings


class SessionSettings(Settings):
    """How much of a session's conversation a model is told."""

    conversation_tokens = Int(
        4000,
        min=200,
        max=4000,
        help="Tokens of earlier messages that go along with a request of a session, by a careful estimate. "
        "Half of them are for pinned messages; the last result's code is not counted.",
    ).tag(config=True)
