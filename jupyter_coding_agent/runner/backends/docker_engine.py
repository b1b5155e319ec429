"""The client of the Docker engine: made when needed, called in bounded threads, its errors mapped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from ...core.errors import AgentError, ImageMissing, RunnerUnavailable, Unprocessable

T = TypeVar("T")

Client = Any
"""A ``docker.APIClient``; the SDK ships no types."""

Lane = Literal["call", "removal", "long"]

_START_IT = (
    "start it (for example: systemctl start docker), or set RunnerSettings.docker_host to where it listens"
)
# What the SDK's exceptions carry of the system's words, as people say it.
_PLAINLY = {
    "No such file or directory": "its socket is not there",
    "Connection refused": "nobody listens at its socket",
    "timed out": "it takes too long",
}


def explain(error: BaseException) -> AgentError:
    """The exception of this package for one of the SDK, of its HTTP library, or of a socket."""
    import docker.errors

    if isinstance(error, AgentError):
        return error
    if isinstance(error, docker.errors.ImageNotFound) or (
        isinstance(error, docker.errors.NotFound) and "no such image" in str(error).lower()
    ):
        return ImageMissing("The container image is not there; run `jupyter coding-agent images build`.")
    if isinstance(error, docker.errors.BuildError):
        return Unprocessable(f"The image could not be built: {error}")
    if isinstance(error, docker.errors.APIError):
        return RunnerUnavailable(f"The container engine refused: {error.explanation or error}")
    text = str(error)
    if "Permission denied" in text or isinstance(error, PermissionError):
        return RunnerUnavailable(
            "This user may not use the container engine's socket; add it to the group 'docker', log in again."
        )
    why = next((plain for told, plain in _PLAINLY.items() if told in text), text[:200])
    return RunnerUnavailable(f"The container engine does not answer ({why}); {_START_IT}.")


def _foreign() -> tuple[type[BaseException], ...]:
    import docker.errors
    import requests.exceptions
    import urllib3.exceptions

    return (
        docker.errors.DockerException,
        requests.exceptions.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
    )


class DockerEngine:
    """Calls to the engine. Starts, removals and long work have threads of their own."""

    def __init__(self, host: str, timeout_seconds: float, start_concurrency: int) -> None:
        self._host = host
        self._timeout = timeout_seconds
        self._connections = start_concurrency + 6
        self._lanes = {
            "call": ThreadPoolExecutor(start_concurrency + 2, "docker-call"),
            "removal": ThreadPoolExecutor(2, "docker-removal"),
            "long": ThreadPoolExecutor(2, "docker-long"),
        }
        self._client: Client | None = None
        self._creating = threading.Lock()

    async def call(self, work: Callable[[Client], T], lane: Lane = "call") -> T:
        """Run `work` on the client in a thread. Raises the mapped AgentError."""
        return await asyncio.get_running_loop().run_in_executor(self._lanes[lane], self._guarded, work)

    async def stream(self, work: Callable[[Client], Iterable[str]]) -> AsyncIterator[str]:
        """The items of `work` as they come. An abandoned iteration ends the work at its next item."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        abandoned = threading.Event()

        def produce(client: Client) -> None:
            for item in work(client):
                if abandoned.is_set():
                    return
                loop.call_soon_threadsafe(queue.put_nowait, item)

        done = asyncio.ensure_future(self.call(produce, "long"))
        done.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (item := await queue.get()) is not None:
                yield item
            await done
        finally:
            abandoned.set()
            done.cancel()

    def _connect(self) -> Client:
        """A client that speaks the engine's own API version."""
        import docker
        import docker.utils

        options = docker.utils.kwargs_from_env()
        if self._host:
            options["base_url"] = self._host
        return docker.APIClient(
            version="auto",
            timeout=self._timeout,
            max_pool_size=self._connections,
            **options,
        )

    def _guarded(self, work: Callable[[Client], T]) -> T:
        try:
            with self._creating:
                if self._client is None:
                    self._client = self._connect()
            return work(self._client)
        except AgentError:
            raise
        except _foreign() as error:
            raise explain(error) from error

    async def close(self) -> None:
        """Wait for calls under way, then let go of threads and connections."""
        for lane in self._lanes.values():
            await asyncio.to_thread(lane.shutdown, True, cancel_futures=True)
        if self._client is not None:
            self._client.close()
            self._client = None
