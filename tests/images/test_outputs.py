"""Two runs that gave out the same have one digest, and what can't be compared has none."""

from __future__ import annotations

import datetime
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from agent_sandbox.outputs import MAX_VALUES, Outputs
from agent_sandbox.workspace import ROOT


def digest(*values: Any) -> str:
    outputs = Outputs()
    for value in values:
        outputs.add("f", value)
    return outputs.digest


@pytest.fixture
def own() -> Any:
    """Makes objects of a class whose module lies among the job's files."""
    module = ModuleType("job_module")
    module.__file__ = f"{ROOT}/job_module.py"
    sys.modules["job_module"] = module

    class Own:
        __module__ = "job_module"
        __slots__ = ("__dict__", "slot")

        def __init__(self, slot: Any, **values: Any) -> None:
            self.slot = slot
            self.__dict__.update(values)

        def __repr__(self) -> str:
            return "always the same"

    yield Own
    del sys.modules["job_module"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        ({1}, frozenset({1})),
        (ValueError("a"), ValueError("b")),
        (ValueError("a"), TypeError("a")),
        (Decimal("1.0"), Decimal("1.00")),
        (datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)),
        (Path("a"), Path("b")),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([[1, 2]]), np.array([[1], [2]])),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
        (pd.Series([1], index=[0]), pd.Series([1], index=[1])),
        (len, max),
    ],
)
def test_differences_show(one: Any, other: Any) -> None:
    assert digest(one) != digest(other) != ""
    assert digest([{"x": one}]) != digest([{"x": other}])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}),
        ({"x", "y", "z"}, {"z", "y", "x"}),
        (np.float64(1.5), np.float64(1.5)),
        (pd.DataFrame({"a": [1.5, None]}), pd.DataFrame({"a": [1.5, None]})),
        ("\ud800", "\ud800"),
    ],
)
def test_equal_values_look_the_same(one: Any, other: Any) -> None:
    assert digest(one) == digest(other) != ""


def test_the_jobs_own_objects_are_opened(own: Any) -> None:
    assert digest(own(1, a=1)) == digest(own(1, a=1)) != ""
    assert len({digest(own(1, a=1)), digest(own(1, a=2)), digest(own(2, a=1))}) == 3


def test_order_and_origin_matter() -> None:
    assert digest(1, 2) != digest(2, 1)
    outputs = Outputs()
    outputs.add("g", 1)
    assert outputs.digest != digest(1)


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


class Evil(dict):
    def items(self) -> Any:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [object(), map(str, [1]), iter([1]), endless(), Evil(), list(range(100_000)), np.zeros(100_000), sys.__stdout__],
)  # fmt: skip
def test_what_can_not_be_compared_gives_no_digest(value: Any) -> None:
    assert digest(1, value, 2) == ""


def test_only_so_many_values_are_taken() -> None:
    outputs = Outputs()
    assert all(outputs.add("f", number) for number in range(MAX_VALUES))
    known = outputs.digest
    assert not outputs.add("f", 0)
    assert outputs.digest == known != ""


def test_being_blind_is_for_good() -> None:
    outputs = Outputs()
    outputs.blind()
    assert not outputs.add("f", 1)
    assert outputs.digest == ""
