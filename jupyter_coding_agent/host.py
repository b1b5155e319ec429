"""One engine per data directory: whoever holds the lock hosts it, the others wait for their turn.

The owner listens on the private socket at once and makes the engine when the first connection comes, or when an
earlier engine left something to do. So a Jupyter server that nobody asks anything pays next to nothing.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import select
import signal
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_core.application import JupyterApp
from tornado.iostream import IOStream
from traitlets.config import Application, Config

from . import settings
from .core.activity import Activity
from .core.clock import new_id
from .core.errors import AgentError, EngineUnavailable, StorageUnavailable
from .core.lock import OwnerLock
from .core.paths import database_path, lock_path, restoring_path, socket_path
from .executions.unfinished import has_unfinished
from .web.private import PrivateServer, listen
from .web.upstream import Refused, connect

if TYPE_CHECKING:
    from tornado import web

log = logging.getLogger(__name__)

IDLE_SECONDS = 600.0
CONNECT_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25


class HostedEngine(Protocol):
    """What a host does with an engine."""

    def application(self) -> web.Application:
        """What the private socket serves."""

    async def close(self) -> None:
        """End it."""


class StartEngine(Protocol):
    """Makes an engine, as `Engine.start` does."""

    async def __call__(
        self, data: Path, config: Config, *, engine_id: str, activity: Activity, orphaned: bool
    ) -> HostedEngine:
        """`orphaned`: an earlier engine was killed. Raises AgentError with a sentence."""


async def start_engine(
    data: Path, config: Config, *, engine_id: str, activity: Activity, orphaned: bool
) -> HostedEngine:
    """The real engine; its modules are loaded away from the event loop."""
    module = await asyncio.to_thread(importlib.import_module, "jupyter_coding_agent.engine")
    engine: HostedEngine = await module.Engine.start(
        data, config, engine_id=engine_id, activity=activity, orphaned=orphaned
    )
    return engine


class Host:
    """This process's part in the data directory: its owner, or one who waits for the owner's end."""

    def __init__(
        self, data: Path, config: Config | None = None, *, start: StartEngine = start_engine
    ) -> None:
        self.data = data
        self.activity = Activity()
        self._config = config or Config()
        self._start = start
        self._engine_id = new_id("eng")
        self._socket_path = socket_path(data)
        self._lock: OwnerLock | None = None
        self._listeners: list[socket.socket] = []
        self._server: PrivateServer | None = None
        self._engine: HostedEngine | None = None
        self._starting: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def owner(self) -> bool:
        """Whether this process owns the data directory."""
        return self._lock is not None

    def claim(self) -> bool:
        """Become the owner if nobody is. Raises StorageUnavailable."""
        _prepare(self.data)
        lock = OwnerLock.acquire(lock_path(self.data), self._engine_id, wait=False)
        if lock is not None:
            self._own(lock)
        return self.owner

    def stand_by(self) -> None:
        """Become the owner as soon as the present one has ended, however it ends."""
        arguments = (asyncio.get_running_loop(),)
        # Blocked in the kernel, which can't be interrupted: a daemon, so that it keeps no process alive.
        threading.Thread(
            target=self._wait_for_lock, args=arguments, name="coding-agent-standby", daemon=True
        ).start()

    async def connect(self, seconds: float = CONNECT_SECONDS) -> IOStream:
        """A connection to the owner's engine, whoever it is. While one takes over, this waits.

        Raises EngineUnavailable after `seconds`.
        """
        pause = FIRST_PAUSE
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                return await connect(self._socket_path)
            except Refused as refusal:
                if self._closed or asyncio.get_running_loop().time() > deadline:
                    raise EngineUnavailable(
                        f"No engine answers for {self.data}. If this goes on, see which process its "
                        "engine.lock names and end it."
                    ) from refusal
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def until_idle(self, seconds: float) -> None:
        """Return once nothing has been in use for `seconds`; from then on nobody can connect any more."""
        while True:
            await self.activity.idle_for(seconds)
            self._socket_path.unlink(missing_ok=True)
            # Who connected before that is in the queue of connections by now.
            if not select.select(self._listeners, [], [], 0)[0]:
                return
            self._listen()

    async def close(self) -> None:
        """Let go: what runs stays in the database for the next owner, every container is removed."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._lock is None:
            return
        self._socket_path.unlink(missing_ok=True)
        if self._server is not None:
            self._server.stop()  # closes the listeners too
        else:
            for listener in self._listeners:
                asyncio.get_running_loop().remove_reader(listener)
                listener.close()
        try:
            if self._engine is not None:
                await self._engine.close()
            if self._server is not None:
                await self._server.close_all_connections()
        finally:
            self._lock.release()
            self._lock = None

    def _own(self, lock: OwnerLock) -> None:
        self._lock = lock
        try:
            self._listen()
        except StorageUnavailable:
            self._lock = None
            lock.release()
            raise
        if lock.orphaned or has_unfinished(database_path(self.data)):
            self._wake()

    def _listen(self) -> None:
        listener = listen(self._socket_path)
        self._listeners.append(listener)
        if self._server is not None:
            self._server.add_sockets([listener])
        elif self._starting is None:
            asyncio.get_running_loop().add_reader(listener, self._wake)

    def _wake(self) -> None:
        """Make the engine; who has connected waits in the listener's queue until it serves."""
        for listener in self._listeners:
            asyncio.get_running_loop().remove_reader(listener)
        self._starting = asyncio.create_task(self._serve(), name="coding-agent-start")

    async def _serve(self) -> None:
        application = await self._application()
        if self._server is None:
            self._server = PrivateServer(application)
            self._server.add_sockets(self._listeners)
        else:
            self._server.request_callback = application

    async def _application(self) -> web.Application:
        with self.activity.use():
            try:
                self._engine = await self._start(
                    self.data,
                    self._config,
                    engine_id=self._engine_id,
                    activity=self.activity,
                    orphaned=self._lock is not None and self._lock.orphaned,
                )
                return self._engine.application()
            except AgentError as error:
                log.error("The engine of %s can't start: %s", self.data, error)
                fault = EngineUnavailable(error.message)
            except Exception:
                log.exception("The engine of %s can't start", self.data)
                fault = EngineUnavailable("The engine could not start; the server's log has the details.")
        from .web.fault import fault_application

        return fault_application(fault, self.activity, self._try_again)

    def _try_again(self) -> None:
        """Someone was told why there is no engine: the cause may be gone when they ask the next time."""
        if self._starting is not None and self._starting.done() and not self._closed:
            self._starting = asyncio.create_task(self._serve(), name="coding-agent-start")

    def _wait_for_lock(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            lock = OwnerLock.acquire(lock_path(self.data), self._engine_id, wait=True)
        except StorageUnavailable as error:
            log.error("This server can't take over %s: %s", self.data, error)
            return
        assert lock is not None
        try:
            loop.call_soon_threadsafe(self._take_over, lock)
        except RuntimeError:  # The loop is closed: this server has stopped.
            lock.release()

    def _take_over(self, lock: OwnerLock) -> None:
        if self._closed:
            lock.release()
            return
        try:
            self._own(lock)
        except StorageUnavailable as error:
            log.error("This server can't take over %s: %s", self.data, error)
        else:
            log.info("This server hosts the engine of %s now", self.data)


async def serve(
    data: Path,
    ready_fd: int | None = None,
    idle_seconds: float = IDLE_SECONDS,
    *,
    config: Config | None = None,
    start: StartEngine = start_engine,
) -> None:
    """Host the engine where there is no Jupyter server, until it is idle or told to end (SIGTERM, SIGINT).

    One line of JSON to `ready_fd` says when it can be reached, ``{"ready": true}``, also where another
    process is the owner, or why not, ``{"error": sentence}``. Raises AgentError.
    """
    try:
        if config is None:
            config = load_config()
        settings.check(config)
        host = Host(data, config, start=start)
        owner = await _claim_or_find(host)
    except AgentError as error:
        _tell(ready_fd, {"error": error.message})
        raise
    _tell(ready_fd, {"ready": True})
    if not owner:
        return
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    reasons = [asyncio.create_task(told.wait()), asyncio.create_task(host.until_idle(idle_seconds))]
    try:
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for reason in reasons:
            reason.cancel()
        await host.close()


def load_config() -> Config:
    """The configuration that a Jupyter server with this extension would have, from its files."""
    app = JupyterApp()
    for name in ("jupyter_server_config", "jupyter_coding_agent_config"):
        Application.load_config_file(app, name, path=app.config_file_paths)
    return app.config


async def _claim_or_find(host: Host) -> bool:
    """Own the data directory, True, or find its owner's engine answering. Raises EngineUnavailable."""
    deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
    while not host.claim():
        # Who holds the lock may be about to listen, or about to end.
        try:
            (await host.connect(LONGEST_PAUSE)).close()
        except EngineUnavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
        else:
            return False
    return True


def _prepare(data: Path) -> None:
    """Make the data directory, private. Raises StorageUnavailable where it is not ours to use."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = data.stat().st_uid
    except OSError as error:
        raise StorageUnavailable(f"The data directory {data} can't be made: {error.strerror}.") from error
    if restoring_path(data).exists():
        raise StorageUnavailable(
            f"A restore of {data} was interrupted. Run it again: jupyter coding-agent restore BACKUP"
        )
    if owner != os.getuid():
        raise StorageUnavailable(
            f"The data directory {data} belongs to another user. Set another one (CODING_AGENT_DATA_DIR)."
        )
    if not os.access(data, os.W_OK | os.X_OK):
        raise StorageUnavailable(
            f"The data directory {data} can't be written. Give your user write permission."
        )


def _tell(ready_fd: int | None, answer: dict[str, bool | str]) -> None:
    if ready_fd is not None:
        with os.fdopen(ready_fd, "w") as pipe:
            pipe.write(json.dumps(answer) + "\n")
