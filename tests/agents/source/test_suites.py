import ast
import itertools

import pytest

from jupyter_coding_agent.agents.source import suites
from tests.work import growth_of

SUITE = '''\
"""What it must do."""

import pytest
from solution import add, Stack

CASES = [(1, 2), (31, 41)]
SHARED = 7


@pytest.fixture
def stack():
    return Stack([SHARED])


def helper(x):
    return add(x, 59)


# hidden words above
@pytest.mark.parametrize(("a", "b"), CASES)
def test_cases(a, b):
    assert add(a, 0) == b
    # hidden words below


def test_small():
    assert add(2, SHARED) == 9  # nine


def test_helped():
    assert helper(1) == 60


class TestStack:
    """The stack."""

    size = 3

    # about pushing
    def test_push(self, stack):
        stack.push(1)

    @pytest.mark.parametrize("n", [1])
    async def test_pop(self, stack, n):
        assert stack.pop() == n

    class TestDeep:
        def test_deep(self):
            assert Stack([])


class TestAlone:
    def setup_method(self):
        self.value = 3

    def test_alone(self):
        assert add(self.value, 1) == 4
'''
TESTS = {"test_solution.py": SUITE}
IDS = [
    "test_solution.py::test_cases",
    "test_solution.py::test_small",
    "test_solution.py::test_helped",
    "test_solution.py::TestStack::test_push",
    "test_solution.py::TestStack::test_pop",
    "test_solution.py::TestStack::TestDeep::test_deep",
    "test_solution.py::TestAlone::test_alone",
]


def left(source: str, *names: str) -> str:
    """The one file without these tests."""
    return suites.without({"test_a.py": source}, [f"test_a.py::{name}" for name in names])["test_a.py"]


def test_ids_are_in_order_and_fixtures_are_none():
    assert suites.test_ids(TESTS) == IDS
    fixture = "@pytest.fixture\ndef test_data():\n    return 1\n\ndef test_it(test_data): ...\n"
    assert suites.test_ids({"test_a.py": fixture}) == ["test_a.py::test_it"]


def test_the_source_of_a_test_is_its_own_with_decorators():
    source = suites.source_of(TESTS, "test_solution.py::TestStack::test_pop[1]")
    assert source == (
        '    @pytest.mark.parametrize("n", [1])\n'
        "    async def test_pop(self, stack, n):\n"
        "        assert stack.pop() == n"
    )
    assert suites.source_of(TESTS, "test_solution.py::test_none") == ""
    assert suites.source_of(TESTS, "other.py::test_small") == ""


def test_without_none_nothing_changes():
    assert suites.without(TESTS, []) == TESTS
    assert suites.without(TESTS, ["test_solution.py::test_unknown"]) == TESTS


def test_a_test_goes_with_its_comments_data_and_decorators_and_nothing_else():
    text = suites.without(TESTS, IDS[:1])["test_solution.py"]
    assert "hidden words" not in text
    assert "41" not in text
    gone = set(SUITE.splitlines()) - set(text.splitlines())
    assert gone == {
        "CASES = [(1, 2), (31, 41)]",
        "# hidden words above",
        '@pytest.mark.parametrize(("a", "b"), CASES)',
        "def test_cases(a, b):",
        "    assert add(a, 0) == b",
        "    # hidden words below",
    }
    assert "SHARED = 7\n\n\n@pytest.fixture\ndef stack():\n    return Stack([SHARED])\n" in text


def test_helpers_that_nothing_else_uses_go_too():
    assert "helper" not in suites.without(TESTS, [IDS[2]])["test_solution.py"]
    assert "def stack" in suites.without(TESTS, [IDS[3]])["test_solution.py"]
    assert "def stack" not in suites.without(TESTS, [IDS[3], IDS[4]])["test_solution.py"]


def test_helpers_of_helpers_go_and_what_is_used_stays():
    source = "A = 1\nB = [A]\nC = 2\n\ndef f():\n    return B, C\n\ndef test_a():\n    f()\n\ndef test_b():\n    C\n"
    assert left(source, "test_a") == "C = 2\n\ndef test_b():\n    C\n"


def test_an_emptied_class_goes_and_one_with_tests_stays():
    text = suites.without(TESTS, [IDS[6]])["test_solution.py"]
    assert "TestAlone" not in text
    assert "setup_method" not in text
    text = suites.without(TESTS, [IDS[5]])["test_solution.py"]
    assert "TestDeep" not in text
    assert "class TestStack" in text


