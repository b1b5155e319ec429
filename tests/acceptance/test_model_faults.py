"""A real engine whose model misbehaves: the right status, a sentence, and a server that still answers."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import docker
import docker.errors
import pytest
from docker.models.containers import Container

from jupyter_coding_agent.engine import owner_of
from tests.acceptance.conftest import EngineProcess
from tests.scripted_model import (
    Reply,
    ScriptedModel,
    hang,
    html,
    megabyte,
    rate_limited,
    refusing,
    server_error,
)

pytestmark = pytest.mark.engine

# Nothing in the template library is close to this, so that the fallback refuses.
PROMPT = "Write `collatz(n)`, the list of the Collatz sequence that starts at n."
TESTS = """```python path=test_solution.py
from solution import collatz


def test_one_stays():
    assert collatz(1) == [1]


def test_six():
    assert collatz(6) == [6, 3, 10, 5, 16, 8, 4, 2, 1]


def test_ends_at_one():
    assert all(collatz(n)[-1:] == [1] for n in range(1, 30))
```"""


def solution(step: str, stop: str = "[*values, n]") -> str:
    return f'''```python path=solution.py
def collatz(n: int) -> list[int]:
    """The Collatz sequence from n down to 1."""
    values = []
    while n != 1:
        values.append(n)
        n = {step}
    return {stop}
```'''


GOOD = solution("n // 2 if n % 2 == 0 else 3 * n + 1")
OFF_BY_ONE = solution("n // 2 if n % 2 == 0 else 3 * n + 1", "values")
NO_NAME = solution("half(n) if n % 2 == 0 else 3 * n + 1")


# What repairs alone do: what the full judgement adds is in test_judgement.py.
PLAIN = {"AgentSettings": {"judgement": "plain"}}


def environ(api_base: str) -> dict[str, str]:
    return {
        "CODING_AGENT_LLM_PROVIDER": "openai/scripted",
        "OPENAI_API_KEY": "sk-scripted",
        "OPENAI_API_BASE": api_base,
    }


async def test_three_attempts_with_diffs_that_can_be_read(start_engine: Callable[..., EngineProcess]):
    with ScriptedModel([TESTS, NO_NAME, OFF_BY_ONE, GOOD]) as model:
        engine = start_engine(PLAIN, **environ(model.api_base))
        async with engine.client() as client:
            done = await engine.execute(client, PROMPT)
            assert done["status"] == "passed", done
            assert done["attempt"] == 3
            attempts = (await client.get(f"/execute/{done['execution_id']}/attempts")).json()["attempts"]
            assert [a["error_class"] for a in attempts] == ["exception", "assertion", None]
            diff = (
                await client.get(
                    f"/execute/{done['execution_id']}/diff", params={"from_attempt": 2, "to_attempt": 3}
                )
            ).json()
            assert "-    return values" in diff["unified_diff"]
            assert "+    return [*values, n]" in diff["unified_diff"]
        repair = model.requests[3].text
        assert "test_six" in repair and "[6, 3, 10, 5, 16, 8, 4, 2, 1]" in repair


@pytest.mark.parametrize(
    "misbehaviour",
    [
        rate_limited(1),
        server_error(),
        html(),
        Reply(""),
        megabyte(),
        Reply(behaviour="drop"),
        Reply("I'd rather not."),
    ],
    ids=["429", "500", "html", "empty", "megabyte", "drops", "no code"],
)
async def test_a_model_that_never_answers_usefully(
    start_engine: Callable[..., EngineProcess], misbehaviour: Reply
):
    with ScriptedModel(lambda _: misbehaviour) as model:
        engine = start_engine(**environ(model.api_base))
        async with engine.client() as client:
            done = await engine.execute(client, PROMPT)
            assert done["status"] == "failed"
            assert done["explanation"].endswith(".") or done["explanation"].endswith("`")
            assert "Traceback" not in done["explanation"]
            assert (await client.get("/health")).status_code == 200
        assert model.requests


async def test_a_model_that_refuses_connections(start_engine: Callable[..., EngineProcess]):
    with refusing() as api_base:
        engine = start_engine(**environ(api_base))
        async with engine.client() as client:
            done = await engine.execute(client, PROMPT)
            assert done["status"] == "failed"
            assert "doctor" in done["explanation"]


async def test_a_model_that_hangs_can_be_cancelled(start_engine: Callable[..., EngineProcess]):
    with ScriptedModel(lambda _: hang()) as model:
        engine = start_engine(**environ(model.api_base))
        async with engine.client() as client:
            accepted = (await client.post("/execute", json={"prompt": PROMPT})).json()
            await asyncio.to_thread(model.wait_for_requests, 1)
            reply = await client.post(f"/execute/{accepted['execution_id']}/cancel")
            assert reply.json()["status"] == "cancelled"
            done = await engine.finish(client, accepted["execution_id"])
            assert done["status"] == "cancelled"


# The two seconds are the product's; whatever else the machine does at that moment only adds to them.
@pytest.mark.flaky(reruns=2)
async def test_code_that_never_ends_is_gone_two_seconds_after_a_cancel(
    start_engine: Callable[..., EngineProcess], docker_client: docker.DockerClient
):
    with ScriptedModel([TESTS, solution("n")]) as model:
        engine = start_engine(**environ(model.api_base))
        async with engine.client() as client:
            accepted = (await client.post("/execute", json={"prompt": PROMPT})).json()
            await _ids(client, accepted["execution_id"], until="run")
            busy = await asyncio.to_thread(_busy_container, docker_client, engine)
            began = time.monotonic()
            reply = await client.post(f"/execute/{accepted['execution_id']}/cancel")
            assert reply.json()["status"] == "cancelled"
            await asyncio.to_thread(_wait_until_gone, busy)
            assert time.monotonic() - began < 2


def _busy_container(client: docker.DockerClient, engine: EngineProcess) -> Container:
    """The container whose code runs: the one that uses the processor. Waits until there is one."""
    label = {"label": [f"coding-agent.owner={owner_of(engine.data)}", "coding-agent.role=test"]}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for container in client.containers.list(filters=label, ignore_removed=True):
            processes = container.top(ps_args="-o pid,uid,stat")["Processes"]
            if any(uid == "1000" and state.startswith("R") for _, uid, state in processes):
                return container
    raise TimeoutError("No container runs the code.")


def _wait_until_gone(container: Container) -> None:
    with contextlib.suppress(docker.errors.NotFound):
        container.wait(condition="removed", timeout=10)


async def test_a_fault_in_the_middle_keeps_what_was_reached(start_engine: Callable[..., EngineProcess]):
    with ScriptedModel([TESTS, OFF_BY_ONE, server_error(), server_error()]) as model:
        engine = start_engine(**environ(model.api_base))
        async with engine.client() as client:
            done = await engine.execute(client, PROMPT)
            assert done["status"] == "partial"
            assert "collatz" in done["code"]
            assert done["receipt"] is None or done["receipt"]["status"] != "passed"


async def test_killed_in_the_middle_it_goes_on_and_no_event_is_missed(
    start_engine: Callable[..., EngineProcess],
):
    calls = 0

    def script(_: object) -> str | Reply:
        nonlocal calls
        calls += 1
        return {1: TESTS, 2: OFF_BY_ONE}.get(calls) or (hang() if calls == 3 else GOOD)

    with ScriptedModel(script) as model:
        engine = start_engine(PLAIN, **environ(model.api_base))
        async with engine.client() as client:
            accepted = (await client.post("/execute", json={"prompt": PROMPT})).json()
            execution_id = accepted["execution_id"]
            await asyncio.to_thread(model.wait_for_requests, 3, 60)
            seen = await _ids(client, execution_id, until="retry")
        engine.kill()
        engine.start()
        async with engine.client() as client:
            rest = await _ids(client, execution_id, after=seen[-1][0])
            everything = await _ids(client, execution_id)
            done = (await client.get(f"/execute/{execution_id}")).json()
        assert done["status"] == "passed", done
        assert seen + rest == everything
        assert calls == 4, "what was stored before the kill is not asked for again"


async def _ids(
    client: object, execution_id: str, after: int = 0, until: str | None = None
) -> list[tuple[int, str]]:
    """Id and kind of the events after an id, to the stream's end or to the first of a kind."""
    found: list[tuple[int, str]] = []
    headers = {"Last-Event-ID": str(after)} if after else {}
    async with client.stream(  # type: ignore[attr-defined]
        "GET", f"/execute/{execution_id}/stream", headers=headers, timeout=60
    ) as events:
        number = 0
        async for line in events.aiter_lines():
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("event: "):
                found.append((number, line[7:]))
            elif not line and until and found and found[-1][1] == until:
                return found
    return found
