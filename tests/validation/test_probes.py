"""Inputs that no test tries, derived from those that they do."""

from __future__ import annotations

import ast

import pytest

from jupyter_coding_agent.validation.languages.python.probes import MAX_PROBES, derive, variations
from tests.work import growth_of

HEAD = "import pandas as pd\nimport pytest\nimport solution as s\nfrom solution import f, Stack\nfrom os import path\n"


def labels(body: str) -> list[str]:
    """What the probes of a test file with this in it try."""
    return list(derive({"test_it.py": HEAD + body}, {"solution"}).labels.values())


@pytest.mark.parametrize(
    ("value", "others"),
    [
        (3, [0, 1, -1, 9]),
        (True, [False]),
        (2.5, [0.0, 1.0, -2.5]),
        ("aB", ["", "a", "Ab", "Ba", " aB "]),
        ([2, 1], [[], [2], [1, 2], [2, 1, 2, 1], [2, 1, 2], [0, 1]]),
        ((2, 1), [(), (2,), (1, 2)]),
        ({1, 2}, [set(), {1}]),
        ({"a": 1, "b": 2}, [{}, {"a": 1}, {"a": 0, "b": 2}]),
        ({"a": [1, 2], "b": [3, 4]}, [{"a": [], "b": []}, {"a": [1], "b": [3]}, {"a": [2, 1], "b": [4, 3]}]),
        (b"ab", [b"", b"a"]),
        (None, []),
    ],
)
def test_variations_go_to_the_boundaries(value, others):
    found = list(variations(value))
    assert [other for other in others if other not in found] == []
    assert bool(found) == bool(others)


def test_one_argument_is_varied_at_a_time_and_what_tests_try_is_no_probe():
    found = labels("def test(): assert f(2, b='x') == f(0, b='x')\n")
    assert "f(1, b='x')" in found and "f(2, b='')" in found
    assert "f(0, b='x')" not in found and "f(2, b='x')" not in found
    assert "f(0, b='')" in found, "of the second call"


def test_calls_are_found_through_names_parameters_and_modules():
    found = labels(
        """
@pytest.mark.parametrize("n, expected", [(4, 1), pytest.param(9, 3)])
def test(n, expected):
    text = "ab"
    assert f(n) == s.g(text) == expected
"""
    )
    assert {"f(11)", "f(21)", "g('')"} <= set(found)


@pytest.mark.parametrize(
    "body",
    [
        "def test(): assert f() == 1",
        "def test(): assert f(x) == 1",
        "def test(): assert f(g(2)) == 1",
        "def test(): assert f(*[1]) == 1",
        "def test(): assert f(**{'a': 1}) == 1",
        "def test(): assert path.join('a') == 1",
        "def test(): assert Stack(3) == 1",
        "def test(n): n = 2; n = 3; assert f(n) == 1",
        "def test():\n  for n in [1]: assert f(n) == 1",
        "def test(): assert f(1e999) == 1",
        f"def test(): assert f({[1] * 3000}) == 1",
        "def test(): assert cell(n=1) == 1",
        "def test(cell): assert cell(1) == 1",
        "def test(",
    ],
)
def test_what_is_no_literal_call_of_the_code_gives_no_probe(body):
    assert labels(body) == []


def test_none_is_tried_only_where_a_test_does():
    assert "f(None, 2)" in labels("def test(): f(1, 2); f(None, 3)\n")
    assert not [label for label in labels("def test(): f(1, 2); f(None, 3)\n") if "None)" in label]


def test_a_cell_is_probed_by_what_it_takes_and_what_tests_look_at():
    probes = derive(
        {
            "test_it.py": HEAD
            + "def test(cell):\n    r = cell(df=pd.DataFrame({'a': [1, 2]}), n=3)\n    assert r['total'] == 3\n"
            "    assert cell(n=1)['mean'] == 1\n"
        },
        {"solution"},
    )
    assert "cell(df=pandas.DataFrame({'a': []}), n=3)" in probes.labels.values()
    assert "import pandas" in probes.source
    assert "observed.probe_cell(cell, ['total', 'mean'], {'n': 0})" in probes.source


def test_functions_take_turns_and_the_number_is_bounded():
    body = "def test():\n" + "".join(f"    f([{n}, 2, 3], 'text', {n})\n    s.g({n})\n" for n in range(20))
    found = labels(body)
    assert len(found) == MAX_PROBES
    assert [label[0] for label in found[:6]] == ["f", "g"] * 3
    assert found == labels(body)


def test_the_file_is_python_with_a_test_for_each():
    probes = derive({"t.py": HEAD + "def test(): f('\\'\"\\n', {'module': 1}, name=2)\n"}, {"solution"})
    functions = [node.name for node in ast.parse(probes.source).body if isinstance(node, ast.FunctionDef)]
    assert functions == list(probes.labels)


def test_the_work_grows_with_the_file_and_no_faster():
    def read(text: str):
        assert derive({"t.py": text}, {"solution"}).labels

    def text(calls: int) -> str:
        return HEAD + "def test():\n" + "".join(f"    f({n}, [{n}])\n" for n in range(calls))

    assert growth_of(read, text, 1_000) < 2.3
