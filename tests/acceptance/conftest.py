"""A real engine in a process of its own, on a data directory of its own, as a door without Jupyter would start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from jupyter_coding_agent.core.paths import socket_path
from jupyter_coding_agent.engine import owner_of


class EngineProcess:
    """``python -m jupyter_coding_agent serve`` and a client on its socket."""

    def __init__(self, data: Path, **environ: str) -> None:
        self.data = data
        self.environ = os.environ | {"CODING_AGENT_DATA_DIR": str(data)} | environ
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it serves."""
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "jupyter_coding_agent", "serve", "--data-dir", str(self.data)]
        log = (self.data.parent / f"{self.data.name}.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--ready-fd", str(writing)],
            env=self.environ,
            pass_fds=[writing],
            stdout=log,
            stderr=log,
        )
        os.close(writing)
        with os.fdopen(reading) as ready:
            answer = json.loads(ready.readline() or "{}")
        assert answer == {"ready": True}, answer

    def kill(self) -> None:
        """As the kernel's out-of-memory killer would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As a person would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def client(self) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(uds=str(socket_path(self.data)))
        return httpx.AsyncClient(transport=transport, base_url="http://engine/coding-agent", timeout=120)

    async def finish(self, client: httpx.AsyncClient, execution_id: str) -> dict[str, Any]:
        """Follow the stream to its end; the execution as it then is."""
        async with client.stream("GET", f"/execute/{execution_id}/stream", timeout=None) as events:
            async for _ in events.aiter_lines():
                pass
        return (await client.get(f"/execute/{execution_id}")).json()

    async def execute(self, client: httpx.AsyncClient, prompt: str, **options: Any) -> dict[str, Any]:
        reply = await client.post("/execute", json={"prompt": prompt, **options})
        assert reply.status_code == 202, reply.text
        return await self.finish(client, reply.json()["execution_id"])


@pytest.fixture(scope="session")
def docker_client() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def containers(docker_client: docker.DockerClient) -> Callable[[Path], int]:
    """How many containers there are of a data directory, running or not."""

    def count(data: Path) -> int:
        label = {"label": f"coding-agent.owner={owner_of(data)}"}
        return len(docker_client.containers.list(all=True, filters=label, ignore_removed=True))

    return count


@pytest.fixture
async def start_engine(
    tmp_path: Path, containers: Callable[[Path], int]
) -> AsyncIterator[Callable[..., EngineProcess]]:
    """Starts engines with a configuration; at the end stops them and holds that no container is left."""
    engines: list[EngineProcess] = []

    def start(config: dict[str, Any] | None = None, **environ: str) -> EngineProcess:
        folder = tmp_path / f"config{len(engines)}"
        folder.mkdir()
        (folder / "jupyter_coding_agent_config.json").write_text(json.dumps(config or {}))
        # This path's files win over the user's.
        environ["JUPYTER_CONFIG_PATH"] = str(folder)
        engine = EngineProcess(tmp_path / f"data{len(engines)}", **environ)
        engine.start()
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.stop()
        assert containers(engine.data) == 0
