from __future__ import annotations

import json
import threading
from pathlib import Path

from jupyter_coding_agent.engine import owner_of
from tests.engine_process import EngineProcess


def test_a_data_directory_keeps_its_name_and_shares_it_with_nobody(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert owner_of(first) == owner_of(first) != owner_of(second)
    assert [path.name for path in first.iterdir()] == ["owner"]


def test_those_who_ask_at_once_get_one_name(tmp_path: Path):
    ready = threading.Barrier(8)
    names: set[str] = set()

    def ask() -> None:
        ready.wait()
        names.add(owner_of(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1


async def test_who_listens_hears_what_others_change_and_not_what_is_only_read(tmp_path: Path):
    engine = EngineProcess(tmp_path / "data", CODING_AGENT_LLM_PROVIDER="templates")
    try:
        async with engine.client() as client, client.stream("GET", "/coding-agent/events") as events:
            lines = events.aiter_lines()
            assert await anext(lines) == ": stream"
            await client.get("/coding-agent/sessions")
            refused = await client.post("/coding-agent/sessions", json={"title": ""})
            made = (await client.post("/coding-agent/sessions", json={"title": "Orders"})).json()
            await client.delete(f"/coding-agent/sessions/{made['session_id']}")
            paths: list[str] = []
            while len(paths) < 2:
                line = await anext(lines)
                assert not line.startswith("id:"), "what is not stored is no place to resume from"
                if line.startswith("data: "):
                    paths.append(json.loads(line.removeprefix("data: "))["path"])
        assert refused.status_code == 400
        assert paths == ["/sessions", f"/sessions/{made['session_id']}"]
    finally:
        engine.close()
