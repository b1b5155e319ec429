from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import QuotaExceeded
from jupyter_coding_agent.policy.rate import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_one_by_one_as_told():
    clock = Clock()
    limit = RateLimit(6, clock)
    for _ in range(6):
        limit.admit("ada")
    with pytest.raises(QuotaExceeded, match="6 requests a minute") as refused:
        limit.admit("ada")
    assert refused.value.retry_after == 10
    clock.now += refused.value.retry_after - 0.5
    with pytest.raises(QuotaExceeded) as again:
        limit.admit("ada")
    assert again.value.retry_after == 1
    clock.now += again.value.retry_after
    limit.admit("ada")
    with pytest.raises(QuotaExceeded):
        limit.admit("ada")


def test_one_user_does_not_use_up_anothers():
    limit = RateLimit(1, Clock())
    limit.admit("ada")
    limit.admit("bob")
    with pytest.raises(QuotaExceeded):
        limit.admit("ada")


def test_waiting_long_saves_up_no_more_than_a_minutes():
    clock = Clock()
    limit = RateLimit(2, clock)
    limit.admit("ada")
    clock.now += 100_000
    limit.admit("ada")
    limit.admit("ada")
    with pytest.raises(QuotaExceeded):
        limit.admit("ada")


def test_nought_limits_nothing():
    limit = RateLimit(0, Clock())
    for _ in range(1000):
        limit.admit("ada")


def test_many_users_are_not_remembered_for_ever_and_none_of_them_gains_by_it():
    clock = Clock()
    limit = RateLimit(60, clock)
    for number in range(1000):
        limit.admit(f"early {number}")
    clock.now += 60
    for _ in range(60):
        limit.admit("greedy")
    for number in range(2000):
        limit.admit(f"late {number}")
    with pytest.raises(QuotaExceeded):
        limit.admit("greedy")
    assert len(limit._buckets) < 2100
