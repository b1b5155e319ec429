"""What surfaces of several tasks that fail."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.core.errors import AgentError, RunnerUnavailable
from jupyter_coding_agent.core.tasks import Turns, one_error


async def failing(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([ValueError("first"), KeyError("second")], ValueError),
        ([ValueError("first"), RunnerUnavailable("ours")], RunnerUnavailable),
    ],
)
async def test_one_error_surfaces_and_ours_before_others(errors, expected):
    with pytest.raises(expected):
        async with one_error(), asyncio.TaskGroup() as group:
            for error in errors:
                group.create_task(failing(error))


async def test_a_group_in_a_group_and_a_plain_error():
    with pytest.raises(AgentError, match="inner"):
        async with one_error():
            raise ExceptionGroup("outer", [ExceptionGroup("middle", [AgentError("inner")])])
    with pytest.raises(KeyError):
        async with one_error():
            raise KeyError("alone")


async def test_the_same_waits_and_other_things_do_not():
    turns, made, begun = Turns(), [], asyncio.Event()
    go_on = asyncio.Event()

    async def make(key: str) -> None:
        async with turns.of(key):
            if key not in made:
                begun.set()
                await go_on.wait()
                made.append(key)

    first, second = asyncio.create_task(make("a")), asyncio.create_task(make("a"))
    await begun.wait()
    async with asyncio.timeout(5), turns.of("b"):
        pass
    go_on.set()
    await asyncio.gather(first, second)
    assert made == ["a"]


async def test_who_is_cancelled_holds_nobody_up():
    turns, begun = Turns(), asyncio.Event()

    async def hold() -> None:
        async with turns.of("a"):
            begun.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await begun.wait()
    holding.cancel()
    async with turns.of("a"):
        pass
    with pytest.raises(asyncio.CancelledError):
        await holding
