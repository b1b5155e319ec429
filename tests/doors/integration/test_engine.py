"""A live notebook whose Jupyter server hosts the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.client.result import MIME
from tests.doors.front_end import front_end_of, jupyter_server

pytestmark = pytest.mark.engine


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
        shown, _ = person.run("describe_it([1, 2, 3]).mean")
        assert person.wait_for("execute_result", shown, "text/plain")["text/plain"] == "2.0"
        person.run("def half(x):\n    return x / 2\n\n\nassert half(4) == 3")
        judged, _ = person.run("%agent validate")
        verdict = person.wait_for("update_display_data", judged, MIME)[MIME]
        assert verdict["status"] == "failed"
        assert "AssertionError" in verdict["explanation"]
