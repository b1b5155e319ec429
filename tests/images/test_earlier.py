"""Which statements of the cells before a cell run again."""

from __future__ import annotations

import pytest
from agent_sandbox.earlier import statements_of


def chosen(*cells: str, cell: str, carried: str = "", missing: str = "") -> list[str]:
    """The first line of each statement that runs again."""
    found = statements_of(cells, frozenset(carried.split()), frozenset(missing.split()), cell.encode())
    return [cells[one.cell - 1].splitlines()[one.line - 1] for one in found]


@pytest.mark.parametrize(
    ("source", "again"),
    [
        ("df = read()", []),
        ("df['x'] = 1", []),
        ("df.drop(columns='a', inplace=True)", []),
        ("for name in df:\n    df[name] = 0", []),
        ("df, model = load()", ["df, model = load()"]),
        ("df += 1", []),
        ("del df", []),
        ("def clean(df):\n    return df", ["def clean(df):"]),
        ("model = fit(df)", ["model = fit(df)"]),
        ("settings.set_option('x', 1)", ["settings.set_option('x', 1)"]),
        ("unneeded = open('file')", []),
        ("import pandas as pd, math", []),
        ("from math import pi", ["from math import pi"]),
    ],
)
def test_what_makes_only_carried_values_does_not(source, again):
    assert chosen(source, cell="clean(df, model, pi)", carried="df") == again


def test_what_a_function_uses_is_needed_wherever_it_stands():
    cells = ["def area(r):\n    return pi * r * FACTOR", "FACTOR = scale * 2\nscale = 3\nother = 1"]
    assert chosen(*cells, cell="area(1)") == ["def area(r):", "FACTOR = scale * 2", "scale = 3"]


@pytest.mark.parametrize("cell", ["globals()['x']", "eval('x')", "def ("])
def test_everything_runs_where_any_name_may_be_used(cell):
    assert chosen("x = 1", cell=cell) == ["x = 1"]


def test_what_may_fail():
    found = statements_of(
        ["conn = connect()\nprint(1)\nrows['a'] = 1\nn = 1"],
        frozenset(),
        frozenset(["conn"]),
        b"conn, rows, n",
    )
    assert [(one.may_fail, sorted(one.binds)) for one in found] == [
        (True, ["conn"]),
        (True, []),
        (False, []),
        (False, ["n"]),
    ]


def test_magics_are_understood_and_what_is_no_python_is_told():
    assert chosen("%matplotlib inline\nx = 1", cell="x")[-1] == "x = 1"
    with pytest.raises(SyntaxError, match="cell 1 before it"):
        chosen("def (", cell="x")
