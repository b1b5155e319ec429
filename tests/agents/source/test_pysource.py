import pytest

from jupyter_coding_agent.agents.source import pysource

SOURCE = """\
import pytest


@pytest.mark.parametrize("x", [1, 2])
def test_one(x):
    assert x


def helper():
    def test_inner(): ...


class TestGroup:
    async def test_two(self):
        assert True

    class TestDeeper:
        def test_three(self): ...


class Other:
    def test_not_collected(self): ...
"""


def test_test_functions_come_with_their_decorators():
    found = pysource.test_functions(SOURCE)
    assert list(found) == ["test_one", "TestGroup::test_two", "TestGroup::TestDeeper::test_three"]
    assert found["test_one"].startswith('@pytest.mark.parametrize("x", [1, 2])\ndef test_one(x):')


def test_source_that_is_no_python_has_nothing():
    assert pysource.parse("def f(:") is None
    assert pysource.test_functions("def f(:") == {}
    assert pysource.imported_modules("def f(:") == set()
    assert pysource.defined_names("def f(:") == set()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("x = 1\ny: int = 2\n(a, b), *c = z", {"x", "y", "a", "b", "c"}),
        ("%matplotlib inline\nimport numpy as np\nimport os.path", {"np", "os"}),
        ("files = !ls\ndf.head?\nresult = %timeit -o f()", {"files", "result"}),
        ("%%time\nx = 1", {"x"}),
        ("for i in range(3):\n    with open('x') as f:\n        d = 1", {"i", "f", "d"}),
        ("def f():\n    inner = 1\nclass A:\n    attribute = 1", {"f", "A"}),
        ("[n for n in range(3)]\ng = lambda q: (w := q)", {"g"}),
        ("from x import *\nfrom y import z as zz", {"zz"}),
        ("if (m := f()):\n    pass", {"m"}),
    ],
)
def test_names_that_a_cell_leaves(cell: str, names: set[str]):
    assert pysource.defined_names(cell) == names


def test_imported_modules_are_top_level_names():
    source = "import a.b\nfrom c.d import e\nfrom . import f\ndef g():\n    import h"
    assert pysource.imported_modules(source) == {"a", "c", "h"}
