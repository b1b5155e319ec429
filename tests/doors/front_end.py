"""A real Jupyter server and someone in front of a notebook on it."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir

TOKEN = "a-token-for-this-test"
SECONDS = 60


def data_in(folder: Path, environ: pytest.MonkeyPatch) -> Path:
    """The data directory of kernels and servers started from now on; they share nothing with the user's own."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    environ.setenv("CODING_AGENT_DATA_DIR", str(data))
    environ.setenv("IPYTHONDIR", str(folder / "ipython"))
    environ.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    # Whoever runs the tests may run them from a notebook.
    for name in ("JPY_PARENT_PID", "JUPYTERHUB_SERVICE_URL"):
        environ.delenv(name, raising=False)
    return data


class FrontEnd:
    """What a person in front of a notebook does and sees."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.seen: list[dict[str, Any]] = []

    def run(self, source: str) -> tuple[str, dict[str, Any]]:
        """Run a cell; returns its message's id and its reply."""
        ident = self.client.execute(source, allow_stdin=True)
        while True:
            reply = self.client.get_shell_msg(timeout=SECONDS)
            if reply["parent_header"]["msg_id"] == ident:
                return ident, reply["content"]

    def wait_for(self, kind: str, ident: str, mime: str) -> dict[str, Any]:
        """The first message of this kind that a cell caused and that shows `mime`."""
        while True:
            for message in self.seen:
                shown = message["content"].get("data", {})
                if (message["msg_type"], message["parent_header"].get("msg_id")) == (
                    kind,
                    ident,
                ) and mime in shown:
                    return shown
            self.seen.append(self.client.get_iopub_msg(timeout=SECONDS))


@contextmanager
def jupyter_server(folder: Path) -> Iterator[str]:
    """A Jupyter server with the extension; its address."""
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--port=0",
        f"--IdentityProvider.token={TOKEN}",
        "--allow-root",
    ]
    process = subprocess.Popen(
        [*command, "--ip=127.0.0.1", "--no-browser"],
        cwd=folder,
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    found = None
    while found is None and (line := process.stderr.readline()):
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
    # Somebody has to read on, or the server is held up when the pipe is full.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        assert found is not None, "The Jupyter server did not start."
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


@contextmanager
def front_end_of(server: str) -> Iterator[FrontEnd]:
    """Someone in front of a new kernel of this server."""
    with httpx.Client(base_url=server, headers={"Authorization": f"token {TOKEN}"}, timeout=SECONDS) as http:
        kernel_id = http.post("/api/kernels", json={"name": "python3"}).raise_for_status().json()["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(Path(jupyter_runtime_dir()) / f"kernel-{kernel_id}.json"))
        client.start_channels()
        _wait_until_ready(client)
        yield FrontEnd(client)
        client.stop_channels()
        http.delete(f"/api/kernels/{kernel_id}")


def _wait_until_ready(client: BlockingKernelClient) -> None:
    """The client's own `wait_for_ready` takes a kernel for dead that a busy machine delays by a second."""
    while True:
        client.kernel_info(reply=True, timeout=SECONDS)
        with suppress(queue.Empty):
            client.get_iopub_msg(timeout=1)
            return
