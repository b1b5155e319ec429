from __future__ import annotations

import pytest

from jupyter_coding_agent.magics.dataflow import MAX_CELLS, CellNames, cells_behind, names_of


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import numpy as np, os.path\nfrom a import b as c", CellNames({"np", "os", "c"})),
        ("x = y + 1", CellNames({"x"}, set(), {"y"})),
        ("x = 1\ny = x", CellNames({"x", "y"})),
        ("y = x\nx = 1", CellNames({"x", "y"}, set(), {"x"})),
        ("x += 1", CellNames({"x"}, set(), {"x"})),
        (
            "def f(a, *b, c=d):\n    e = a\n    return e + g + h\nh = 1",
            CellNames({"f", "h"}, set(), {"d", "g"}),
        ),
        ("class A(B):\n    x = y", CellNames({"A"}, set(), {"B", "y"})),
        ("df['a'].b[0] = z", CellNames(set(), {"df"}, {"df", "z"})),
        ("del df['a']", CellNames(set(), {"df"}, {"df"})),
        ("rows.append(x)", CellNames(set(), {"rows"}, {"rows", "x"})),
        ("d['a'].b.update(x=1)", CellNames(set(), {"d"}, {"d"})),
        ("if x:\n    df.insert(0, 'a', x)", CellNames(set(), {"df"}, {"df", "x"})),
        ("df.dropna(inplace=True)", CellNames(set(), {"df"}, {"df"})),
        ("await queue.put(x)", CellNames(set(), {"queue"}, {"queue", "x"})),
        ("rows = []\nrows.append(1)", CellNames({"rows"}, {"rows"})),
        # What is only looked at, or whose value is taken, stays as it is.
        ("os.remove(x)", CellNames(set(), set(), {"os", "x"})),
        ("os.environ.update(x)", CellNames(set(), {"os"}, {"os", "x"})),
        ("df.head()\nplt.show()", CellNames(set(), set(), {"df", "plt"})),
        ("df.dropna(inplace=False)", CellNames(set(), set(), {"df"})),
        ("more = df.add(x)", CellNames({"more"}, set(), {"df", "x"})),
        ("make().append(x)\n'a'.update(x)", CellNames(set(), set(), {"make", "x"})),
        ("z = [i for i in xs if (lambda q: q)(i)]", CellNames({"z"}, set(), {"xs"})),
        ("for i in xs:\n    def g(): ...", CellNames({"i", "g"}, set(), {"xs"})),
        (
            "with open(p) as f:\n    t = f.read()",
            CellNames({"f", "t"}, set(), {"open", "p"}),
        ),
        (
            "try:\n    x = y\nexcept E as e:\n    x = e\nelse:\n    while x: x = z",
            CellNames({"x", "e"}, set(), {"y", "E", "z"}),
        ),
        ("%time x = 1\n!ls\ny = 2", CellNames({"x", "y"})),
        ("%%time\nx = 1", CellNames({"x"})),
        ("%%agent\nx = 1", CellNames()),
        ("not python (", CellNames()),
        ("x = 1\0", CellNames()),
    ],
)
def test_names_of_a_cell(source: str, names: CellNames):
    assert names_of(source) == names


def test_cells_that_define_and_change_what_is_used_and_what_those_use():
    cells = [
        "",
        "import pandas as pd",
        "def load():\n    return pd.DataFrame()",
        "df = 1",
        "df = load()",
        "%%agent\ndf = 2",
        "other = df",
        "df['new'] = 1",
        "not python at all (",
    ]
    known = {"pd", "load", "df", "other"}
    assert cells_behind(["df"], cells, known) == [cells[1], cells[2], cells[4], cells[7]]


def test_what_alters_in_place_is_built_on_and_what_only_looks_is_not():
    cells = ["", "rows = []", "rows.append(1)", "rows.count(1)", "print(rows)", "rows.sort()"]
    assert cells_behind(["rows"], cells, {"rows"}) == [cells[1], cells[2], cells[5]]


def test_names_that_the_notebook_does_not_have_are_left_out():
    assert cells_behind(["x"], ["y = 1", "x = y"], {"x"}) == ["x = y"]


def test_only_so_many_cells_are_taken():
    cells = [f"x{i} = x{i - 1}" for i in range(1, 40)]
    assert len(cells_behind(["x39"], cells, {f"x{i}" for i in range(40)})) == MAX_CELLS


def test_only_so_much_text_is_taken():
    cells = ["x = '" + "a" * 30_000 + "'", "y = 1"]
    assert cells_behind(["x", "y"], cells, {"x", "y"}) == ["y = 1"]
