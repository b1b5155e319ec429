from __future__ import annotations

import pytest

from jupyter_coding_agent.notebooks.reading import Missing, Reading


def test_a_name_comes_from_the_latest_cell_that_wrote_it():
    reading = Reading(["df = 1", "df = 2", "df['a'] = 3", "other = 4", "print(df)"])
    assert [reading.behind(index) for index in range(5)] == [[], [], [1], [], [1, 2]]


def test_a_function_needs_what_its_body_uses_where_it_is_called():
    reading = Reading(["def f():\n    return CONFIG", "g = 1", "f()", "CONFIG = 1", "f()"])
    assert reading.missing(0) == []
    assert reading.missing(2) == [Missing("CONFIG", (3,))]
    assert reading.missing(4) == []
    assert reading.behind(4) == [0, 3]


@pytest.mark.parametrize(
    "source",
    [
        "print(len(_), In, Out, _i3, get_ipython(), display)",
        "try:\n    1\nexcept ValueError as error:\n    print(error)",
        "def f():\n    try:\n        1\n    except OSError as e:\n        return e",
        "match 1:\n    case [a, *b]:\n        print(a, b)\n    case {'k': 1, **rest}:\n        print(rest)",
        "files = !ls\nprint(files)",
        "%time x = 1\nprint(x)",
        "if True:\n    !pip install a\n    x = 1\nx",
        "class A:\n    a = 1\n    b = a",
        "def f():\n    global made\n    made = 1\nf()\nmade",
        "from math import *\nsqrt(2)",
        "not python (",
        "nul = 1\0",
    ],
)
def test_what_is_there_is_not_missing(source: str):
    reading = Reading([source])
    assert (reading.missing(0), reading.never_defined(0)) == ([], [])


def test_what_only_a_deleted_cell_has_made_is_missing():
    reading = Reading(["y = gone + 1", "def f():\n    return lost"])
    assert reading.missing(0) == [Missing("gone", ())]
    assert reading.never_defined(1) == ["lost"]


def test_after_a_star_import_nobody_knows():
    reading = Reading(["from numpy import *", "a = array([1])", "b = later", "later = 1"])
    assert reading.missing(1) == []
    assert reading.missing(2) == [Missing("later", (3,))]


def test_packages_that_the_notebook_installs():
    reading = Reading(
        ["%pip install -q foo bar[x]==2\n!python -m pip install baz>=1 --upgrade", "pip = 'install qux'"]
    )
    assert reading.packages() == ["bar", "baz", "foo"]
