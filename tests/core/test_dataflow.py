from __future__ import annotations

import pytest

from jupyter_coding_agent.core.dataflow import names_of, only_magics


@pytest.mark.parametrize(
    ("source", "at_once", "deferred"),
    [
        ("def f(a=d) -> r:\n    return a + g", {"d", "r"}, {"g"}),
        ("@deco\nclass A(B):\n    x = y\n    def m(self):\n        return z", {"deco", "B", "y"}, {"z"}),
        ("async def f():\n    return g\n\ng = 1", set(), set()),
        ("def f():\n    return g\n\nprint(g)", {"print", "g"}, set()),
        ("h = lambda: g", {"g"}, set()),
    ],
)
def test_what_a_function_needs_only_when_it_is_called(source: str, at_once: set[str], deferred: set[str]):
    names = names_of(source)
    assert (names.needs - names.deferred, names.deferred) == (at_once, deferred)


def test_of_each_function_what_its_body_reads():
    assert names_of("x = 1\ndef f():\n    return g(x)\ndef g(a): return a + c").bodies == {
        "f": {"g", "x"},
        "g": {"c"},
    }


@pytest.mark.parametrize(
    ("source", "defines"),
    [
        ("files = !ls", {"files"}),
        ("a, b = %sql select", {"a", "b"}),
        ("x = 1\nx?\nlen??\n!ls", {"x"}),
        ("text = '''\n%not a magic\n'''", {"text"}),
        ("for i in range(3):\n    !echo {i}", {"i"}),
        ("%time y = f()", {"y"}),
        ("def f():\n    global z\n    z = 1", {"f", "z"}),
    ],
)
def test_lines_that_only_ipython_understands_hide_no_names(source: str, defines: set[str]):
    assert names_of(source).defines == defines


@pytest.mark.parametrize(
    ("source", "only"),
    [
        ("%pip install a\n\n# and\n!ls", True),
        ("%%bash\nls", True),
        ("%%time\nx = 1", False),
        ("%time x = 1", False),
        ("%matplotlib inline\nx = 1", False),
        ("x?", True),
        ("# only a comment", True),
    ],
)
def test_cells_of_nothing_but_magics(source: str, only: bool):
    assert only_magics(source) is only


def test_what_is_nested_too_deep_is_no_fault():
    names_of("x = " + " + ".join(["1"] * 5000))
    names_of("x = " + "-" * 900 + "1")
    assert names_of("x = 1\n" + "#" * 20_000).defines == {"x"}
