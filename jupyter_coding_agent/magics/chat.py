"""Talking: a question is answered, a request for code becomes an execution."""

from __future__ import annotations

from ..core.errors import InvalidInput
from . import panels, render
from .options import AskOptions, CommandOptions
from .session import Session

_OPEN = "A chat was open here. What was said is kept: %agent sessions show"
_UNPROVED = "Code in an answer is not run or tested. To have code that is, ask for it."


def chat(session: Session, options: CommandOptions, rest: str) -> None:
    """talk: %agent chat opens a panel; %agent chat [--session S] MESSAGE is as %%agent --chat (a line that \
ends in ? is IPython's)"""
    if options.session is not None:
        session.coding_session = session.client.sessions.open(options.session)
    if not rest and session.kernel.panels():
        session.screen.show(render.message(_OPEN, label="Coding agent: chat") | panels.chat(session).view)
        return
    if not rest:
        raise InvalidInput("Write what you want to say: %agent chat MESSAGE, or below %%agent --chat.")
    converse(session, AskOptions(), rest)


def converse(session: Session, options: AskOptions, message: str) -> None:
    """Say something; show the answer, or follow what it becomes."""
    reply = session.say(options, message)
    if reply["reply"] is not None:
        notes = [_UNPROVED] if "```" in reply["reply"] and reply["model"] != "templates" else []
        session.screen.show(
            render.answer(reply["reply"], [*notes, f"{reply['model']} · {reply['session_id']}"])
        )
