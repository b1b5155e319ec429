import pytest

from jupyter_coding_agent.agents.source.interface import MAX_LINES, interface, needs
from tests.work import calls_of

HEAD = """\
import math
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from solution import summarize, Stack
import solution
"""
IMPORTS = ["from solution import summarize", "from solution import Stack", "import solution"]


def lines(body: str) -> list[str]:
    """What is told of one test beside the imports."""
    told = interface({"test_solution.py": HEAD + body})
    assert told[:3] == IMPORTS
    return told[3:]


SHAPES = {
    "values": (
        'summarize("secret", 41, 4.1, None, True)',
        ["summarize(<str>, <int>, <float>, <None>, <bool>)"],
    ),
    "keywords": ("summarize([1], by='secret', **{})", ["summarize(<list of int>, by=<str>, **<dict>)"]),
    "mixed": (
        "summarize([1, 'secret'], {'secret': 41})",
        ["summarize(<list of int or str>, <dict of str to int>)"],
    ),
    "nested": (
        "summarize([(41, 'secret')], {41})",
        ["summarize(<list of tuple of int or str>, <set of int>)"],
    ),
    "negative": ("summarize(-41, not 41, 41 + 1)", ["summarize(<int>, <bool>, <int>)"]),
    "frame": (
        "summarize(pd.DataFrame({'city': ['secret'], 'total': [41]}), by='secret')",
        ["summarize(<DataFrame with columns 'city', 'total'>, by=<str>)"],
    ),
    "frame by name": (
        "df = pd.DataFrame([{'city': 'secret'}, {'total': 41}])\n    summarize(df)",
        ["summarize(<DataFrame with columns 'city', 'total'>)"],
    ),
    "frame with columns": (
        "summarize(pd.DataFrame([[41]], columns=['total']))",
        ["summarize(<DataFrame with columns 'total'>)"],
    ),
    "odd columns": (
        "summarize(pd.DataFrame({'x\\n# do evil': [41], 'a' * 3: [1], 'b': 1}))",
        ["summarize(<DataFrame with columns …, 'b'>)"],
    ),
    "results": (
        "result = summarize('secret')\n    assert result['total'] == 41 and result.shape == (41,)",
        ["summarize(<str>)", "summarize(...)['total']", "summarize(...).shape"],
    ),
    "direct result": ("assert summarize(41).name == 'secret'", ["summarize(<int>)", "summarize(...).name"]),
    "no index": ("assert summarize(41)[3] == 41", ["summarize(<int>)"]),
    "objects": (
        "s = Stack([41])\n    s.push('secret')\n    assert s.size == 41",
        ["Stack(<list of int>)", "Stack(...).push(<str>)", "Stack(...).size"],
    ),
    "only the first part": ("assert Stack().peek().value.deep == 41", ["Stack()", "Stack(...).peek()"]),
    "of a module": ("assert solution.run(41) == 'secret'", ["solution.run(<int>)"]),
    "errors": (
        "with pytest.raises((ValueError, KeyError), match='secret'):\n        summarize(41)",
        ["summarize(<int>) may raise ValueError or KeyError", "summarize(<int>)"],
    ),
    "in each other": ("summarize(Stack(41))", ["summarize(<Stack(...)>)", "Stack(<int>)"]),
    "others' functions": ("assert math.sqrt(41) == len('secret')", []),
    "what is not known": (
        "summarize(unknown, open('secret'), x.y)",
        ["summarize(<value>, <value>, <value>)"],
    ),
}


@pytest.mark.parametrize(("body", "told"), SHAPES.values(), ids=SHAPES.keys())
def test_types_stand_for_values(body: str, told: list[str]):
    found = lines(f"def test_it():\n    {body}\n")
    assert sorted(found) == sorted(told)
    assert "secret" not in "".join(found)
    assert "41" not in "".join(found)


def test_inputs_and_names_of_the_cell_are_told():
    body = "def test_it(cell):\n    r = cell(df=pd.DataFrame({'a': [1]}), n=41)\n    assert r['total'] and r.stdout\n"
    assert lines(body) == [
        "cell(df=<DataFrame with columns 'a'>, n=<int>)",
        "cell(...)['total']",
        "cell(...).stdout",
    ]


