"""A real JupyterLab with the real server extension, in a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.serving import free_port, listening

ROOT = Path(__file__).parent.parent.parent
# A browser of the distribution where there is one; elsewhere the one that `playwright install` brought.
CHROMIUM = shutil.which("chromium")
SCREENSHOTS = ROOT / "build" / "screenshots"
# What comes at once on a quiet machine may take seconds beside other tests.
expect.set_options(timeout=20_000)
CONNECTED_SECONDS = 10
"""In which a page connects to a kernel that was just started."""
GONE_SECONDS = 60
"""In which JupyterLab has ended its kernels and itself."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]


class Server:
    """JupyterLab in a process of its own, which can be killed and started again."""

    def __init__(self, port: int, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._port = port
        self._arguments = arguments
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None
        self._said = bytearray()

    async def start(self) -> None:
        """Returns when it listens."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._arguments, env=self._environ, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        self._said.clear()
        while line := await process.stderr.readline():
            self._said += line
            if b"is running at" in line:
                break
        else:
            pytest.fail(self._said.decode())
        self._draining = asyncio.create_task(self._drain(process.stderr))
        await listening(self._port)

    async def _drain(self, stderr: asyncio.StreamReader) -> None:
        while said := await stderr.read(65_536):
            self._said += said

    async def kill(self) -> None:
        """As a crash does: nothing is put in order."""
        assert self._process is not None
        self._process.kill()
        await self._gone()

    async def stop(self) -> None:
        """As a person does."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._gone()

    async def _gone(self) -> None:
        assert self._process is not None and self._draining is not None
        try:
            await asyncio.wait_for(self._process.wait(), GONE_SECONDS)
        except TimeoutError:
            # Tells where its threads are.
            self._process.send_signal(signal.SIGABRT)
            await self._process.wait()
            said = await self._last_words()
            pytest.fail(f"JupyterLab did not end within {GONE_SECONDS} s.\n{said[-20_000:].decode()}")
        await asyncio.wait_for(self._draining, GONE_SECONDS)

    async def _last_words(self) -> bytes:
        """What it has said, also where something that it started holds its stderr open."""
        assert self._draining is not None
        await asyncio.wait([self._draining], timeout=5)
        return bytes(self._said)


@dataclass
class Lab:
    """A running JupyterLab whose root directory holds a copy of the examples."""

    url: str
    token: str
    root: Path
    server: Server

    def notebook(self, name: str) -> str:
        """The address that opens a notebook, in a workspace of its own."""
        return f"{self.url}lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={self.token}"

    def notebook7(self, path: str) -> str:
        """An address of Notebook 7, such as ``tree`` or ``notebooks/name.ipynb``."""
        return f"{self.url}{path}?token={self.token}"


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """JupyterLab on a data directory of its own, with the built-in templates as its model."""
    async with running_lab(tmp_path, CODING_AGENT_LLM_PROVIDER="templates") as lab:
        yield lab


@pytest.fixture
async def notebook7(tmp_path: Path) -> AsyncIterator[Lab]:
    """Notebook 7, with the built-in templates as its model."""
    async with running_lab(tmp_path, app="notebook", CODING_AGENT_LLM_PROVIDER="templates") as lab:
        yield lab


@asynccontextmanager
async def running_lab(tmp_path: Path, *, app: str = "jupyterlab", **environment: str) -> AsyncIterator[Lab]:
    """JupyterLab, or ``app="notebook"``, on a data directory of its own, with these environment variables."""
    root = tmp_path / "notebooks"
    shutil.copytree(ROOT / "examples", root)
    # The question about news would lie over what is to be seen.
    notification = tmp_path / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notification.parent.mkdir(parents=True)
    notification.write_text('{"fetchNews": "false"}')
    # The front end of this source tree, whatever the environment has.
    built = ROOT / "jupyter_coding_agent" / "labextension"
    assert (built / "package.json").is_file(), "The front end is not built: run make labextension."
    extensions = tmp_path / "share" / "labextensions"
    extensions.mkdir(parents=True)
    (extensions / "jupyter-coding-agent").symlink_to(built)
    port = free_port()
    token = secrets.token_hex(16)
    environ = os.environ | {
        "CODING_AGENT_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_PATH": os.pathsep.join([str(tmp_path / "share"), os.environ.get("JUPYTER_PATH", "")]),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "PYTHONFAULTHANDLER": "1",
        **environment,
    }
    arguments = [
        *(sys.executable, "-m", app, "--allow-root", "--no-browser", f"--port={port}"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
        *(
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.expose_app_in_browser=True",
        ),
    ]
    server = Server(port, arguments, environ)
    lab = Lab(f"http://127.0.0.1:{port}/", token, root, server)
    try:
        await server.start()
        yield lab
        await kernels_have_started(lab)
    finally:
        await server.stop()


async def kernels_have_started(lab: Lab) -> None:
    """A Jupyter server that is told to end while a kernel starts waits for one of its threads without end.

    A kernel that nobody has connected to keeps starting: that is not waited for.
    """
    headers = {"Authorization": f"token {lab.token}"}
    async with httpx.AsyncClient(base_url=lab.url, headers=headers) as client:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONNECTED_SECONDS):
                while any(one["execution_state"] == "starting" for one in await _kernels(client)):
                    await asyncio.sleep(0.1)


async def _kernels(client: httpx.AsyncClient) -> list[dict[str, str]]:
    """None where there is no server any more, or a gateway that does not tell."""
    try:
        answer = await client.get("api/kernels")
    except httpx.ConnectError:
        return []
    return answer.json() if answer.is_success else []


@pytest.fixture
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page of an empty browser profile; how it looked at the end is kept, for tests that failed."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        page.on("requestfailed", lambda one: print(f"{one.method} {one.url}: {one.failure}"))
        yield page
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENSHOTS / f"end-of-{request.node.name}.png")
        await browser.close()
