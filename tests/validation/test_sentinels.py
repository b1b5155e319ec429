"""Planted tests: they run, come out as they must, and can't be told from the user's by their form."""

from __future__ import annotations

import ast
from random import Random

import pytest

from jupyter_coding_agent.validation.languages.python.sentinels import plant

USERS = '''"""The user's tests."""
from solution import add, name, total


def test_add_two_numbers():
    assert add(2, 3) == 5


def test_name_is_upper():
    assert name() == "Alice"


def test_total_of_list():
    rows = [1, 2, 3]
    assert total(rows) == 6


def test_slow():
    import time
    time.sleep(1)
'''
PATH = "test_solution.py"


def add(a, b):
    return a + b


def outcomes(source: str) -> dict[str, bool]:
    """Every module-level test, executed: did it pass?"""
    solution = {"add": add, "name": lambda: "Alice", "total": sum}
    source = source.replace("from solution import add, name, total", "")
    namespace: dict = dict(solution)
    exec(source, namespace)
    found = {}
    for test, function in namespace.items():
        if test.startswith("test_") and test != "test_slow":
            try:
                function()
            except AssertionError:
                found[test] = False
            else:
                found[test] = True
    return found


@pytest.mark.parametrize("seed", range(40))
def test_sentinels_come_out_as_they_must(seed):
    planted = plant({PATH: USERS}, [PATH], frozenset({PATH}), Random(seed))
    assert planted.collect == [PATH]
    found = outcomes(planted.tests[PATH])
    sentinels = planted.sentinels
    assert sentinels.must_fail and sentinels.must_pass and not sentinels.must_fail & sentinels.must_pass
    for test_id in sentinels.ids:
        assert found[test_id.removeprefix(f"{PATH}::")] is (test_id in sentinels.must_pass)
    for name in ("test_add_two_numbers", "test_name_is_upper", "test_total_of_list"):
        assert found[name] is True


@pytest.mark.parametrize("seed", range(10))
def test_the_users_lines_stay_where_they_were(seed):
    planted = plant({PATH: USERS}, [PATH], frozenset(), Random(seed))
    assert planted.tests[PATH].startswith(USERS)


def test_names_are_made_of_the_files_own_words():
    planted = plant({PATH: USERS}, [PATH], frozenset(), Random(1))
    words = {"add", "two", "numbers", "name", "is", "upper", "total", "of", "list", "slow"}
    for test_id in planted.sentinels.ids:
        assert set(test_id.rpartition("::")[2].split("_")) <= words | {"test"}


def test_different_runs_get_different_names():
    names = {plant({PATH: USERS}, [PATH], frozenset(), Random(seed)).sentinels.ids for seed in range(20)}
    assert len(names) > 15


def test_a_failing_sentinel_is_often_a_copy_with_another_expected_value():
    def copied(seed: int) -> bool:
        planted = plant({PATH: USERS}, [PATH], frozenset(), Random(seed))
        tree = ast.parse(planted.tests[PATH])
        failing = {test_id.rpartition("::")[2] for test_id in planted.sentinels.must_fail}
        bodies = [ast.unparse(node.body) for node in tree.body if getattr(node, "name", "") in failing]
        return any(call in body for body in bodies for call in ("add(2, 3)", "name()", "total(rows)"))

    assert all(copied(seed) for seed in range(20))


