"""Under token login one person finds everything again through every door, all of them real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.doors.front_end import TOKEN, front_end_of, jupyter_server
from tests.engine_process import NO_DOCKER


def test_what_one_door_asked_for_every_other_finds(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CODING_AGENT_LLM_PROVIDER", "templates")
    monkeypatch.setenv("DOCKER_HOST", NO_DOCKER)
    with jupyter_server(tmp_path) as address, front_end_of(address) as person:
        authorized = {"Authorization": f"token {TOKEN}"}
        with (
            httpx.Client(base_url=address, headers=authorized, timeout=60) as one,
            httpx.Client(base_url=address, timeout=60, follow_redirects=True) as browser,
        ):
            asked = one.post("coding-agent/execute", json={"prompt": "asked by a script"})
            names = [asked.json()["execution_id"]]
            command = [sys.executable, "-m", "jupyter_coding_agent", "run", "asked on the command line"]
            done = subprocess.run(
                command, env=os.environ, cwd=tmp_path, capture_output=True, text=True, timeout=120
            )
            assert "Traceback" not in done.stderr
            person.run("%load_ext jupyter_coding_agent")
            person.run("%%agent --wait\nasked in a notebook")
            # Another browser: a login by cookie, for which Jupyter makes up another name.
            browser.get("tree", params={"token": TOKEN})
            listed = browser.get("coding-agent/executions").json()["executions"]
            prompts = {execution["prompt"]: execution["execution_id"] for execution in listed}
            assert list(prompts) == ["asked in a notebook", "asked on the command line", "asked by a script"]
            assert prompts["asked by a script"] == names[0]
            for name in prompts.values():
                assert browser.get(f"coding-agent/execute/{name}").status_code == 200
                assert one.get(f"coding-agent/execute/{name}").status_code == 200
            shown, _ = person.run("%agent history")
            history = person.wait_for("display_data", shown, "text/plain")["text/plain"]
            assert all(name in history for name in prompts.values())
