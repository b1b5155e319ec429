from __future__ import annotations

import itertools

import httpx
import pytest

from jupyter_coding_agent.bench.busy import AT_ONCE, SLICE_SECONDS, Pace, executing
from jupyter_coding_agent.core.errors import AgentError


def client(status: str, asked: list[str]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            asked.append(request.read().decode())
            return httpx.Response(202, json={"execution_id": f"exe_{len(asked)}"})
        if request.url.path.endswith("/stream"):
            return httpx.Response(200, text="event: completed\ndata: {}\n\n")
        return httpx.Response(200, json={"status": status, "explanation": "so it is"})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://server/")


async def test_executions_differ_and_have_ended_when_the_block_has():
    asked: list[str] = []
    async with client("passed", asked) as http, executing(http) as ended:
        pass
    assert len(ended) == len(set(asked)) == AT_ONCE


async def test_a_load_that_fails_is_none():
    with pytest.raises(ExceptionGroup) as told:
        async with client("failed", []) as http, executing(http):
            pass
    assert told.group_contains(AgentError, match="so it is")


async def test_a_slice_asks_until_it_is_over_and_times_each_request():
    asked: list[float] = []

    async def ask() -> None:
        asked.append(0)

    pace = Pace(clock=itertools.count(0, SLICE_SECONDS / 4).__next__)
    await pace.slice(ask)
    assert len(asked) == 4
    assert pace.seconds == [SLICE_SECONDS / 4] * 4
    assert pace.rates == [4 / SLICE_SECONDS]
