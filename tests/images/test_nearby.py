"""Calls beside those that the tests made."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from agent_sandbox.nearby import MOST_NUMBERS, MOST_REPLAYS, Nearby, numbers_in

CALLS: list[tuple[Any, ...]] = []
NEARBY: list[Nearby] = []


def begin() -> None:
    """What the observer does when a function is entered."""
    NEARBY[-1].note(sys._getframe(1))


def f(a, b=None):
    CALLS.append((copy.deepcopy(a), b))
    begin()
    if isinstance(a, list):
        a.append("changed")


def g(*values):
    begin()


def make(*calls: Callable[[], object], numbers: tuple[float, ...] = ()) -> list[tuple[Any, ...]]:
    """Note these calls; returns the arguments of the replays."""
    NEARBY.append(Nearby(numbers))
    for call in calls:
        call()
    CALLS.clear()
    for replay in list(NEARBY[-1].replays()):
        replay()
    return list(CALLS)


def test_numbers_get_neighbours_and_those_that_the_code_mentions() -> None:
    assert [a for a, _ in make(lambda: f(7), numbers=(50,))] == [8, 6, 0, -7, 50, 51, 49]
    assert 2.5 in [a for a, _ in make(lambda: f(1.5))]
    assert make(lambda: f(True)) == [(False, None)]


@pytest.mark.parametrize(
    ("value", "others"),
    [
        ("ab", ["", "a", "abab", "AB", "ba", " ab "]),
        ([3, 1], [[], [3], [1, 3], [3, 3, 1], [4, 1], [2, 1], [0, 1], [-3, 1]]),
        ({"a": 1}, [{}]),
        (None, []),
    ],
)
def test_other_values_get_neighbours_of_their_kind(value: Any, others: list[Any]) -> None:
    found = [a for a, _ in make(lambda: f(value))]
    assert found == others


def test_tables_get_other_rows() -> None:
    found = make(lambda: f(pd.DataFrame({"a": [1, 2]})))
    assert [frame["a"].tolist() for frame, _ in found] == [[], [1], [2, 1], [1, 1, 2]]


def test_one_argument_is_changed_at_a_time_and_nothing_twice() -> None:
    found = make(lambda: f(0, 0), lambda: f(0, 0), lambda: f(1, 0))
    assert len(found) == len(set(found))
    assert (1, 0) in found and (0, 1) in found and (1, 1) in found


def test_arguments_are_those_of_the_beginning() -> None:
    assert make(lambda: f([], 1)) == [([], 1), ([], 2), ([], 0), ([], -1)]


def test_what_is_not_plain_is_not_called_again() -> None:
    def inner(a):
        begin()

    endless: list[Any] = []
    endless.append(endless)
    assert (
        make(lambda: f(object()), lambda: f(endless), lambda: f([1] * 1000), lambda: g(1), lambda: inner(1))
        == []
    )


def test_there_is_an_end_to_it() -> None:
    calls = [lambda n=n: f(n * 100, n * 1000) for n in range(30)]
    found = make(*calls, numbers=tuple(range(200, 400, 7)))
    assert len(found) == MOST_REPLAYS
    assert not NEARBY[-1].wants(f.__code__)


def test_compared_numbers_come_first(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        f"TABLE = {list(range(100, 200))}\nx = y < 4000\nz = 'text' == True\nbig = 1 > 10**9 > 999999\n"
    )
    found = numbers_in(str(path))
    assert found[:3] == [4000, 1, 10] and len(found) == MOST_NUMBERS and 999999 not in found
    path.write_bytes(b"\0")
    assert numbers_in(str(path)) == []
