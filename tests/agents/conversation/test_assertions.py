import pytest

from jupyter_coding_agent.agents.conversation.assertions import expected_and_actual
from tests.agents.fakes import result

READ = {
    "call and literal": ("assert f(2) == 5", "assert 3 == 5 (where 3 = f(2))", ("5", "3")),
    "literal first": ("assert 5 == f(2)", "assert 5 == 3 (where 3 = f(2))", ("5", "3")),
    "variable": ("assert r == 5", "assert 3 == 5", ("5", "3")),
    "parameter": ("assert f(2) == want", "assert 3 == 5 (where 3 = f(2))", ("5", "3")),
    "approx": ("assert f(2) == pytest.approx(5.0)", "assert 3.0 == 5.0 ± 5.0e-06", ("5.0 ± 5.0e-06", "3.0")),
    "list": ("assert f(2) == [1, 2]", "assert [1] == [1, 2]", ("[1, 2]", "[1]")),
    "frame of the result": ("assert f(2).n == 5", "assert 3 == 5 (where 3 = A().n)", ("5", "3")),
}
OPEN = {
    "two calls": ("assert f(2) == g(2)", "assert 3 == 5"),
    "two literals": ("assert 3 == 5", "assert 3 == 5"),
    "two variables": ("assert r == s", "assert 3 == 5"),
    "another relation": ("assert f(2) < 5", "assert 7 < 5"),
    "several": ("assert f(2) == 3 == 5", "assert 3 == 5"),
    "and": ("assert f(2) == 5 and r", "assert (3 == 5)"),
    "in a text": ("assert f(2) == 'a == b'", "assert 'x' == 'a == b'"),
    "shortened": ("assert f(2) == 'aaa'", "assert 'bbb...bbb' == 'aaa'"),
    "cut": ("assert f(2) == 5", "assert " + "3" * 480 + " == 5"),
    "no assertion": ("f(2)", "ValueError: 3 == 5"),
    "a message of its own": ("assert f(2) == 5, 'no'", "no"),
}


def sides(statement: str, message: str, traceback: str = "test_solution.py:2: in test_a\n    x"):
    tests = {"test_solution.py": f"def test_a(want):\n    {statement}\n"}
    failing = result("test_a[5]", "failed", message=f"AssertionError: {message}", traceback=traceback)
    return expected_and_actual(failing, tests)


@pytest.mark.parametrize(("statement", "message", "found"), READ.values(), ids=READ.keys())
def test_the_literal_side_is_expected(statement: str, message: str, found: tuple[str, str]):
    assert sides(statement, message) == found


@pytest.mark.parametrize(("statement", "message"), OPEN.values(), ids=OPEN.keys())
def test_what_would_be_a_guess_stays_open(statement: str, message: str):
    assert sides(statement, message) == (None, None)


@pytest.mark.parametrize(
    "traceback", ["", "solution.py:2: in f", "test_solution.py:1: in x", "test_solution.py:99999999999: x"]
)
def test_without_the_failing_line_it_stays_open(traceback: str):
    assert sides("assert f(2) == 5", "assert 3 == 5", traceback) == (None, None)


def test_the_last_line_in_the_test_s_own_file_counts():
    traceback = "test_solution.py:1: in test_a\ntest_solution.py:2: in test_a\nsolution.py:1: in f"
    assert sides("assert f(2) == 5", "assert 3 == 5", traceback) == ("5", "3")


def test_what_the_host_knows_comes_first():
    hard = result("test_a", "failed", expected="1", actual="2", message="assert 3 == 5")
    assert expected_and_actual(hard, {}) == ("1", "2")
