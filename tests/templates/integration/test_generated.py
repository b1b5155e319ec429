"""From a template with values to a signed receipt, in a whole engine on real containers, without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.web.headers import PREFIX
from tests.engine import Engine as Containers
from tests.serving import served
from tests.templates.test_loader import MANIFEST, write

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

OWN_TEST = """from solution import WHOM


def test_it_greets() -> None:
    assert WHOM == {{ whom | literal }}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def client(engine: Containers, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    own = write(tmp_path / "data" / "templates" / "greet", {**MANIFEST, "variables": MANIFEST["variables"]})
    (own / "tests" / "test_solution.py.j2").write_text(OWN_TEST, encoding="utf-8")
    running = await Engine.start(tmp_path / "data", environ={"CODING_AGENT_LLM_PROVIDER": "templates"})
    mounted = [(rf"/{PREFIX}{pattern}", handler, wired) for pattern, handler, wired in running.routes()]
    async with served(mounted, tmp_path / "test.sock") as asking:
        asking.base_url = httpx.URL(f"http://engine/{PREFIX}/")
        yield asking
    await running.close()


async def ended(client: httpx.AsyncClient, execution_id: str) -> dict[str, Any]:
    for _ in range(600):
        view = (await client.get(f"execute/{execution_id}")).json()
        if view["status"] not in ("pending", "running"):
            return dict(view)
        await asyncio.sleep(0.2)
    raise TimeoutError(execution_id)


async def test_what_is_generated_is_proved_and_counted(client: httpx.AsyncClient) -> None:
    reply = await client.post("templates/rate-limiter/generate", json={"variables": {"calls": 7}})
    made = reply.json()
    view = await ended(client, made["execution_id"])
    assert view["status"] == "passed", view["explanation"]
    assert (view["files"], view["tests"]) == (made["files"], made["tests"])
    assert (view["model"], view["cost"], view["attempts"]) == ("templates/rate-limiter", 0, 1)
    assert view["receipt"]["signature"]
    assert "set: calls = 7; left at the default: period_seconds, class_name" in view["explanation"]
    assert (await client.get("templates/rate-limiter")).json()["usage_count"] == 1


async def test_a_template_of_ones_own_is_proved_like_any_other(client: httpx.AsyncClient) -> None:
    made = (await client.post("templates/greet/generate", json={"variables": {"whom": 'A "da"'}})).json()
    view = await ended(client, made["execution_id"])
    assert view["status"] == "passed", view["explanation"]
    assert made["files"] == {"solution.py": "WHOM = 'A \"da\"'\n"}


async def test_a_named_template_answers_where_there_is_no_model(client: httpx.AsyncClient) -> None:
    body = {"prompt": "limit the rate to 9 calls", "template_id": "rate-limiter"}
    view = await ended(client, (await client.post("execute", json=body)).json()["execution_id"])
    assert (view["status"], "CALLS = 9" in view["code"]) == ("passed", True), view["explanation"]
    assert "set: calls = 9" in view["explanation"]
    unknown = await client.post("execute", json={"prompt": "x", "template_id": "nope"})
    assert (unknown.status_code, unknown.json()["field"]) == (404, "template_id")
