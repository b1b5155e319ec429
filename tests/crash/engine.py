"""An engine that is killed and started again on the same data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

from jupyter_coding_agent.core.paths import socket_path
from tests.crash.fuse import Fuse
from tests.engine_process import NO_DOCKER, ROOT

SECONDS = 240.0
CONFIG = {"ExecutionSettings": {"concurrency": 8}, "PolicySettings": {"posts_per_minute": 0}}


class Zygote:
    """Forks engines; ends with the test, and its engines with it."""

    def __init__(self) -> None:
        env = os.environ | {"PYTHONPATH": str(ROOT), "CODING_AGENT_LLM_PROVIDER": "templates"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            env=env | {"DOCKER_HOST": NO_DOCKER},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


class Killed(Exception):
    """The engine died before it had answered."""


class CrashingEngine:
    """What a client sees of an engine, and a hand on its life."""

    def __init__(self, zygote: Zygote, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "engine.log"
        self._zygote = zygote
        self._fuse_path = folder / "fuse"
        self.fuse = Fuse(self._fuse_path)
        self._pid: int | None = None
        self._client: httpx.Client | None = None

    @property
    def alive(self) -> bool:
        return self._pid is not None

    def start(self, fuse: int = 0) -> None:
        """Until it answers, or raises Killed: it has died before operation `fuse` of its start."""
        assert not self.alive
        self.fuse.set(fuse)
        answer = self._zygote.ask(
            do="fork",
            data=str(self.data),
            log=str(self.log),
            fuse=str(self._fuse_path),
            config=CONFIG,
        )
        self._pid = answer["pid"]
        self._client = httpx.Client(
            # Nothing is encrypted here, and reading certificates takes longer than the engine takes to start.
            transport=httpx.HTTPTransport(uds=str(socket_path(self.data)), verify=False),
            base_url="http://engine/coding-agent",
            timeout=SECONDS,
        )
        if not answer["ready"]:
            self.died()
            raise Killed
        answered = self.ask("GET", "/sessions", params={"limit": 1})
        assert answered.status_code == 200, answered.text

    def ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The answer, or Killed."""
        if self._client is None:
            raise Killed
        try:
            return self._client.request(method, path, **arguments)
        except httpx.TimeoutException:
            raise
        except httpx.TransportError as error:
            raise Killed from error

    def kill(self) -> None:
        """SIGKILL from outside; the connections that are open notice."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)

    def died(self) -> None:
        """See it dead: of SIGKILL and of nothing else."""
        pid, self._pid = self._pid, None
        if self._client is not None:
            self._client.close()
            self._client = None
        self.fuse.set(0)
        if pid is not None:
            ended = self._zygote.ask(do="wait", pid=pid)["signal"]
            assert ended == signal.SIGKILL, (
                f"It broke a connection but was not killed ({ended}). {self.logged()}"
            )

    def logged(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
