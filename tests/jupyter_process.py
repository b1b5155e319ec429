"""A real Jupyter server with the extension, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.engine_process import NO_DOCKER
from tests.serving import free_port

ROOT = Path(__file__).parent.parent
TOKEN = "test-token"
# They make every start longer and change nothing here.
OTHERS = ("jupyterlab", "jupyter_lsp", "notebook_shim")


class JupyterProcess:
    """Started with `config` (Python text) as its configuration file and `environ` in its environment."""

    def __init__(
        self,
        root: Path,
        data: Path,
        *,
        config: str = "",
        base_url: str = "/",
        extension: bool = True,
        **environ: str,
    ) -> None:
        self.root = root
        root.mkdir(parents=True)
        (root / "config").mkdir()
        (root / "config" / "jupyter_server_config.py").write_text(config)
        self.url = f"http://127.0.0.1:{free_port()}{base_url}"
        self.log_path = root / "server.log"
        env = {name: value for name, value in os.environ.items() if not name.startswith("CODING_AGENT_")}
        env |= {
            "CODING_AGENT_DATA_DIR": str(data),
            "CODING_AGENT_LLM_PROVIDER": "templates",
            "DOCKER_HOST": NO_DOCKER,
            "JUPYTER_CONFIG_DIR": str(root / "config"),
            "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{root / 'config'}",
        } | environ
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"),
                    f"--port={httpx.URL(self.url).port}",
                    "--ServerApp.port_retries=0",
                    f"--ServerApp.base_url={base_url}",
                    f"--ServerApp.root_dir={root}",
                    f"--IdentityProvider.token={TOKEN}",
                    f"--ServerApp.jpserver_extensions=jupyter_coding_agent={extension}",
                    *(f"--ServerApp.jpserver_extensions={name}=False" for name in OTHERS),
                ],
                env=env,
                stdout=log,
                stderr=log,
                cwd=root,
            )

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A client with the server's token."""
        return httpx.AsyncClient(
            base_url=self.url, headers={"Authorization": f"token {TOKEN}"} | headers, timeout=30
        )

    async def ready(self) -> JupyterProcess:
        """Wait until it answers."""
        async with asyncio.timeout(60), self.client() as client:
            while True:
                assert self.process.poll() is None, self.log
                try:
                    await client.get("api/status")
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    return self

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As a person would."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.stop()


def of(reply: httpx.Response) -> tuple[int, Any]:
    """Status and body."""
    return reply.status_code, reply.json()
