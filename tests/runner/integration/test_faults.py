"""Engines that die, containers that vanish, a container engine that stops: nothing is lost, nothing stays."""

from __future__ import annotations

import asyncio
import functools
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import RunnerUnavailable
from tests.engine import Engine, MakeRunner, add_job, job, new_owner
from tests.runner.integration.proxy import Proxy

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
SLEEP = "import time\n\ndef test_it():\n    time.sleep(1000)\n"


async def test_a_killed_owner_is_cleared_up_after_and_nobody_else(
    engine: Engine, make_runner: MakeRunner
) -> None:
    owner, neighbour = new_owner(), new_owner()
    beside = make_runner(neighbour, warm_plain=1, warm_data=0, warm_plot=0)
    assert (await beside.run_tests(add_job())).exit.reason == "finished"
    assert await engine.settles(lambda: len(engine.containers(neighbour)) == 2)
    kept = {container.id for container in engine.containers(neighbour)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.runner.integration.owner", owner], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == b"owning\n"
        process.send_signal(signal.SIGKILL)
    left = {container.id for container in engine.containers(owner)}
    assert len(left) >= 2

    successor = make_runner(owner, warm_plain=0, warm_data=0, warm_plot=0)
    assert (await successor.run_tests(add_job())).exit.reason == "finished"

    assert await engine.empties(owner, "test")
    assert not left & {container.id for container in engine.containers(owner)}
    assert {container.id for container in engine.containers(neighbour)} == kept
    assert (await beside.run_tests(add_job())).exit.reason == "finished"


async def test_an_idle_container_that_vanishes_is_replaced(engine: Engine, make_runner: MakeRunner) -> None:
    owner = new_owner()
    runner = make_runner(owner, warm_plain=1, warm_data=0, warm_plot=0)
    await runner.wait_until_warm()
    (first,) = engine.containers(owner, "test")
    await asyncio.to_thread(first.kill)
    assert await engine.settles(
        lambda: first.id not in {c.id for c in engine.containers(owner, "test")} != set()
    )
    assert (await runner.run_tests(add_job())).exit.reason == "finished"


async def test_closing_removes_everything(engine: Engine, make_runner: MakeRunner) -> None:
    owner = new_owner()
    runner = make_runner(owner, warm_plain=2, warm_data=1, warm_plot=0)
    await runner.wait_until_warm()
    assert len(engine.containers(owner)) == 4
    await runner.close()
    assert engine.containers(owner) == []


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    stands_before = Proxy(tmp_path / "engine.sock")
    yield stands_before
    await stands_before.cut()


@pytest.fixture
def make_behind(proxy: Proxy, make_runner: MakeRunner) -> MakeRunner:
    """Makes runners behind the proxy, which stands until they have cleared up."""
    return functools.partial(make_runner, docker_host=proxy.address, warm_plain=1, warm_data=0, warm_plot=0)


async def test_no_engine_at_first_then_one(engine: Engine, proxy: Proxy, make_behind: MakeRunner) -> None:
    runner = make_behind()
    runner.warm()
    with pytest.raises(RunnerUnavailable, match="does not answer"):
        await runner.run_tests(add_job())
    status = await runner.status()
    assert (status.state, status.images) == ("missing", [])
    assert "start it" in status.sentence
    await proxy.mend()
    assert (await runner.run_tests(add_job())).exit.reason == "finished"
    assert (await runner.status()).state == "ok"


async def test_engine_stops_during_a_run_and_comes_back(
    engine: Engine, proxy: Proxy, make_behind: MakeRunner
) -> None:
    await proxy.mend()
    owner = new_owner()
    runner = make_behind(owner)
    running = asyncio.ensure_future(runner.run_tests(job("", SLEEP)))
    assert await engine.settles(lambda: len(engine.containers(owner, "test")) == 2)
    lost = {container.id for container in engine.containers(owner)}
    await proxy.cut()
    with pytest.raises(RunnerUnavailable):
        await running
    with pytest.raises(RunnerUnavailable):
        await runner.run_tests(add_job())
    assert (await runner.status()).state == "missing"

    await proxy.mend()
    assert (await runner.run_tests(add_job())).exit.reason == "finished"
    assert (await runner.status()).state == "ok"
    assert await engine.settles(lambda: not lost & {c.id for c in engine.containers(owner)})
    await runner.close()
    assert await engine.empties(owner)


async def test_pool_refills_by_itself_after_the_engine_was_away(
    engine: Engine, proxy: Proxy, make_behind: MakeRunner
) -> None:
    await proxy.mend()
    owner = new_owner()
    runner = make_behind(owner)
    await runner.wait_until_warm()
    (lost,) = engine.containers(owner, "test")
    await proxy.cut()
    assert await engine.settles(lambda: lost.id in {c.id for c in engine.containers(owner, "test")})
    await proxy.mend()
    assert await engine.settles(
        lambda: [c.id for c in engine.containers(owner, "test")] not in ([], [lost.id]), within=15
    )
    assert await engine.settles(lambda: len(engine.containers(owner, "test")) == 1, within=15)
