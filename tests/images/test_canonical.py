"""Equal values give equal text and different values different text."""

from __future__ import annotations

import json
from collections import OrderedDict, namedtuple

import numpy as np
import pandas as pd
import pytest
from canonical import MAX_CHARACTERS, canonical

DISTINCT = [
    None,
    True,
    1,
    1.0,
    -0.0,
    0.0,
    float("nan"),
    float("inf"),
    1 + 0j,
    "1",
    b"1",
    bytearray(b"1"),
    "",
    [],
    (),
    {},
    set(),
    frozenset(),
    range(1),
    [1],
    (1,),
    {1: 2},
    {1},
    frozenset({1}),
    {"1": 2},
    [[1]],
    {"int": "1"},
    {"tuple": [1]},
    "None",
    10**5000,
]


def test_every_value_has_a_text_of_its_own() -> None:
    texts = [canonical(value) for value in DISTINCT]
    assert len(set(texts)) == len(DISTINCT)
    for text in texts:
        json.loads(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({3, 1, 2}, {2, 3, 1}),
        ({(1, 2): [3]}, OrderedDict({(1, 2): [3]})),
        (float("nan"), float("nan")),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (namedtuple("Point", "x y")(1, 2), (1, 2)),
        (np.array([[1, 2]]), np.array([[1, 2]], dtype="int32")),
        (pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})),
    ],
)
def test_equal_values_have_equal_texts(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array([1, 2]), [1, 2]),
        (np.zeros((2, 1)), np.zeros((1, 2))),
        (pd.Series([1], name="a"), pd.Series([1], name="b")),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})),
        (pd.DataFrame({"a": [1]}, index=[5]), pd.DataFrame({"a": [1]})),
        (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")),
    ],
)
def test_library_values_are_told_apart(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)


def test_a_long_value_is_its_digest() -> None:
    text = canonical("x" * MAX_CHARACTERS)
    assert set(json.loads(text)) == {"sha256", "characters"}
    assert text != canonical("y" * MAX_CHARACTERS)


def test_a_value_that_cannot_be_looked_at() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    endless: list[object] = []
    endless.append(endless)
    assert json.loads(canonical(Broken()))["unreadable"] == "RuntimeError"
    assert "deeper" in canonical(endless)