def test_an_emptied_class_that_is_a_base_stays_empty():
    source = "class TestA:\n    # one\n    def test_a(self): ...\n\nclass TestB(TestA):\n    def test_b(self): ...\n"
    assert (
        left(source, "TestA::test_a")
        == "class TestA:\n    pass\n\nclass TestB(TestA):\n    def test_b(self): ...\n"
    )


def test_a_file_without_a_test_left_goes_and_its_helpers_stay_for_the_others():
    tests = {
        "test_a.py": "def test_a(): ...\n",
        "test_b.py": "def test_b(): ...\n",
        "conftest.py": "import pytest\n",
    }
    assert set(suites.without(tests, ["test_a.py::test_a"])) == {"test_b.py", "conftest.py"}
    assert suites.without(tests, ["test_a.py::test_a", "test_b.py::test_b"]) == {}


def test_only_keeps_the_named():
    text = suites.only(TESTS, [IDS[1], f"{IDS[4]}[1]"])["test_solution.py"]
    assert suites.test_ids({"test_solution.py": text}) == [IDS[1], IDS[4]]
    assert suites.only(TESTS, []) == {}


@pytest.mark.parametrize("size", range(len(IDS) + 1))
def test_every_remainder_can_be_parsed_and_has_the_other_tests(size: int):
    for gone in itertools.combinations(IDS, size):
        remainder = suites.without(TESTS, gone)
        assert suites.test_ids(remainder) == [test_id for test_id in IDS if test_id not in gone]
        for text in remainder.values():
            ast.parse(text)


ODD = {
    "a decorator in brackets": "x = 1\n@(\n    # why\n    mark\n)\ndef test_a(): ...\ndef test_b(): ...\n",
    "several decorators": "@a\n# why\n@b(\n  1)\ndef test_a(): ...\ndef test_b(): ...\n",
    "first of a class": "class TestA(\n    Base,\n):  # a\n    # b\n    @c\n    def test_a(self): ...\n"
    "    def test_b(self): ...\n",
    "a string that ends in a comment": 'X = """\n# not a comment\n"""\ndef test_a(): ...\ndef test_b(): X\n',
    "carriage returns": "import x\r\n\r\ndef test_a():\r\n    pass\r\n\r\ndef test_b(): ...\r\n",
    "old line ends": "import x\r\rdef test_a():\r    pass\r\rdef test_b(): ...\r",
    "a form feed": "import x\n\x0c\ndef test_a(): ...\n\x0c\ndef test_b(): ...\n",
    "a line separator in a string": "def test_a():\n    'a\u2028b'\n\n\ndef test_b():\n    'a\x0cb'\n",
    "no end of line": "def test_b(): ...\ndef test_a(): ...",
    "twice": "def test_a(): 1\ndef test_b(): ...\ndef test_a(): 2\n",
    "a mark from outside": "def test_a(): ...\ntest_a.slow = True\nprint(test_a)\ndef test_b(): ...\n",
    "data on a shared line": "A = 1; B = 2\ndef test_a(): A\ndef test_b(): B\n",
    "data that is added to": "A = []\nA += [1]\ndef test_a(): A\ndef test_b(): ...\n",
    "data that is filled": "A = []\nA.append(1)\ndef test_a(): A\ndef test_b(): ...\n",
    "tabs": "class TestA:\n\tdef test_a(self): ...\n\t\t# deep\n\tdef test_b(self): ...\n",
}


@pytest.mark.parametrize("source", ODD.values(), ids=ODD.keys())
def test_odd_sources_stay_sound(source: str):
    remainder = left(source, "test_a", "TestA::test_a")
    tree = ast.parse(remainder)
    assert "test_a" not in remainder
    names = [name.rpartition("::")[2] for name in suites.test_ids({"test_a.py": remainder})]
    assert names == ["test_b"]
    exec(compile(ast.Module([n for n in tree.body if _is_data(n)], []), "odd", "exec"), {"x": 1})


def test_data_on_a_line_with_other_data_stays():
    assert left(ODD["data on a shared line"], "test_a").startswith("A = 1; B = 2\n")
    assert left(ODD["data on a shared line"], "test_b").startswith("A = 1; B = 2\n")


def _is_data(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AugAssign | ast.Expr)


def test_a_comment_belongs_to_the_test_that_it_is_indented_with():
    source = "def test_a():\n    pass\n    # of a\n\n# of b\ndef test_b(): ...\n"
    assert left(source, "test_a") == "\n# of b\ndef test_b(): ...\n"
    assert left(source, "test_b") == "def test_a():\n    pass\n    # of a\n"


