"""The way to the engine through the notebook's page, for a kernel that reaches no Jupyter server itself.

The page opens a comm to the kernel before it runs a cell that asks. What is asked over it goes to REST with the page's
own credentials, and the answer comes back over it. A kernel takes messages only between two cells, so an answer can be
waited for in a thread, never in a cell.

To the page: ``{id, method, path, body, last_event_id}``, then ``{id, stop: true}`` if nobody waits any more.
From the page: ``{id, status, headers}``, any number of ``{id, text}``, ``{id, end: true}``; or ``{id, error}``.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .endpoint import Endpoint

TARGET = "coding_agent"

Answer = Mapping[str, Any]


class Comm(Protocol):
    """What is used of ipykernel's."""

    def send(self, data: dict[str, Any]) -> None:
        """Give the page a message."""

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call back for each of the page's messages."""

    def on_close(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Call back when the page is gone."""


class Page:
    """The page that ran a cell of ours last; none until one did."""

    def __init__(self) -> None:
        self._comm: Comm | None = None
        self._known = False
        self._ids = itertools.count(1)
        self._waiting: dict[int, queue.Queue[Answer]] = {}
        self._lock = threading.Lock()

    def opened(self, comm: Comm, message: Mapping[str, Any]) -> None:
        """Called for a comm to `TARGET`."""
        comm.on_msg(self._answered)
        comm.on_close(lambda _message: self._closed(comm))
        self._comm, self._known = comm, True

    def endpoint(self) -> Endpoint | None:
        """Where a kernel asks that reaches no server; None where no page of ours ever was.

        A page that was closed comes back: an engine on the kernel's machine would know nothing of what was asked.
        """
        if not self._known:
            return None
        from .endpoint import Endpoint
        from .page_transport import PageTransport

        return Endpoint("page", "http://page", transport=lambda: PageTransport(self))

    def ask(self, method: str, path: str, more: Mapping[str, Any]) -> tuple[int, queue.Queue[Answer]]:
        """Send a request; the number by which it is known, and where its answers come."""
        number, answers = next(self._ids), queue.Queue[Answer]()
        comm = self._comm
        if comm is None:
            answers.put({"error": "The notebook's page is gone."})
            return number, answers
        with self._lock:
            self._waiting[number] = answers
        comm.send({"id": number, "method": method, "path": path, **more})
        return number, answers

    def forget(self, number: int, *, stop: bool) -> None:
        """Nobody waits for it any more; `stop` tells that to the page."""
        with self._lock:
            known = self._waiting.pop(number, None)
        if known is not None and stop and self._comm is not None:
            self._comm.send({"id": number, "stop": True})

    def _answered(self, message: Mapping[str, Any]) -> None:
        data = message["content"]["data"]
        with self._lock:
            answers = self._waiting.get(data.get("id"))
        if answers is not None:
            answers.put(data)

    def _closed(self, comm: Comm) -> None:
        if self._comm is comm:
            self._comm = None
        with self._lock:
            waiting = list(self._waiting.values())
        for answers in waiting:
            answers.put({"error": "The notebook's page is gone."})
