"""A question to a model, its answer stored as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ..core.errors import AgentError, NotFound
from ..llm.models import Completion, Listener, ModelRequest
from .store import ChatStore, Question


class Model(Protocol):
    """Whoever answers."""

    async def complete(self, request: ModelRequest, listener: Listener | None = None) -> Completion:
        """A usable reply; `listener` hears it as it comes."""


class Answerer:
    """Asks, and announces every piece that was stored.

    Args:
        pause: seconds between two pieces, so that a fast model does not mean a transaction for each word.
    """

    def __init__(self, model: Model, store: ChatStore, announce: Callable[[str], None], pause: float) -> None:
        self._model = model
        self._store = store
        self._announce = announce
        self._pause = pause

    async def answer(self, question: Question, request: ModelRequest) -> tuple[str, Completion]:
        """The answer's message id and the answer. An error is told in the stream too, then raised."""
        heard = _Heard()
        writing = asyncio.create_task(self._write(question, heard), name=f"chat-{question.message_id}")
        try:
            completion = await self._model.complete(request, heard)
        except AgentError as error:
            await _ended(writing)
            with suppress(NotFound):  # who has deleted the session meanwhile is told why all the same
                await self._store.fail(question, heard.text, error)
            raise
        finally:
            await _ended(writing)
            self._announce(question.user)
        reply_id = await self._store.finish(question, completion)
        self._announce(question.user)
        return reply_id, completion

    async def _write(self, question: Question, heard: _Heard) -> None:
        while True:
            offset, text = await heard.more()
            await self._store.add_piece(question, offset, text)
            self._announce(question.user)
            await asyncio.sleep(self._pause)


async def _ended(task: asyncio.Task[None]) -> None:
    """Stop the writing. That a piece was not stored does not matter: the whole answer is, or an error says why."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()


class _Heard:
    """What was heard of the answer so far, and how much of that was taken."""

    def __init__(self) -> None:
        self.text = ""
        self._taken = 0
        self._changed = asyncio.Event()

    def begin(self) -> None:
        """Another model begins from the start."""
        self.text, self._taken = "", 0

    def part(self, text: str) -> None:
        """The next piece."""
        self.text += text
        self._changed.set()

    async def more(self) -> tuple[int, str]:
        """What came since the last call, and where it belongs."""
        while self._taken == len(self.text):
            self._changed.clear()
            await self._changed.wait()
        offset, self._taken = self._taken, len(self.text)
        return offset, self.text[offset:]
