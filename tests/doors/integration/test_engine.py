"""A live notebook whose Jupyter server hosts the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_coding_agent.client.result import MIME
from tests.doors.front_end import front_end_of, jupyter_server
from tests.receipts.notebooks import cell, notebook, write

pytestmark = pytest.mark.engine


def states(folder: Path, source: str) -> list[str]:
    """What `verify` says of a notebook beside which the kernel has kept a receipt, by the engine's public key."""
    path = write(folder / "saved.ipynb", notebook(cell(source)))
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_coding_agent", "verify", str(path), "--json"],
        capture_output=True,
        text=True,
    )
    return [found["state"] for found in json.loads(done.stdout)["notebooks"][0]["cells"]]


def test_asked_followed_and_inserted(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CODING_AGENT_LLM_PROVIDER", "templates")
    with jupyter_server(tmp_path) as server, front_end_of(server) as person:
        person.run("%load_ext jupyter_coding_agent")
        request = "Describe a list of numbers: mean and median, in a function called describe_it"
        asked, reply = person.run(f"%%agent {request}")
        assert reply["payload"] == []
        result = person.wait_for("update_display_data", asked, MIME)[MIME]
        assert result["status"] == "passed"
        assert result["receipt"]["signature"]
        _, reply = person.run("%agent insert")
        person.run(reply["payload"][0]["text"])
        asked, _ = person.run("%agent verify 4")
        assert "fresh" in person.wait_for("display_data", asked, "text/plain")["text/plain"]
        assert states(tmp_path, reply["payload"][0]["text"]) == ["fresh"]
        shown, _ = person.run("describe_it([1, 2, 3]).mean")
        assert person.wait_for("execute_result", shown, "text/plain")["text/plain"] == "2.0"
        person.run("def half(x):\n    return x / 2\n\n\nassert half(4) == 3")
        judged, _ = person.run("%agent validate")
        verdict = person.wait_for("update_display_data", judged, MIME)[MIME]
        assert verdict["status"] == "failed"
        assert "AssertionError" in verdict["explanation"]
