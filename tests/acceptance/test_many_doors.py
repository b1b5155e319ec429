"""Two Jupyter servers, a command line and two papermill runs at once on one data directory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import nbformat
import pytest

from jupyter_coding_agent.core.paths import lock_path, socket_path
from tests.serving import free_port, listening

pytestmark = pytest.mark.engine

PROMPTS = [
    "Clean a DataFrame: drop duplicate rows and fill missing numbers with the median",
    "Plot a line chart of a numeric column with matplotlib",
    "Describe a list of numbers: mean, standard deviation and a confidence interval",
]


class Jupyter:
    """A real Jupyter server without a front end."""

    def __init__(self, root: Path, environ: dict[str, str]) -> None:
        self.root = root
        self.environ = environ
        self.token = secrets.token_hex(16)
        self.port = free_port()

    async def start(self) -> None:
        self.root.mkdir()
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", f"--port={self.port}"),
            *(f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"),
            *("--ServerApp.port_retries=0", "--ServerApp.log_level=INFO"),
            env=self.environ | {"JUPYTER_RUNTIME_DIR": str(self.root / "runtime")},
            stderr=asyncio.subprocess.PIPE,
        )
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            if b"is running at" in line:
                break
        # Somebody has to read on, or the server blocks when the pipe is full.
        self._draining = asyncio.create_task(self.process.stderr.read())
        await listening(self.port)

    def client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"token {self.token}"}
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/coding-agent", headers=headers, timeout=120
        )

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


@pytest.fixture
async def doors(
    tmp_path: Path, containers: Callable[[Path], int]
) -> AsyncIterator[tuple[Path, dict[str, str], list[Jupyter]]]:
    """A data directory, its environment, and two servers on it; at the end no container is left."""
    data = tmp_path / "data"
    environ = os.environ | {
        "CODING_AGENT_DATA_DIR": str(data),
        "CODING_AGENT_LLM_PROVIDER": "templates",
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
    }
    servers = [Jupyter(tmp_path / "first", environ), Jupyter(tmp_path / "second", environ)]
    for server in servers:
        await server.start()
    yield data, environ, servers
    for server in servers:
        await server.stop()
    assert containers(data) == 0


async def run_to_end(client: httpx.AsyncClient, prompt: str) -> str:
    # Fresh: another door asks for the same, and each is to run.
    body = {"prompt": prompt, "fresh": True}
    execution_id = (await client.post("/execute", json=body)).json()["execution_id"]
    async with client.stream("GET", f"/execute/{execution_id}/stream", timeout=None) as events:
        async for _ in events.aiter_lines():
            pass
    return str((await client.get(f"/execute/{execution_id}")).json()["status"])


async def command(environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


def notebook(path: Path, prompt: str) -> None:
    cells = [
        nbformat.v4.new_code_cell("%load_ext jupyter_coding_agent"),
        nbformat.v4.new_code_cell(f"%%agent\n{prompt}"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


async def test_every_door_at_once_shares_one_engine(
    doors: tuple[Path, dict[str, str], list[Jupyter]], tmp_path: Path
):
    _, environ, servers = doors
    for number, prompt in enumerate(PROMPTS[:2]):
        notebook(tmp_path / f"in{number}.ipynb", prompt)
    async with servers[0].client() as first, servers[1].client() as second:
        results = await asyncio.gather(
            run_to_end(first, PROMPTS[0]),
            run_to_end(second, PROMPTS[1]),
            command(environ, "-m", "jupyter_coding_agent", "run", PROMPTS[2], "--json"),
            *(
                command(
                    environ,
                    *("-m", "papermill", "--kernel", "python3"),
                    *(str(tmp_path / f"in{number}.ipynb"), str(tmp_path / f"out{number}.ipynb")),
                )
                for number in range(2)
            ),
        )
        assert results[:2] == ["passed", "passed"]
        for code, output in results[2:]:  # type: ignore[misc]
            assert code == 0, output
        for client in (first, second):
            listed = (await client.get("/executions", params={"limit": 100})).json()
            assert listed["total"] == 5, "each ran, and once"
            assert {row["status"] for row in listed["executions"]} == {"passed"}
    for number in range(2):
        assert "application/vnd.coding-agent.result+json" in (tmp_path / f"out{number}.ipynb").read_text()


async def test_when_the_owner_is_killed_the_other_server_takes_over_and_finishes(
    doors: tuple[Path, dict[str, str], list[Jupyter]],
):
    data, _, servers = doors
    async with servers[0].client() as first, servers[1].client() as second:
        assert (await first.get("/health")).status_code == 200
        assert (await second.get("/health")).status_code == 200
        owner_pid = json.loads(lock_path(data).read_text())["pid"]
        owner, other = servers if servers[0].process.pid == owner_pid else servers[::-1]
        assert owner.process.pid == owner_pid
        async with other.client() as client:
            ids = [
                (await client.post("/execute", json={"prompt": prompt})).json()["execution_id"]
                for prompt in PROMPTS
            ]
            await owner.kill()
            for execution_id in ids:
                with contextlib.suppress(httpx.RemoteProtocolError):
                    async with client.stream(
                        "GET", f"/execute/{execution_id}/stream", timeout=None
                    ) as events:
                        async for _ in events.aiter_lines():
                            pass
                view = (await client.get(f"/execute/{execution_id}")).json()
                assert view["status"] == "passed", view
        assert json.loads(lock_path(data).read_text())["pid"] == other.process.pid
        assert socket_path(data).exists()
