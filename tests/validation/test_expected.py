"""What parsing expects is what pytest really collects."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

import pytest

from jupyter_coding_agent.validation.languages.python.expected import expect

SAMPLES = {
    "functions": """
def test_one(): pass
def testing(): pass
async def test_async(): pass
def helper(): pass
def check_test(): pass
""",
    "fixtures_named_like_tests": """
import pytest
from pytest import fixture
@pytest.fixture
def test_client(): return 1
@pytest.fixture(scope="module")
def test_data(): return 1
@fixture()
def test_more(): return 1
def test_it(test_client, test_data, test_more): pass
""",
    "classes": """
class TestA:
    def test_a(self): pass
    def helper(self): pass
    @staticmethod
    def test_static(): pass
    @classmethod
    def test_class(cls): pass
    class TestInner:
        def test_inner(self): pass
    class Other:
        def test_not(self): pass
class Helper:
    def test_no(self): pass
class TestMade:
    def __init__(self): pass
    def test_no(self): pass
class TestOff:
    __test__ = False
    def test_no(self): pass
""",
    "inheritance": """
class Base:
    def test_base(self): pass
    def test_both(self): pass
class Mixin:
    def test_mixed(self): pass
class TestChild(Mixin, Base):
    def test_both(self): pass
class TestGrandchild(TestChild):
    def test_own(self): pass
""",
    "inherited_constructor": """
class Base:
    def __init__(self): pass
class TestChild(Base):
    def test_no(self): pass
def test_yes(): pass
""",
    "unittest": """
import unittest
from unittest import TestCase
class Numbers(TestCase):
    def setUp(self): pass
    def test_a(self): pass
    def helper(self): pass
class More(Numbers):
    def test_b(self): pass
class Quick(unittest.IsolatedAsyncioTestCase):
    async def test_c(self): pass
class Single(unittest.TestCase):
    def runTest(self): pass
""",
    "parametrize": """
import pytest
@pytest.mark.parametrize("a", [1, 2, 3])
def test_three(a): pass
@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [1, 2])
def test_four(a, b): pass
@pytest.mark.parametrize("a,b", [(1, 2), (3, 4)], ids=["x", "y"])
def test_ids(a, b): pass
@pytest.mark.parametrize("c", (4, 5))
class TestP:
    @pytest.mark.parametrize("d", [1, 2])
    def test_m(self, c, d): pass
@pytest.mark.parametrize("a", range(3))
def test_computed(a): pass
@pytest.mark.parametrize("a", [])
def test_empty(a): pass
""",
    "parametrized_fixture": """
import pytest
@pytest.fixture(params=["a", "b"])
def letter(request): return request.param
def test_letter(letter): pass
""",
    "module_marks": """
import pytest
pytestmark = pytest.mark.parametrize("n", [1, 2])
def test_n(n): pass
""",
    "shadowed": """
def test_a(): pass
def test_a(): pass
""",
    "deleted": """
def test_a(): pass
def test_b(): pass
del test_b
""",
    "switched_off": """
def test_a(): pass
def test_b(): pass
test_b.__test__ = False
""",
    "conditional": """
import sys
if sys.version_info >= (3, 0):
    def test_new(): pass
else:
    def test_old(): pass
try:
    import no_such_module_anywhere
except ImportError:
    def test_fallback(): pass
""",
    "assigned": """
def _make(n):
    def check(): assert n
    return check
test_made = _make(1)
def test_plain(): pass
""",
    "dynamic": """
def _check(): pass
for _n in range(3):
    globals()[f"test_dynamic_{_n}"] = lambda: None
def test_plain(): pass
""",
    "decorated": """
import functools
def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs): return function(*args, **kwargs)
    return wrapper
@logged
def test_logged(): pass
@functools.lru_cache
def test_cached(): pass
class TestProperty:
    @property
    def test_value(self): return 1
    def test_real(self): pass
""",
    "imported_base": """
from unittest import TestCase as Case
from collections import OrderedDict as TestDict
class TestOwn(Case):
    def test_own(self): pass
""",
    "mock_patch": """
from unittest.mock import patch
@patch("os.getcwd")
def test_patched(getcwd): pass
class TestPatched:
    @patch("os.getcwd")
    def test_method(self, getcwd): pass
""",
    "in_with_block": """
import contextlib
with contextlib.suppress(Exception):
    def test_inside(): pass
""",
    "class_redefined": """
class TestA:
    def test_one(self): pass
class TestA:
    def test_two(self): pass
""",
    "generic": """
from typing import Generic, TypeVar
T = TypeVar("T")
class Base(Generic[T]):
    def test_base(self): pass
class TestInt(Base[int]):
    def test_own(self): pass
