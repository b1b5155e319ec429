"""The widget behind every panel. Importing this imports ipywidgets: only where a panel is shown."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from ..client.models import Event
from ..core.errors import AgentError
from . import front

log = logging.getLogger(__name__)

Answers = Mapping[str, Callable[[Mapping[str, Any]], Callable[[], Any]]]
"""What the page may ask for → what is done at once, in the kernel's own thread; it returns what may take long."""
VIEW = "application/vnd.jupyter.widget-view+json"
_LONG = frozenset({"unified_diff", "hops"})
"""What of an event a panel does not show."""


class Panel(anywidget.AnyWidget):
    """A panel of kind `panel` about `about`; both are fixed.

    The page asks with ``{"number", "ask", …}`` and is answered with ``{"to", "answer"}`` or ``{"to", "error"}``.
    """

    _esm = front.script()
    _css = front.style()
    panel = traitlets.Unicode().tag(sync=True)
    about = traitlets.Dict().tag(sync=True)
    events: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    turns: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    session_id = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(self, panel: str, about: Mapping[str, Any], answers: Answers | None = None) -> None:
        super().__init__(panel=panel, about=dict(about))
        self._answers = answers or {}
        self.on_msg(self._asked)

    @property
    def view(self) -> dict[str, Any]:
        """What a MIME bundle carries, so that a front end with widgets shows the panel."""
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id}}

    def tell(self, event: Event) -> None:
        """One more event of the execution, for pages that can't read them themselves."""
        data = {name: value for name, value in event.data.items() if name not in _LONG}
        of = event.data.get("execution_id")
        self.events = [*self.events, {"id": event.id, "kind": event.kind, "data": data, "of": of}]

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer the page; in a thread, because the engine may take its time and the kernel has other work."""
        if not isinstance(content, dict) or not isinstance(content.get("number"), int):
            return
        number = content["number"]
        begin = self._answers.get(str(content.get("ask")))
        if begin is None:
            self.send({"to": number, "error": "There is no such question."})
            return
        try:
            go_on = begin(content)
        except AgentError as problem:
            self.send({"to": number, "error": problem.message})
            return
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._answer, number, go_on), daemon=True).start()

    def _answer(self, number: int, go_on: Callable[[], Any]) -> None:
        try:
            self.send({"to": number, "answer": go_on()})
        except AgentError as problem:
            self.send({"to": number, "error": problem.message})
        except Exception:  # nobody else would see what goes wrong in a thread
            log.exception("A panel's question could not be answered")
            self.send({"to": number, "error": "This failed; the kernel's log has the details."})
