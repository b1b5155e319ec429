"""The live panels of this kernel's requests. What they are made of is imported when the first one is shown."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..client import words
from ..client.api import AgentClient
from ..core.errors import AgentError, InvalidInput

if TYPE_CHECKING:
    from ..widgets.panel import Panel
    from .session import Session

log = logging.getLogger(__name__)

_TURNS = 20
"""Of a session that is gone on with, so many messages are shown."""


def progress(client: AgentClient, execution_id: str, request: str) -> Panel:
    """Attempt, signals, time, model and cost of an execution, and its end at a press."""
    from ..widgets.panel import Panel

    about = {"execution_id": execution_id, "request": words.shorten(request, 500)}
    return Panel("progress", about, {"cancel": _cancelling(client, execution_id)})


def diff(
    client: AgentClient, execution_id: str, attempts: Sequence[int], shown: tuple[int, int], text: str
) -> Panel:
    """What any of `attempts` changed against any other; `text` is the unified diff between the two `shown`."""
    from ..widgets.panel import Panel

    def answer(question: Mapping[str, Any]) -> Callable[[], str]:
        first, second = question.get("from"), question.get("to")
        if not (isinstance(first, int) and isinstance(second, int)):
            raise InvalidInput("Two attempts are compared by their numbers.")
        return lambda: client.diff(execution_id, first, second)["unified_diff"]

    titles = [{"number": 0, "title": "nothing"}]
    titles += [{"number": number, "title": f"attempt {number}"} for number in attempts]
    about = {
        "execution_id": execution_id,
        "attempts": titles,
        "from": shown[0],
        "to": shown[1],
        "unified_diff": text,
    }
    return Panel("diff", about, {"diff": answer})


def chat(session: Session) -> Panel:
    """A conversation that goes on in this kernel's coding session, or begins one."""
    from ..widgets.panel import Panel

    def begin(question: Mapping[str, Any]) -> Callable[[], None]:
        text = str(question.get("message") or "").strip()
        if not text:
            raise InvalidInput("Write what you want to say.")
        # The notebook is looked at here, where no cell runs.
        body = session.message(text)
        body.pop("session_id", None)
        if panel.session_id is not None:
            body["session_id"] = panel.session_id
        panel.turns = [*panel.turns, {"role": "user", "text": body["message"]}]
        return partial(_say, session, panel, body)

    def cancel(question: Mapping[str, Any]) -> Callable[[], str]:
        return _cancelling(session.client, str(question.get("execution_id")))(question)

    panel = Panel("chat", {}, {"chat": begin, "cancel": cancel})
    if session.coding_session is not None:
        panel.session_id = session.coding_session
        earlier = session.client.sessions.get(session.coding_session, limit=_TURNS)["messages"]
        panel.turns = [{"role": message["role"], "text": message["text"]} for message in earlier]
    return panel


def _say(session: Session, panel: Panel, body: Mapping[str, Any]) -> None:
    reply = session.client.chat(body)
    panel.session_id = session.coding_session = reply["session_id"]
    name = reply["execution_id"]
    turn = {"role": "assistant", "text": reply["reply"] or "", "model": reply["model"], "execution_id": name}
    panel.turns = [*panel.turns, turn]
    if name is not None:
        session.last = name
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(_follow, session.client, panel, name), daemon=True).start()


def _follow(client: AgentClient, panel: Panel, execution_id: str) -> None:
    try:
        for event in client.stream(execution_id):
            panel.tell(event)
    except AgentError as problem:
        # The page reads the stream itself where it can; the execution goes on either way.
        log.info("Following %s failed: %s", execution_id, problem.message)


def _cancelling(client: AgentClient, execution_id: str) -> Callable[[Mapping[str, Any]], Callable[[], str]]:
    return lambda _question: lambda: client.cancel(execution_id)
