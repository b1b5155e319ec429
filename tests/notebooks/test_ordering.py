from __future__ import annotations

import pytest

from jupyter_coding_agent.notebooks.ordering import as_recorded, by_names
from jupyter_coding_agent.notebooks.reading import Reading


@pytest.mark.parametrize(
    ("sources", "order"),
    [
        (["print(x)", "x = 1"], [1, 0]),
        (["import math", "y = f(x)", "z = 0", "x = 1", "def f(a): return a"], [0, 2, 3, 4, 1]),
        (["x = 1", "print(x)"], None),
        (["a = b", "b = a"], None),
        # What uses the first value of x stays above what makes the second.
        (["x = 1", "y = x", "x = 2", "w = v + x", "v = 1"], [0, 1, 2, 4, 3]),
        (["df['b'] = df['a']", "df = load()", "print(df)", "def load(): ..."], [3, 1, 0, 2]),
    ],
)
def test_the_order_that_names_ask_for(sources: list[str], order: list[int] | None):
    assert by_names(Reading(sources)) == order


@pytest.mark.parametrize(
    ("counts", "order"),
    [
        ([3, 1, 2], [1, 2, 0]),
        ([1, 2, 3], None),
        ([2, None, 1], [2, 0, 1]),
        ([None, None], None),
        ([1, 1, 2], None),
        ([5], None),
    ],
)
def test_the_order_that_was_recorded(counts: list[int | None], order: list[int] | None):
    assert as_recorded(counts) == order
