"""The long-lived analysis container of a language: static tools on the original bytes, requests at once."""

from __future__ import annotations

import asyncio
import base64
import binascii
import itertools
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..core.errors import AgentError, RunnerUnavailable, TimedOut, Unprocessable
from .backends.protocol import Container
from .models import Analysis, AnalysisJob
from .wire import Frame, WireError

# The container keeps the time limit itself; the host only makes sure.
_GRACE_SECONDS = 5.0
_TRIES = 2


class _Lost(Exception):
    """The container ended before it answered."""


@dataclass(frozen=True)
class _Line:
    """The container and the task that reads what it answers."""

    container: Container
    reader: asyncio.Task[None]


class Analyst:
    """Asks the analysis container, which is started when first needed and again when it died."""

    def __init__(
        self,
        start: Callable[[], Awaitable[Container]],
        discard: Callable[[Container], None],
        timeout_seconds: float,
        grace_seconds: float = _GRACE_SECONDS,
    ) -> None:
        self._start = start
        self._discard = discard
        self._timeout = timeout_seconds
        self._grace = grace_seconds
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Frame]] = {}
        self._line: _Line | None = None
        self._starting: asyncio.Task[_Line] | None = None

    async def analyze(self, job: AnalysisJob) -> Analysis:
        """The tools' findings, or the tidied files.

        Raises:
            TimedOut: the tools took too long on these files.
            Unprocessable: they broke on these files.
            RunnerUnavailable: the container can't be had.
        """
        request = {
            "op": "tidy" if job.tidy else "analyze",
            "files": {path: base64.b64encode(content).decode() for path, content in job.files.items()},
            "known_names": job.known_names,
            "notebook": job.notebook,
            "packages": job.packages,
            "timeout": self._timeout,
        }
        for _ in range(_TRIES):
            with suppress(_Lost):
                return _parse(await self._ask(request))
        raise RunnerUnavailable("The analysis container ended twice without an answer; try again.")

    async def warm(self) -> None:
        """Start the container if it does not run."""
        await self._running()

    async def close(self) -> None:
        """End the container; whoever waits for it is told that it is gone."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._line is not None:
            self._line.reader.cancel()
            await asyncio.wait([self._line.reader])

    async def _ask(self, request: Mapping[str, Any]) -> Frame:
        line = await self._running()
        channel = line.container.channel
        number = next(self._numbers)
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            async with asyncio.timeout(self._timeout + self._grace):
                await channel.send({"id": number, **request})
                return await answer
        except TimeoutError as error:
            # It does not keep its own time limit: it can't be trusted to be well.
            channel.close()
            raise TimedOut(f"The static tools took more than {self._timeout:g} s on this code.") from error
        except ConnectionError as error:
            # Once the reader has seen the end as well, the next request starts another container.
            channel.close()
            await asyncio.wait([line.reader])
            raise _Lost from error
        except asyncio.CancelledError:
            with suppress(ConnectionError):
                await channel.send({"id": number, "op": "cancel"})
            raise
        finally:
            del self._answers[number]

    async def _running(self) -> _Line:
        if self._line is not None:
            return self._line
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._begin())
        return await asyncio.shield(self._starting)

    async def _begin(self) -> _Line:
        try:
            container = await self._start()
            self._line = _Line(container, asyncio.ensure_future(self._read(container)))
            return self._line
        finally:
            self._starting = None

    async def _read(self, container: Container) -> None:
        try:
            while (frame := await container.channel.receive()) is not None:
                number = frame.get("id")
                answer = self._answers.get(number) if isinstance(number, int) else None
                if answer is not None and not answer.done():
                    answer.set_result(frame)
        except WireError:
            pass
        finally:
            self._line = None
            self._discard(container)
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(_Lost())


def _parse(frame: Frame) -> Analysis:
    """The analysis that a frame holds; raises the AgentError that an error frame stands for."""
    if frame.get("t") == "error":
        raise _error(str(frame.get("reason")), str(frame.get("detail", ""))[:500])
    try:
        body = frame["analysis"]
        tidied = {
            path: base64.b64decode(text, validate=True) for path, text in body.get("tidied", {}).items()
        }
        return Analysis.model_validate({**body, "tidied": tidied})
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError, binascii.Error) as error:
        raise RunnerUnavailable(
            "The analysis container answered in a form that this version does not know; run "
            "`jupyter coding-agent images build`."
        ) from error


def _error(reason: str, detail: str) -> AgentError:
    if reason == "timeout":
        return TimedOut(f"The static tools took too long on this code. {detail}".strip())
    return Unprocessable(f"The static tools broke on this code ({reason}). {detail}".strip())
