"""What a client finds when it looks at everything, once nothing runs any more that can end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from tests.crash.engine import CrashingEngine
from tests.crash.scripted import WAITS

MOST = {"limit": 100}


@dataclass
class Seen:
    """Each by its id, as the endpoints show it."""

    artifacts: dict[str, dict[str, Any]]
    sessions: dict[str, dict[str, Any]]
    executions: dict[str, dict[str, Any]]

    def artifact_named(self, name: str) -> str | None:
        return next((one for one, view in self.artifacts.items() if view["name"] == name), None)

    def execution_of(self, prompt: str) -> str | None:
        return next((one for one, view in self.executions.items() if view["prompt"] == prompt), None)


def look(engine: CrashingEngine) -> Seen:
    """Everything, with the files downloaded and the streams of events read to their ends."""
    executions = {}
    for row in _get(engine, "/executions", **MOST)["executions"]:
        one = row["execution_id"]
        if not row["prompt"].startswith(WAITS):
            _read_events(engine, one)
        executions[one] = _get(engine, f"/execute/{one}")
    artifacts = {row["artifact_id"]: row for row in _get(engine, "/artifacts", **MOST)["artifacts"]}
    for one, view in artifacts.items():
        file = engine.ask("GET", f"/artifacts/{one}/download")
        assert file.status_code == 200, f"{view['name']} is shown and has no file: {file.text}"
        assert hashlib.sha256(file.content).hexdigest() == view["sha256"], f"{view['name']} is not whole"
    sessions = {
        row["session_id"]: _get(engine, f"/sessions/{row['session_id']}", **MOST)
        for row in _get(engine, "/sessions", **MOST)["sessions"]
    }
    return Seen(artifacts, sessions, executions)


def _get(engine: CrashingEngine, path: str, **query: Any) -> dict[str, Any]:
    answer = engine.ask("GET", path, params=query)
    assert answer.status_code == 200, f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def _read_events(engine: CrashingEngine, execution_id: str) -> None:
    """Waits until it has ended; its stream begins once and ends once."""
    lines = engine.ask("GET", f"/execute/{execution_id}/stream").text.splitlines()
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    ends = [kind for kind in kinds if kind in ("completed", "error")]
    assert kinds.count("queued") == 1 and len(ends) == 1, f"{execution_id} has the events {kinds}"
    assert (kinds[0], kinds[-1]) == ("queued", ends[0]), f"{execution_id} has the events {kinds}"
