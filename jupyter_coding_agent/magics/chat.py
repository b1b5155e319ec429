"""Talking: a question is answered, a request for code becomes an execution."""

from __future__ import annotations

from ..core.errors import InvalidInput
from . import render
from .options import AskOptions, CommandOptions
from .session import Session

_UNPROVED = "Code in an answer is not run or tested. To have code that is, ask for it."


def chat(session: Session, options: CommandOptions, rest: str) -> None:
    """talk, the same as %%agent --chat: %agent chat [--session S] MESSAGE (a line that ends in ? is IPython's)"""
    if not rest:
        raise InvalidInput("Write what you want to say: %agent chat MESSAGE, or below %%agent --chat.")
    converse(session, AskOptions(session=options.session), rest)


def converse(session: Session, options: AskOptions, message: str) -> None:
    """Say something; show the answer, or follow what it becomes."""
    reply = session.say(options, message)
    if reply["reply"] is not None:
        notes = [_UNPROVED] if "```" in reply["reply"] and reply["model"] != "templates" else []
        session.screen.show(
            render.answer(reply["reply"], [*notes, f"{reply['model']} · {reply['session_id']}"])
        )
