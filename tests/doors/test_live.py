"""A real Jupyter server, a real kernel and a front end that allows input: the cell returns at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.core.lock import OwnerLock
from jupyter_coding_agent.core.paths import lock_path, socket_path
from tests.doors.front_end import TOKEN, FrontEnd, data_in, front_end_of, jupyter_server
from tests.fake_engine import running

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The engine that it forwards to is a fake, which owns the data directory."""
    folder = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as environ:
        data = data_in(folder, environ)
        lock = OwnerLock.acquire(lock_path(data), "fake", wait=False)
        assert lock is not None
        with running(socket_path(data)), jupyter_server(folder) as address:
            yield address
        lock.release()


@pytest.fixture
def front_end(server: str) -> Iterator[FrontEnd]:
    with front_end_of(server) as person:
        yield person


def test_the_cell_returns_and_its_output_goes_on_changing(front_end: FrontEnd):
    front_end.run("%load_ext jupyter_coding_agent")
    asked, reply = front_end.run("%%agent\nhang please")
    assert reply["status"] == "ok"
    assert reply["payload"] == []
    front_end.run("x = 1")
    # First of all something is seen at once, then a panel, beside it HTML for who has no widgets.
    assert "Sending" in front_end.wait_for("display_data", asked, "text/html")["text/html"]
    shown = front_end.wait_for("update_display_data", asked, "text/html")
    assert VIEW in shown
    front_end.run("%agent cancel")
    shown = front_end.wait_for("update_display_data", asked, MIME)
    assert VIEW not in shown
    assert shown[MIME]["status"] == "cancelled"


def test_a_validated_cell_is_inserted_on_command(front_end: FrontEnd):
    front_end.run("%load_ext jupyter_coding_agent")
    asked, _ = front_end.run("%%agent\nadd two numbers")
    assert "%agent insert" in front_end.wait_for("update_display_data", asked, MIME)["text/plain"]
    _, reply = front_end.run("%agent insert")
    (payload,) = reply["payload"]
    assert payload["source"] == "set_next_input"
    assert payload["text"].startswith("def add")
    assert payload["replace"] is False
    front_end.run(payload["text"])
    asked, _ = front_end.run("%agent verify 4")
    shown = front_end.wait_for("display_data", asked, "text/plain")["text/plain"]
    assert shown.splitlines()[-1] == "In [4]: 1 of 1 receipts hold."
    asked, _ = front_end.run("import os\nos.listdir('.coding-agent')")
    assert front_end.wait_for("execute_result", asked, "text/plain")["text/plain"] == "['receipts']"


def test_waiting_inserts_at_once(front_end: FrontEnd):
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
