"""The daily task, over a scripted clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.retention.service import FIRST_SECONDS, LOOK_SECONDS, Retention

from .conftest import NOW


class Part:
    """Something that expires, or fails to."""

    def __init__(self, *answers: Mapping[str, int] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[datetime, bool]] = []

    async def expire(self, now: datetime, dry_run: bool) -> Mapping[str, int]:
        self.asked.append((now, dry_run))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer


class World:
    """A clock, and sleeps that end when the test says."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []
        self._asleep = asyncio.Event()
        self._wake = asyncio.Event()

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._asleep.set()
        await self._wake.wait()
        self._wake.clear()

    async def asleep(self) -> None:
        """Wait until somebody sleeps."""
        await self._asleep.wait()
        self._asleep.clear()

    async def passes(self, by: timedelta) -> None:
        """Move the clock, end the sleep, and wait for the next one."""
        self.now += by
        self._wake.set()
        await self.asleep()


async def test_what_went_is_counted_over_all_parts():
    one, other = Part({"executions": 2, "events": 3, "attempts": 0}), Part({"artifacts": 1, "events": 4})
    report = await Retention([one, other], clock=lambda: NOW).clean(dry_run=True)
    assert report.model_dump() == {
        "dry_run": True,
        "removed": {"artifacts": 1, "events": 7, "executions": 2},
        "problems": [],
    }
    assert one.asked == other.asked == [(NOW, True)]


async def test_a_part_that_fails_does_not_keep_the_others_from_it(caplog: pytest.LogCaptureFixture):
    parts = [Part(StorageUnavailable("The disk is full.")), Part(ValueError("secret")), Part({"mocks": 1})]
    report = await Retention(parts, clock=lambda: NOW).clean()
    assert report.removed == {"mocks": 1}
    full, fault = report.problems
    assert full == "The disk is full."
    assert "fault of the agent" in fault
    assert "secret" not in fault
    assert "secret" in caplog.text


@pytest.fixture
async def world() -> World:
    return World()


async def test_soon_after_the_start_and_then_once_a_day(world: World):
    part = Part()
    retention = Retention([part], clock=world.clock, sleep=world.sleep)
    retention.start()
    await world.asleep()
    assert part.asked == []
    for _ in range(49):
        await world.passes(timedelta(hours=1))
    await retention.close()
    hours = [(moment - NOW) / timedelta(hours=1) for moment, _ in part.asked]
    assert hours == [1, 25, 49]
    assert world.slept[:2] == [FIRST_SECONDS, LOOK_SECONDS]


async def test_after_a_long_sleep_of_the_machine_at_the_next_look(world: World):
    part = Part()
    retention = Retention([part], clock=world.clock, sleep=world.sleep)
    retention.start()
    await world.asleep()
    await world.passes(timedelta(0))
    await world.passes(timedelta(days=9))
    await retention.close()
    assert len(part.asked) == 2


async def test_a_clock_that_is_moved_back_does_not_stop_it(world: World):
    part = Part()
    retention = Retention([part], clock=world.clock, sleep=world.sleep)
    retention.start()
    await world.asleep()
    await world.passes(timedelta(0))
    await world.passes(-timedelta(days=4000))
    assert len(part.asked) == 2
    for _ in range(24):
        await world.passes(timedelta(hours=1))
    await retention.close()
    assert len(part.asked) == 3


async def test_it_goes_on_after_errors(world: World):
    part = Part(ValueError("broken"), StorageUnavailable("Full."), {"executions": 1})
    retention = Retention([part], clock=world.clock, sleep=world.sleep)
    retention.start()
    await world.asleep()
    for _ in range(3):
        await world.passes(timedelta(days=1))
    await retention.close()
    assert len(part.asked) == 3


async def test_closing_ends_what_is_under_way():
    reached, cancelled = asyncio.Event(), asyncio.Event()

    class Slow:
        async def expire(self, now: datetime, dry_run: bool) -> Mapping[str, int]:
            reached.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return {}

    async def no_sleep(seconds: float) -> None:
        pass

    retention = Retention([Slow()], sleep=no_sleep)
    retention.start()
    await reached.wait()
    await retention.close()
    assert cancelled.is_set()
    await Retention([]).close()
