"""From an uploaded file to a result that is refined, taken elsewhere, found again and replayed: nothing is lost."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import EngineProcess
from tests.acceptance.revenue import FOLLOW_UP, ORDERS, PLAIN, PROMPT, answer
from tests.delivery.integration.test_unpacked import run_inside
from tests.images.integration.conftest import image
from tests.scripted_model import ScriptedModel

__all__ = ["image"]  # the fixture that builds it
pytestmark = pytest.mark.engine

Start = Callable[..., EngineProcess]


async def upload(client: httpx.AsyncClient) -> str:
    reply = await client.post("/artifacts/upload", files={"file": ("orders.csv", ORDERS)})
    assert reply.status_code == 201, reply.text
    return reply.json()["artifact_id"]


def unpacked(content: bytes, folder: Path) -> Path:
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    (top,) = folder.iterdir()
    return top


async def test_upload_ask_refine_take_away_find_again_and_replay(start_engine: Start, tmp_path: Path):
    with ScriptedModel(answer) as model:
        engine = start_engine(
            {},
            CODING_AGENT_LLM_PROVIDER="openai/scripted",
            OPENAI_BASE_URL=model.api_base,
            OPENAI_API_KEY="none",
        )
        async with engine.client() as client:
            orders = await upload(client)
            session = (await client.post("/sessions", json={"title": "Regional revenue"})).json()[
                "session_id"
            ]
            first = await engine.execute(
                client, PROMPT, context_artifacts=[orders], session_id=session, output_preference="zip"
            )
            assert first["status"] == "passed", first["explanation"]
            said = {
                "message": FOLLOW_UP,
                "session_id": session,
                "context_artifacts": [orders],
                "intent": "code",
            }
            second = (await client.post("/chat", json=said)).json()["execution_id"]
            refined = await engine.finish(client, second)
            assert refined["status"] == "passed", refined["explanation"]
            assert "round(amount)" in refined["code"]
            # The follow-up was told what it follows.
            assert any(PROMPT in asked.text and FOLLOW_UP in asked.text for asked in model.requests)
            archives = [
                (await client.get(f"/artifacts/{first['artifact_id']}/download")).content,
                (await client.get(f"/execute/{second}/archive")).content,
            ]
            assert archives[0] == (await client.get(f"/execute/{first['execution_id']}/archive")).content
        for number, content in enumerate(archives):
            done = run_inside(unpacked(content, tmp_path / f"elsewhere{number}"))
            assert done.returncode == 0, done.stdout + done.stderr
            assert "3 passed" in done.stdout
        # Somebody comes back with a fresh browser, to an engine that was killed meanwhile.
        engine.kill()
        engine.start()
        async with engine.client() as client:
            found = (await client.get("/sessions", params={"q": "revenue whole number"})).json()["sessions"]
            assert [one["session_id"] for one in found] == [session]
            messages = (await client.get(f"/sessions/{session}")).json()["messages"]
            assert [(one["role"], one["execution_id"]) for one in messages] == [
                ("user", first["execution_id"]),
                ("assistant", first["execution_id"]),
                ("user", second),
                ("assistant", second),
            ]
            body = {"modifications": {"prompt_suffix": FOLLOW_UP}}
            replayed = await client.post(f"/executions/{first['execution_id']}/replay", json=body)
            assert replayed.status_code == 202, replayed.text
            again = await engine.finish(client, replayed.json()["new_execution_id"])
            assert again["status"] == "passed", again["explanation"]
            assert (again["replay_of"], again["code"]) == (first["execution_id"], refined["code"])
            difference = await client.get(
                f"/execute/{first['execution_id']}/diff", params={"with_execution": again["execution_id"]}
            )
            assert "+    return {region: round(amount) for" in difference.json()["unified_diff"]


def test_the_archive_is_not_trusted_blindly(tmp_path: Path):
    """The run elsewhere can fail: without the file that it works with, its tests do."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "solution.py").write_text(PLAIN[0])
    (folder / "test_solution.py").write_text(PLAIN[1])
    tmp_path.chmod(0o755)
    done: subprocess.CompletedProcess[str] = run_inside(folder)
    assert done.returncode == 1 and "1 failed, 2 passed" in done.stdout
