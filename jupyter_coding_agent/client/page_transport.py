"""httpx over the notebook's page (see `page`)."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx

from ..core.errors import EngineUnavailable

if TYPE_CHECKING:
    from .page import Answer, Page

NOT_IN_A_CELL = (
    "This kernel reaches no Jupyter server, so it asks through this page, whose answers come only when no cell runs. "
    "%%agent, %agent fix and %agent test work that way, without --run and --wait. For the rest use the agent's own "
    "parts of JupyterLab, or the command line where the server is: jupyter coding-agent --help"
)


class PageTransport(httpx.BaseTransport):
    """Not for the thread that runs cells: raises EngineUnavailable there, before anything is sent."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx. Raises its errors where the page does not answer, is gone, or reached no server."""
        if threading.current_thread() is threading.main_thread():
            raise EngineUnavailable(NOT_IN_A_CELL)
        body = request.read()
        more = {
            "body": json.loads(body) if body else None,
            "last_event_id": request.headers.get("Last-Event-ID"),
        }
        path = request.url.raw_path.decode("ascii").removeprefix("/coding-agent")
        number, answers = self._page.ask(request.method, path, more)
        seconds = request.extensions["timeout"]["read"]
        try:
            first = _next(answers, seconds, request)
        except httpx.TransportError:
            self._page.forget(number, stop=True)
            raise
        return httpx.Response(
            int(first["status"]),
            headers={str(name): str(value) for name, value in first["headers"].items()},
            stream=_Text(self._page, number, answers, seconds, request),
        )


class _Text(httpx.SyncByteStream):
    def __init__(
        self, page: Page, number: int, answers: queue.Queue[Answer], seconds: float, request: httpx.Request
    ) -> None:
        self._page, self._number, self._answers = page, number, answers
        self._seconds, self._request, self._ended = seconds, request, False

    def __iter__(self) -> Iterator[bytes]:
        while "end" not in (answer := _next(self._answers, self._seconds, self._request)):
            yield str(answer["text"]).encode()
        self._ended = True

    def close(self) -> None:
        self._page.forget(self._number, stop=not self._ended)


def _next(answers: queue.Queue[Answer], seconds: float, request: httpx.Request) -> Answer:
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise httpx.ReadTimeout("The page did not answer.", request=request) from None
    if "error" in answer:
        raise httpx.ReadError(str(answer["error"]), request=request)
    return answer