@pytest.mark.parametrize("seed", range(10))
def test_slow_tests_are_never_copied(seed):
    planted = plant({PATH: USERS}, [PATH], frozenset(), Random(seed))
    assert planted.tests[PATH].count("time.sleep") == 1


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\npytestmark = pytest.mark.skip\ndef test_a(): pass\n",
        "import pytest\n@pytest.fixture(autouse=True)\ndef f(): pytest.skip()\ndef test_a(): pass\n",
        "def setup_function(function): raise RuntimeError\ndef test_a(): pass\n",
        "import pytest\npytest.importorskip('x')\ndef test_a(): pass\n",
        "__test__ = False\ndef test_a(): pass\n",
        "def test_a(:\n",
        "globals()['int'] = lambda *a: 0\ndef test_a(): pass\n",
    ],
)
def test_a_file_that_can_not_hold_them_is_left_alone(source):
    planted = plant({PATH: source}, [PATH], frozenset({PATH}), Random(3))
    assert planted.tests[PATH] == source
    (extra,) = set(planted.tests) - {PATH}
    assert planted.collect == [PATH, extra]
    assert all(test_id.startswith(f"{extra}::") for test_id in planted.sentinels.ids)


def test_beside_a_conftest_they_get_a_file_of_their_own():
    planted = plant({"conftest.py": "", PATH: USERS}, [PATH], frozenset(), Random(0))
    assert planted.tests[PATH] == USERS


@pytest.mark.parametrize(
    "body",
    [
        "assert same(2) == pytest.approx(2)",
        "assert close(2, abs_=3) == ANY",
        "assert same(True) == True",
        "assert 1 == 1",
        "assert same(0) == []",
        "assert same(None) == None",
        "assert same(1) == other(1)",
        "assert same(2) != 3",
    ],
)
def test_lenient_comparisons_get_a_computed_end_instead(body):
    source = f"def test_lenient():\n    {body}\n"
    planted = plant({PATH: source}, [PATH], frozenset(), Random(5))
    copies = [part for part in planted.tests[PATH].split("\n\n\n") if body.split(" ==")[0] in part]
    assert len(copies) == 2
    assert "assert int(" in copies[1]


def test_nothing_is_copied_where_copies_are_not_wanted():
    planted = plant({PATH: USERS}, [PATH], frozenset(), Random(5), copies=False)
    assert planted.tests[PATH].count("add(2, 3)") == 1
    assert planted.sentinels.must_fail and planted.sentinels.must_pass and not planted.sentinels.swapped


@pytest.mark.parametrize(
    ("left", "literal"),
    [
        ("2 + 3", "5"),
        ("-(2 + 3)", "-5"),
        ("1 / 2", "0.5"),
        ("'a' + 'b'", "'ab'"),
        ("'A'.strip()", "'A'"),
        ("list(range(3))", "[0, 1, 2]"),
        ("dict(a=1, b=[2])", "{'a': 1, 'b': [2]}"),
        ("set('ab')", "{'a', 'b'}"),
        ("divmod(7, 3)", "(2, 1)"),
        ("'5 apples'.strip()", "'5 apples'"),
    ],
)
def test_the_swapped_literal_is_wrong_for_every_kind_of_value(left, literal):
    source = f"def test_value():\n    assert {left} == {literal}\n"
    for seed in range(10):
        planted = plant({PATH: source}, [PATH], frozenset(), Random(seed))
        (swapped,) = planted.sentinels.swapped
        assert swapped in planted.sentinels.must_fail
        assert outcomes(planted.tests[PATH])[swapped.rpartition("::")[2]] is False


def test_an_assertion_that_is_expected_to_fail_is_never_swapped():
    source = "def test_raises():\n    with pytest.raises(AssertionError):\n        assert f(1) == 2\n"
    assert plant({PATH: source}, [PATH], frozenset(), Random(0)).sentinels.swapped == frozenset()


@pytest.mark.parametrize("seed", range(20))
def test_a_property_test_is_never_copied(seed):
    source = """from hypothesis import given, strategies as st
from solution import add


@given(st.integers())
def test_law(n):
    assert add(n, 0) == n


def test_inner_law():
    @given(st.integers())
    def law(n):
        assert add(n, 0) == n

    law()
    assert add(1, 2) == 3
"""
    planted = plant({PATH: source}, [PATH], frozenset({PATH}), Random(seed))
    assert planted.tests[PATH].count("given(") == source.count("given(")