""",
}


def collected(directory: Path) -> set[str]:
    """The ids that pytest itself finds, in this process."""

    class Collector:
        ids: tuple[str, ...] = ()

        def pytest_collection_finish(self, session):
            self.ids = tuple(item.nodeid for item in session.items)

    collector = Collector()
    before, modules = Path.cwd(), set(sys.modules)
    os.chdir(directory)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main(
                ["--collect-only", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", ".", "."],
                plugins=[collector],
            )
    finally:
        os.chdir(before)
        for name in set(sys.modules) - modules:
            if name.startswith("test_"):
                del sys.modules[name]
    return set(collector.ids)


@pytest.fixture(scope="module")
def collected_samples(tmp_path_factory) -> set[str]:
    directory = tmp_path_factory.mktemp("samples")
    for name, sample in SAMPLES.items():
        (directory / f"test_{name}_sample.py").write_text(sample)
    return collected(directory)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_expected_ids_are_what_pytest_collects(name, collected_samples):
    path = f"test_{name}_sample.py"
    real = {test_id for test_id in collected_samples if test_id.startswith(f"{path}::")}
    assert real
    expectation = expect({path: SAMPLES[name]}, [path])
    unknown = {
        test_id for test_id in real if expectation.owner(test_id) is None and not expectation.allows(test_id)
    }
    assert unknown == set()
    for test in expectation.tests.values():
        reported = [test_id for test_id in real if expectation.owner(test_id) == test]
        if not test.conditional:
            assert len(reported) >= (test.parameters or 1), test.id
    assert expectation.problems == ()


@pytest.mark.parametrize(
    "name", ["functions", "classes", "inheritance", "unittest", "parametrize", "deleted"]
)
def test_what_the_source_spells_out_leaves_nothing_open(name):
    expectation = expect({"test_x.py": SAMPLES[name]}, ["test_x.py"])
    assert expectation.open_prefixes == frozenset()


def one(source: str):
    return expect({"test_x.py": source}, ["test_x.py"])


def test_a_syntax_error_is_a_problem_with_its_line():
    assert (
        one("def test_a():\n    assert (\n")
        .problems[0]
        .startswith("test_x.py can't be collected: syntax error in line")
    )


def test_a_file_without_tests_is_a_problem():
    assert "holds no test" in one("def helper(): pass").problems[0]


def test_a_shadowed_test_is_noted():
    (note,) = one(SAMPLES["shadowed"]).notes
    assert "test_a in line 3 replaces an earlier definition" in note


@pytest.mark.parametrize(
    ("source", "skips"),
    [
        ("def test_a(): assert 1", False),
        ("import pytest\n@pytest.mark.skip\ndef test_a(): pass", True),
        ("import pytest\n@pytest.mark.xfail(reason='x')\ndef test_a(): assert 0", True),
        ("import pytest\ndef test_a():\n    pytest.importorskip('x')", True),
        ("import pytest\npytestmark = pytest.mark.skipif(True, reason='')\ndef test_a(): pass", True),
        ("import pytest\npytest.importorskip('x')\ndef test_a(): pass", True),
        ("import pytest\nx = pytest.importorskip('x')\ndef test_a(): pass", True),
        ("import pytest\n@pytest.fixture\ndef f():\n    pytest.skip()\ndef test_a(f): pass", True),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.skipTest('')", True),
        ("import unittest\nclass T(unittest.TestCase):\n    def setUp(self): self.skipTest('')\n"
         "    def test_a(self): pass", True),
        ("import pytest\n@pytest.mark.skip\nclass TestA:\n    def test_a(self): pass", True),
        ("import pytest\ndef test_skip():\n    pytest.skip()\ndef test_a(): pass", False),
    ],
)  # fmt: skip
def test_skips_of_the_author_are_seen(source, skips):
    expectation = one(source)
    test = next(test for test in expectation.tests.values() if test.id.endswith("test_a"))
    assert test.may_skip is skips


def test_a_conftest_that_skips_counts_for_every_file():
    tests = {
        "conftest.py": "import pytest\ndef pytest_runtest_setup(item): pytest.skip('no')",
        "test_x.py": "def test_a(): pass",
    }
    assert expect(tests, ["test_x.py"]).tests["test_x.py::test_a"].may_skip


def test_owner_demands_parameters_where_the_source_has_them():
    expectation = one(SAMPLES["parametrize"])
    assert expectation.owner("test_x.py::test_three") is None
    assert expectation.owner("test_x.py::test_three[1]").parameters == 3
    assert expectation.tests["test_x.py::TestP::test_m"].parameters == 4
    assert expectation.tests["test_x.py::test_four"].parameters == 4


def test_nesting_that_no_parser_survives_is_a_problem_not_a_crash():
    assert "can't be collected" in one("def test_a():\n    assert " + "(" * 5000 + ")" * 5000).problems[0]