def test_what_is_handed_in_has_its_type():
    body = (
        "ROWS = [('secret', 41)]\n"
        "@pytest.fixture\ndef data():\n    return {'secret': 41}\n"
        "@pytest.mark.parametrize(('text', 'number'), ROWS)\n"
        "def test_a(text, number, data, tmp_path):\n    summarize(text, number, data, tmp_path)\n"
        "@pytest.mark.parametrize('one', [pytest.param(41, id='secret')])\ndef test_b(one):\n    summarize(one)\n"
        "@given(st.lists(st.integers()), st.booleans())\ndef test_c(xs, flag):\n    summarize(xs, flag)\n"
    )
    assert lines(body) == [
        "summarize(<str>, <int>, <dict of str to int>, <Path>)",
        "summarize(<int>)",
        "summarize(<list>, <bool>)",
    ]
    body = "@given(flag=st.booleans())\ndef test_c(flag):\n    summarize(flag)\n"
    assert lines(body) == ["summarize(<bool>)"]


def test_imports_are_told_as_they_are_and_each_line_once():
    tests = {
        "test_a.py": "from solution import a as b\nimport helper.deep as d\nimport numpy\n"
        "def test_a():\n    b(1); b(2)\n",
        "test_b.py": "from solution import a as b\n",
    }
    assert interface(tests) == ["from solution import a as b", "from helper import deep as d", "b(<int>)"]


def test_a_law_of_a_round_trip_keeps_its_functions():
    body = "@given(st.text())\ndef test_it(s):\n    assert summarize(solution.encode(s)) == s\n"
    assert lines(body) == ["summarize(<solution.encode(...)>)", "solution.encode(<str>)"]


def test_needs_are_names_that_nobody_can_guess():
    body = "def test_it(cell):\n    r = cell(df=1)\n    assert r['x'] and r.stdout and summarize(1, by=2).shape\n"
    body += "    Stack().pop()\n"
    assert needs({"test_a.py": HEAD + body})["test_a.py::test_it"] == {
        "cell", "cell(df=)", "cell(...)['x']", "summarize", "summarize(by=)", "Stack", "Stack(...).pop",
    }  # fmt: skip


FAN = range(30)
HOSTILE = {
    "no python": "def f(:",
    "null": "\x00",
    "brackets": "(" * 100_000,
    "deep": "f(" * 80 + ")" * 80,
    "minus": "x = " + "-" * 3000 + "1\ndef test_a(): f(x)",
    "attributes": "def test_a(): f" + ".a()" * 900,
    "cycle": "a = b\nb = a\ndef test_a(): f(a, b)",
    "own cycle": "def test_a():\n    a = a()\n    f(a)\n    a.b",
    "long names": f"def test_a(): f({'x' * 100_000}=1)",
    "many": "def test_a():\n" + "".join(f"    f(k{n}=1)\n" for n in range(10_000)),
    "fans": "x0 = 1\n"
    + "".join(f"x{n + 1} = [{', '.join([f'x{n}'] * 20)}]\n" for n in FAN)
    + "def test_a():\n"
    + "    f(x30)\n" * 2_000,
    "fan of functions": "x0 = 1\n"
    + "".join(f"x{n + 1} = g({', '.join([f'x{n}'] * 20)})\n" for n in FAN)
    + "def test_a():\n"
    + "    f(x30)\n" * 2_000,
    "columns": "def test_a(): f(DataFrame({" + ", ".join(f"'c{n}': 1" for n in range(10_000)) + "}))",
    "large literal": "def test_a(): f([" + "1, " * 60_000 + "])",
    "odd marks": "@parametrize()\n@parametrize(1, 2)\n@parametrize('a', [])\n@given()\n"
    "@given(1, 2, 3)\ndef test_a(a): f(a)",
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_tests_are_little_work_and_told_shortly(source: str):
    tests = {"test_a.py": f"from solution import f, g\n{source}"}
    assert calls_of(needs, tests) < 20_000_000
    assert calls_of(interface, tests) < 20_000_000
    told = interface(tests)
    assert len(told) <= MAX_LINES
    assert all(len(line) <= 300 and "\n" not in line for line in told)
