"""Packages: installed with network into a layer, then used without, on the real engine and the real index."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import RunnerUnavailable, Unprocessable
from jupyter_coding_agent.runner.backends.protocol import BASE_LABEL
from jupyter_coding_agent.runner.layers import layer_tag
from jupyter_coding_agent.runner.settings import RunnerSettings
from tests.engine import Engine, MakeRunner, job, new_owner

pytestmark = pytest.mark.engine

PACKAGE = "humanize==4.9.0"
USES_IT = "from humanize import intcomma\n\ndef test_it():\n    assert intcomma(12345) == '12,345'\n"


async def test_installed_once_then_used_without_network(engine: Engine, make_runner: MakeRunner) -> None:
    owner = new_owner()
    runner = make_runner(owner, warm_plain=0, warm_data=0, warm_plot=0)
    digest = await runner.image_digest("python")
    tag = layer_tag([PACKAGE], digest)
    await asyncio.to_thread(_forget, engine, tag)
    said: list[str] = []

    async def say(sentence: str) -> None:
        said.append(sentence)

    found = await asyncio.gather(*(runner.install("python", [PACKAGE], say) for _ in range(3)))
    assert set(found) == {tag}
    assert sum("Successfully installed humanize" in line for line in said) == 1

    run = await runner.run_tests(job("", USES_IT, requirements=[PACKAGE]))
    assert [report.outcome for report in run.reports] == ["passed"]
    assert (run.isolation.image, run.isolation.network) == (tag, "none")
    assert await engine.empties(owner, "install")

    image = await asyncio.to_thread(engine.client.images.get, tag)
    assert image.labels[BASE_LABEL] == digest
    assert owner not in str(image.attrs["Config"]) + str(image.history())
    _assert_no_certificates(engine, image)
    await asyncio.to_thread(_forget, engine, tag)


def _assert_no_certificates(engine: Engine, image: Any) -> None:
    """The bundle went in by a file in memory: nothing of it is in the image."""
    settings = RunnerSettings()
    if settings.ca_bundle:
        listing = engine.client.containers.run(image.id, ["find", "/work", "/tmp"], remove=True).decode()
        assert listing.split() == ["/work", "/tmp"]
        assert "CERTIFICATE" not in str(image.history())


def _forget(engine: Engine, tag: str) -> None:
    if tag in [name for image in engine.client.images.list() for name in image.tags]:
        engine.client.images.remove(tag)


async def test_a_package_that_does_not_exist(engine: Engine, make_runner: MakeRunner) -> None:
    owner = new_owner()
    runner = make_runner(owner)
    with pytest.raises(Unprocessable, match="No matching distribution found for no-such-package-at-all"):
        await runner.install("python", ["no-such-package-at-all"])
    assert await engine.empties(owner, "install")


async def test_an_index_that_is_out_of_reach_is_not_the_packages_fault(make_runner: MakeRunner) -> None:
    runner = make_runner(install_network="none")
    with pytest.raises(RunnerUnavailable, match="can't be reached"):
        await runner.install("python", ["no-such-package-at-all"])
