"""A real JupyterLab with the real server extension, in a real browser."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.serving import free_port, listening

ROOT = Path(__file__).parent.parent.parent
# A browser of the distribution where there is one; elsewhere the one that `playwright install` brought.
CHROMIUM = shutil.which("chromium")
SCREENSHOTS = ROOT / "build" / "screenshots"
# What comes at once on a quiet machine may take seconds beside other tests.
expect.set_options(timeout=20_000)
GONE_SECONDS = 60
"""In which JupyterLab has ended its kernels and itself."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may be late for once: it gets a second chance, which the closing line tells of."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class Server:
    """JupyterLab in a process of its own, which can be killed and started again."""

    def __init__(self, port: int, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._port = port
        self._arguments = arguments
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[bytes] | None = None

    async def start(self) -> None:
        """Returns when it listens."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._arguments, env=self._environ, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        said = b""
        while line := await process.stderr.readline():
            said += line
            if b"is running at" in line:
                break
        else:
            pytest.fail(said.decode())
        self._draining = asyncio.create_task(process.stderr.read())
        await listening(self._port)

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
            self._process.kill()
            # Whatever it started may hold its stderr open: what it said so far is not worth waiting for.
            self._draining.cancel()
            pytest.fail(f"JupyterLab did not end within {GONE_SECONDS} s.")
        await asyncio.wait_for(self._draining, GONE_SECONDS)


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
        **environment,
    }
    arguments = [
        *(sys.executable, "-m", app, "--allow-root", "--no-browser", f"--port={port}"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    server = Server(port, arguments, environ)
    try:
        await server.start()
        yield Lab(f"http://127.0.0.1:{port}/", token, root, server)
    finally:
        await server.stop()


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
