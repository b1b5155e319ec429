from __future__ import annotations

import asyncio

import pytest

from jupyter_coding_agent.core.errors import ImageMissing, RunnerUnavailable
from jupyter_coding_agent.runner.backends.protocol import Container, ContainerSpec
from jupyter_coding_agent.runner.pool import Pool, shrink
from tests.runner.fakes import FakeBackend, settle, spec


class Shelf:
    """A pool over the fake engine."""

    def __init__(self, concurrency: int = 2) -> None:
        self.backend = FakeBackend()
        self.discarded: list[Container] = []
        self.started = 0
        self.pool = Pool(self._start, self.discarded.append, concurrency)

    async def _start(self, spec: ContainerSpec) -> Container:
        self.started += 1
        return await self.backend.start(spec, f"c{self.started}")


@pytest.mark.parametrize(
    ("budget", "fitting"),
    [
        (512, {"plain": 2, "data": 1, "plot": 1}),
        (430, {"plain": 1, "data": 1, "plot": 1}),
        (320, {"plain": 2, "data": 1}),
        (240, {"plain": 1, "data": 1}),
        (190, {"plain": 2}),
        (80, {"plain": 1}),
        (10, {}),
    ],
)
def test_the_budget_shrinks_the_pool(budget: int, fitting: dict[str, int]) -> None:
    assert shrink({"plain": 2, "data": 1, "plot": 1}, budget) == fitting


async def test_fills_in_the_background_and_refills_what_is_taken() -> None:
    shelf = Shelf()
    shelf.pool.aim({spec(): 2})
    await settle()
    assert shelf.pool.idle() == {"plain": 2}
    first, second, third = [await shelf.pool.take(spec()) for _ in range(3)]
    assert len({first.id, second.id, third.id}) == 3
    await settle()
    assert shelf.pool.idle() == {"plain": 2}
    assert (shelf.started, shelf.discarded) == (5, [])


async def test_waiting_until_it_is_full() -> None:
    shelf = Shelf()
    shelf.backend.gate.clear()
    shelf.pool.aim({spec(): 2, spec(flavor="data"): 1})
    full = asyncio.ensure_future(shelf.pool.filled())
    await settle()
    assert not full.done()
    shelf.backend.gate.set()
    await full
    assert shelf.pool.idle() == {"plain": 2, "data": 1}


async def test_starts_are_bounded_and_who_waits_comes_first() -> None:
    shelf = Shelf(concurrency=2)
    shelf.backend.gate.clear()
    shelf.pool.aim({spec(flavor="data"): 3})
    takes = [asyncio.ensure_future(shelf.pool.take(spec())) for _ in range(4)]
    await settle()
    assert shelf.backend.most_concurrent == 2
    shelf.backend.gate.set()
    await asyncio.gather(*takes)
    await settle()
    assert [started.flavor for started in shelf.backend.specs[2:6]] == ["plain"] * 4
    assert shelf.pool.idle() == {"data": 3}
    assert shelf.backend.most_concurrent == 2


async def test_a_spec_that_is_not_kept_is_started_cold() -> None:
    shelf = Shelf()
    container = await shelf.pool.take(spec(memory_mb=5))
    assert container.spec.memory_mb == 5
    assert shelf.pool.idle() == {}


async def test_one_that_ends_on_the_shelf_is_replaced() -> None:
    shelf = Shelf()
    shelf.pool.aim({spec(): 1})
    await settle()
    shelf.backend.channels[0].end()
    await settle()
    assert [container.id for container in shelf.discarded] == ["c1"]
    assert (await shelf.pool.take(spec())).id == "c2"


async def test_one_that_has_just_ended_is_not_handed_out() -> None:
    shelf = Shelf()
    shelf.pool.aim({spec(): 1})
    await settle()
    shelf.backend.channels[0].end()
    assert (await shelf.pool.take(spec())).id != "c1"


async def test_one_that_ends_while_it_is_used_is_none_of_its_business() -> None:
    shelf = Shelf()
    (await shelf.pool.take(spec())).channel.close()
    await settle()
    assert shelf.discarded == []


async def test_a_failing_start_fails_all_who_wait_for_it() -> None:
    shelf = Shelf(concurrency=1)
    shelf.backend.gate.clear()
    shelf.backend.failing_starts = 1
    takes = [asyncio.ensure_future(shelf.pool.take(spec())) for _ in range(3)]
    await settle()
    shelf.backend.gate.set()
    found = await asyncio.gather(*takes, return_exceptions=True)
    assert [type(error) for error in found] == [RunnerUnavailable] * 3
    assert (await shelf.pool.take(spec())).id == "c2"


async def test_who_comes_after_a_failing_start_began_gets_another() -> None:
    shelf = Shelf()
    shelf.backend.gate.clear()
    shelf.backend.failing_starts = 1
    early = asyncio.ensure_future(shelf.pool.take(spec()))
    await settle()
    shelf.pool.aim({spec(): 0})
    late = asyncio.ensure_future(shelf.pool.take(spec()))
    early.cancel()
    await settle()
    shelf.backend.gate.set()
    assert (await late).id == "c2"


async def test_the_shelf_is_tried_again_after_failures() -> None:
    shelf = Shelf()
    shelf.backend.failing_starts = 1
    shelf.pool.aim({spec(): 1})
    await settle()
    assert shelf.pool.idle() == {"plain": 1}


async def test_a_missing_image_is_told_and_not_tried_in_a_loop() -> None:
    shelf = Shelf()
    shelf.backend.present = {"other": (await _other_image())}
    shelf.pool.aim({spec(): 1})
    with pytest.raises(ImageMissing):
        await shelf.pool.take(spec())
    await settle()
    assert shelf.started <= 3


async def _other_image():  # type: ignore[no-untyped-def]  # only a value
    backend = FakeBackend()
    await backend.import_image([], "other")
    return backend.present["other"]


async def test_a_cancelled_wait_gives_back() -> None:
    shelf = Shelf()
    shelf.backend.gate.clear()
    waiting = asyncio.ensure_future(shelf.pool.take(spec()))
    await settle()
    waiting.cancel()
    await settle()
    shelf.backend.gate.set()
    await settle()
    assert [container.id for container in shelf.discarded] == ["c1"]


async def test_aiming_elsewhere_discards() -> None:
    shelf = Shelf()
    shelf.pool.aim({spec(): 2})
    await settle()
    shelf.pool.aim({spec(flavor="data"): 1})
    await settle()
    assert len(shelf.discarded) == 2
    assert shelf.pool.idle() == {"data": 1}


async def test_closing_discards_and_ends_waits() -> None:
    shelf = Shelf()
    shelf.pool.aim({spec(): 1})
    await settle()
    shelf.backend.gate.clear()
    waiting = asyncio.ensure_future(shelf.pool.take(spec(flavor="data")))
    await settle()
    await shelf.pool.close()
    assert [container.id for container in shelf.discarded] == ["c1"]
    with pytest.raises(asyncio.CancelledError):
        await waiting
