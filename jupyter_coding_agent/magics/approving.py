"""``%agent approve``: packages that nobody knows are installed only where the user trusts them."""

from __future__ import annotations

from ..core.errors import PackageNotAllowed
from . import render
from .options import CommandOptions
from .session import Session


def approve(session: Session, options: CommandOptions, rest: str) -> None:
    """trust packages in this kernel, and ask again: %agent approve PACKAGE … [ID]; without, what waits for it"""
    words = rest.split()
    names = [word for word in words if not word.startswith("exe_")]
    execution_id = session.resolve(" ".join(word for word in words if word.startswith("exe_")))
    waiting = [
        attempt.get("error_message") or ""
        for attempt in session.client.attempts(execution_id)
        if attempt.get("error_class") == PackageNotAllowed.reason
    ]
    if names:
        session.approve(names)
        if waiting:
            session.retry(execution_id, None)
        else:
            text = f"From now on this kernel's requests may use {', '.join(names)}."
            session.screen.show(render.message(text))
        return
    trusted = ", ".join(session.approved) or "none beyond the well-known ones"
    sentences = [*dict.fromkeys(waiting)] or [f"Nothing in {execution_id} waits for approval."]
    session.screen.show(render.message(" ".join([*sentences, f"Approved in this kernel: {trusted}."])))
