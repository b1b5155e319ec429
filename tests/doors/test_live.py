"""A real Jupyter server, a real kernel and a front end that allows input: the cell returns at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.core.lock import OwnerLock
from jupyter_coding_agent.core.paths import data_dir, lock_path
from tests.fake_engine import Running

TOKEN = "a-token-for-this-test"
SECONDS = 30


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


@pytest.fixture
def server(fake: Running, tmp_path: Path) -> Iterator[str]:
    """A Jupyter server with the extension; the engine that it forwards to is the fake."""
    lock = OwnerLock.acquire(lock_path(data_dir()), "fake", wait=False)
    assert lock is not None
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
        cwd=tmp_path,
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                break
        else:
            pytest.fail("The Jupyter server did not start.")
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)
        lock.release()


@pytest.fixture
def front_end(server: str, tmp_path: Path) -> Iterator[FrontEnd]:
    with httpx.Client(base_url=server, headers={"Authorization": f"token {TOKEN}"}, timeout=SECONDS) as http:
        kernel_id = http.post("/api/kernels", json={"name": "python3"}).raise_for_status().json()["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(tmp_path / "runtime" / f"kernel-{kernel_id}.json"))
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        yield FrontEnd(client)
        client.stop_channels()
        http.delete(f"/api/kernels/{kernel_id}")


def test_the_cell_returns_and_its_output_goes_on_changing(front_end: FrontEnd, fake: Running):
    front_end.run("%load_ext jupyter_coding_agent")
    asked, reply = front_end.run("%%agent\nhang please")
    assert reply["status"] == "ok"
    assert reply["payload"] == []
    front_end.run("x = 1")
    front_end.wait_for("update_display_data", asked, "text/html")
    front_end.run("%agent cancel")
    shown = front_end.wait_for("update_display_data", asked, MIME)
    assert shown[MIME]["status"] == "cancelled"


def test_a_validated_cell_is_inserted_on_command(front_end: FrontEnd, fake: Running):
    front_end.run("%load_ext jupyter_coding_agent")
    asked, _ = front_end.run("%%agent\nadd two numbers")
    assert "%agent insert" in front_end.wait_for("update_display_data", asked, MIME)["text/plain"]
    _, reply = front_end.run("%agent insert")
    (payload,) = reply["payload"]
    assert payload["source"] == "set_next_input"
    assert payload["text"].startswith("def add")
    assert payload["replace"] is False


def test_waiting_inserts_at_once(front_end: FrontEnd, fake: Running):
    front_end.run("%load_ext jupyter_coding_agent")
    _, reply = front_end.run("%%agent --wait\nadd two numbers")
    (payload,) = reply["payload"]
    assert payload["text"].startswith("def add")


def test_the_request_went_through_the_kernels_own_server(front_end: FrontEnd, server: str):
    front_end.run("%load_ext jupyter_coding_agent")
    asked, _ = front_end.run("%agent status")
    assert (
        f"Jupyter server at {server}" in front_end.wait_for("display_data", asked, "text/plain")["text/plain"]
    )
    assert TOKEN not in json.dumps([message["content"] for message in front_end.seen])