def hidden(source: str, key: str = "k") -> list[str]:
    return [test_id.partition("::")[2] for test_id in suites.choose_hidden({"test_a.py": source}, key)]


def plain(number: int) -> str:
    return "from solution import f\n" + "".join(
        f"def test_{n}():\n    assert f({n})\n" for n in range(number)
    )


@pytest.mark.parametrize(("number", "hides"), [(0, 0), (1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (12, 4)])
def test_a_third_is_hidden(number: int, hides: int):
    assert len(hidden(plain(number))) == hides


def test_the_choice_is_stable_and_depends_on_the_key():
    assert hidden(plain(12)) == hidden(plain(12))
    assert len({tuple(hidden(plain(12), str(key))) for key in range(10)}) > 5


def test_a_choice_in_one_file_is_the_same_in_whatever_order_the_tests_are():
    source = plain(9)
    head, *functions = source.split("def ")
    turned = head + "".join(f"def {function}" for function in reversed(functions))
    assert set(hidden(source)) == set(hidden(turned))


PINNED = {
    "an import": "def test_own():\n    assert g(1)\n",
    "an attribute of a module": "def test_own():\n    assert solution.g(1)\n",
    "a keyword": "def test_own():\n    assert f(1, deep=True)\n",
    "a method": "def test_own():\n    s = Stack()\n    assert s.peek()\n",
    "an input of the cell": "def test_own(cell):\n    cell(rate=1)\n",
    "a name of the cell": "def test_own(cell):\n    r = cell()\n    assert r['total'] == 1\n",
    "by a fixture": "@pytest.fixture\ndef made():\n    return g(1)\n\ndef test_own(made):\n    assert made\n",
    "by a helper of a helper": "def a():\n    return g(1)\ndef b():\n    return a()\ndef test_own():\n    assert b()\n",
}
USED_TWICE = "from solution import g, Stack\nimport solution\n" + "".join(
    f"def test_both_{n}(cell):\n    cell()\n    Stack()\n" for n in range(2)
)


@pytest.mark.parametrize("own", PINNED.values(), ids=PINNED.keys())
def test_what_only_one_test_tells_stays_visible(own: str):
    source = f"{plain(4)}{USED_TWICE}{own}"
    for key in range(20):
        names = hidden(source, str(key))
        assert "test_own" not in names
        assert len(names) == 2


def test_of_two_that_tell_a_name_one_stays_visible():
    source = plain(1) + "from solution import g\ndef test_a():\n    g(1)\ndef test_b():\n    g(2)\n"
    for key in range(20):
        assert len(hidden(source, str(key))) == 1
    source = "from solution import f, g, h\ndef test_f(): f(1)\ndef test_g(): g(1)\ndef test_h(): h(1)\n"
    assert hidden(source) == []


def test_law_tests_may_be_hidden():
    source = plain(3).replace("def test_", "@given(st.integers())\ndef test_")
    assert len(hidden(source)) == 1


HOSTILE = ["def test_a(: ", "\x00", "(" * 50_000, "x = [" + "[" * 90 + "]" * 91, "\ud800", "-" * 60_000 + "1"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_python_has_no_tests(text: str):
    tests = {"test_a.py": text, "test_b.py": "def test_b(): ...\n"}
    assert suites.test_ids(tests) == ["test_b.py::test_b"]
    assert suites.without(tests, ["test_a.py::test_a"]) == tests
    assert suites.choose_hidden(tests, "k") == []
    assert suites.source_of(tests, "test_a.py::test_a") == ""


LARGE = {
    "tests": "def test_{0}(a): A{0}\n",
    "classes": "class Test{0}:\n  def test_a(self): ...\n",
    "chained data": "A{0} = [A{1}]\n",
    "uses": "test_a.x = A{0}\n",
    "fixtures": "@fixture\ndef f{0}(f{1}): g(f{1})\n",
    "comments": "# {0}\n",
}


@pytest.mark.parametrize("line", LARGE.values(), ids=LARGE.keys())
def test_the_work_grows_with_the_file_and_no_faster(line: str):
    def suite(lines: int) -> dict[str, str]:
        source = "from solution import g\n" + "".join(line.format(n, n + 1) for n in range(lines))
        return {"test_a.py": source + "def test_a(f0): A0, A1\ndef test_b(): ...\ndef test_c(): ...\n"}

    def work(tests: dict[str, str]):
        suites.without(tests, ["test_a.py::test_a", "test_a.py::test_1", "test_a.py::Test1::test_a"])
        suites.choose_hidden(tests, "k")

    assert growth_of(work, suite, 1_000) < 2.3
