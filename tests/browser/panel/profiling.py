"""What the panel's scripts cost a page: from a CPU profile, so that a busy machine is not taken for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from playwright.async_api import Page

OURS = "/extensions/jupyter-coding-agent/"
INTERVAL = 500
"""Microseconds between two samples."""
MOST = 4 * INTERVAL
"""What a sample counts for at most: where one is late, the page was not running, or the sampler was not."""
NOT_RUNNING = {"(idle)", "(root)"}


@dataclass
class Cost:
    """Of one profile, in milliseconds."""

    ours: float = 0.0
    """All that ran with a function of ours on the stack."""
    longest: float = 0.0
    """The longest stretch of it without a break."""
    longest_task: float = 0.0
    """The scripts of the longest stretch in which the page was not idle, where anything of ours was among them."""
    task: dict[str, float] = field(default_factory=dict)
    """The functions in it that took longest by themselves."""
    where: list[str] = field(default_factory=list)
    """Our functions in the longest stretch."""


@asynccontextmanager
async def profiled(page: Page) -> AsyncIterator[Cost]:
    """The cost of what happens in the block; to be read after it. A page may be loaded in it."""
    session = await page.context.new_cdp_session(page)
    await session.send("Profiler.enable")
    await session.send("Profiler.setSamplingInterval", {"interval": INTERVAL})
    await session.send("Profiler.start")
    cost = Cost()
    yield cost
    profile = (await session.send("Profiler.stop"))["profile"]
    await session.detach()
    _read(profile, cost)


def _read(profile: dict[str, Any], cost: Cost) -> None:
    nodes = {node["id"]: node for node in profile["nodes"]}
    parent = {child: node["id"] for node in profile["nodes"] for child in node.get("children", ())}
    ours: dict[int, str] = {}
    for name in nodes:
        at: int | None = name
        while at is not None and OURS not in nodes[at]["callFrame"]["url"]:
            at = parent.get(at)
        if at is not None:
            ours[name] = nodes[at]["callFrame"]["functionName"] or "(anonymous)"
    samples = [
        (sample, min(max(delta, 0), MOST) / 1000)
        for sample, delta in zip(profile["samples"], profile["timeDeltas"], strict=True)
    ]
    for running, group in groupby(
        samples, lambda one: nodes[one[0]]["callFrame"]["functionName"] not in NOT_RUNNING
    ):
        task = list(group)
        # Of what is not a script the profile can't tell work from waiting for a processor.
        took = sum(one for sample, one in task if nodes[sample]["callFrame"]["functionName"] != "(program)")
        if running and took > cost.longest_task and any(sample in ours for sample, _ in task):
            cost.longest_task = took
            cost.task = _by_function(nodes, task)
    for mine, group in groupby(samples, lambda one: one[0] in ours):
        if mine:
            stretch = list(group)
            took = sum(one for _, one in stretch)
            cost.ours += took
            if took > cost.longest:
                cost.longest = took
                cost.where = list(dict.fromkeys(ours[sample] for sample, _ in stretch))[:5]


def _by_function(nodes: dict[int, Any], samples: list[tuple[int, float]]) -> dict[str, float]:
    took: dict[str, float] = {}
    for sample, one in samples:
        frame = nodes[sample]["callFrame"]
        name = f"{frame['functionName'] or '(anonymous)'} {frame['url'].rsplit('/', 1)[-1][:12]}"
        took[name] = round(took.get(name, 0) + one, 1)
    return dict(sorted(took.items(), key=lambda item: -item[1])[:8])
