"""Code that reads an uploaded table by its name, and what it draws and writes: there afterwards, through a kill."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import EngineProcess
from tests.acceptance.revenue import ORDERS
from tests.by_question import question_of
from tests.engine import engine
from tests.scripted_model import Reply, Request, ScriptedModel, hang

__all__ = ["engine"]  # the fixture that builds the image
pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

PROMPT = "Write chart(): sum the amounts of orders.csv by region, save sums.csv and draw chart.png."
CODE = """\
import csv

import matplotlib.pyplot as plt


def chart():
    sums = {}
    with open("orders.csv", newline="") as file:
        for row in csv.DictReader(file):
            sums[row["region"]] = sums.get(row["region"], 0) + float(row["amount"])
    with open("sums.csv", "w", newline="") as file:
        csv.writer(file).writerows(sorted(sums.items()))
    figure, axes = plt.subplots(figsize=(6, 3), dpi=100)
    axes.bar(list(sums), list(sums.values()))
    figure.savefig("chart.png")
    plt.close(figure)
    return sums
"""
TESTS = """\
from pathlib import Path

from solution import chart


def test_sums():
    assert chart()["south"] == 5.25


def test_files():
    chart()
    assert Path("sums.csv").read_text().splitlines()[1] == "south,5.25"
"""


class Answers:
    """Code and tests; whatever else is asked waits for ever, or gets no answer once `released`."""

    def __init__(self, *, released: bool) -> None:
        self.released = released
        self.waiting = threading.Event()

    def __call__(self, request: Request) -> Reply:
        kind = question_of(request)
        if kind == "tests":
            return Reply(f"```python path=test_solution.py\n{TESTS}```\n")
        if kind == "code":
            return Reply(f"```python path=solution.py\n{CODE}```\n")
        self.waiting.set()
        return Reply(status=500, error={"message": "nothing to say"}) if self.released else hang()


async def ask(client: httpx.AsyncClient) -> str:
    upload = await client.post("/artifacts/upload", files={"file": ("orders.csv", ORDERS)})
    body = {"prompt": PROMPT, "context_artifacts": [upload.json()["artifact_id"]]}
    return (await client.post("/execute", json=body)).json()["execution_id"]


async def check(client: httpx.AsyncClient, execution: dict[str, Any]) -> None:
    assert execution["code"] == CODE, execution
    assert [one["name"] for one in execution["outputs"]] == ["chart.png", "sums.csv"]
    assert [one["has_thumbnail"] for one in execution["outputs"]] == [True, False]
    chart, table = [one["artifact_id"] for one in execution["outputs"]]
    content = (await client.get(f"/artifacts/{table}/download")).content
    assert content.split() == [b"north,12.600000000000001", b"south,5.25"]
    small = await client.get(f"/artifacts/{chart}/thumbnail")
    assert (small.status_code, small.headers["Content-Type"]) == (200, "image/png")
    assert struct.unpack(">II", small.content[16:24]) == (256, 128)
    assert (await client.get(f"/artifacts/{table}/thumbnail")).status_code == 404
    listed = (await client.get("/artifacts", params={"type": "output"})).json()
    assert listed["total"] == 2
    for name in (chart, table):
        assert (await client.delete(f"/artifacts/{name}")).status_code == 204


@pytest.mark.parametrize("killed", [False, True])
async def test_what_code_draws_and_writes_is_there(
    start_engine: Callable[..., EngineProcess], killed: bool
) -> None:
    answers = Answers(released=not killed)
    with ScriptedModel(answers) as model:
        started = start_engine({}, **model.environ)
        async with started.client() as client:
            name = await ask(client)
            if killed:
                # It waits for a second opinion on what is judged by now.
                assert await asyncio.to_thread(answers.waiting.wait, 120)
                assert (await client.get(f"/execute/{name}/attempts")).json()["attempts"]
        if killed:
            answers.released = True
            started.kill()
            started.start()
        async with started.client() as client:
            await check(client, await started.finish(client, name))
