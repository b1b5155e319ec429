"""Idle means: nothing in use for so long without a break."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.core.activity import Activity


async def test_it_waits_until_everything_has_ended():
    activity = Activity()
    activity.begin()
    activity.begin()
    idle = asyncio.create_task(activity.idle_for(0))
    activity.end()
    await asyncio.wait({idle}, timeout=0.02)
    assert not idle.done()
    activity.end()
    await asyncio.wait_for(idle, 5)


async def test_a_use_in_between_starts_the_time_anew():
    activity, loop = Activity(), asyncio.get_running_loop()
    started = loop.time()
    loop.call_later(0.05, lambda: [activity.begin(), activity.end()])
    await activity.idle_for(0.1)
    assert loop.time() - started >= 0.149


async def test_a_use_ends_when_its_block_fails():
    activity = Activity()
    with pytest.raises(ZeroDivisionError), activity.use():
        assert not activity.idle
        raise ZeroDivisionError
    assert activity.idle
