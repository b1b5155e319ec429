"""Tests that judge become tests that hand over."""

from __future__ import annotations

import textwrap

import pytest

from jupyter_coding_agent.validation.languages.python.observing import rewritten
from tests.work import growth_of

HEAD = "import math\nimport numpy as np\nimport pytest\nimport solution\nfrom solution import f, Stack\n"


def body(source: str) -> list[str]:
    """The lines of the rewritten body of a test with this body."""
    text = rewritten(HEAD + "def test(stack):\n" + textwrap.indent(source, "    "), {"solution"})
    return [line.strip() for line in text.partition("def test(stack):\n")[2].splitlines()]


@pytest.mark.parametrize(
    ("statement", "handed"),
    [
        ("assert f(2) == 5", "observed(f(2))"),
        ("assert 5 == f(2), 'why'", "observed(f(2))"),
        ("assert solution.g(2) == [1, {'a': -2}]", "observed(solution.g(2))"),
        ("assert f(2) == pytest.approx(0.3, rel=1e-6)", "observed(f(2))"),
        ("assert f(2) is True", "observed(f(2))"),
        ("assert f(2) is None", "observed(f(2))"),
        ("assert len(f(2)) == 3", "observed(len(f(2)))"),
        ("assert f(2) == math.pi", "observed(f(2))"),
        ("assert math.isclose(f(2), 0.5)", "observed(f(2))"),
        ("assert np.allclose([1.0], f(2))", "observed(f(2))"),
        ("assert f(2).equals(np.array([1]))", "observed(f(2))"),
        ("np.testing.assert_allclose(f(2), [1])", "observed(f(2))"),
        ("self.assertEqual(5, f(2))", "observed(f(2))"),
        ("self.assertTrue(f(2))", "observed(bool(f(2)))"),
        ("self.assertIsNone(f(2))", "observed(f(2) is None)"),
        ("assert stack.pop() == 1", "observed(stack.pop())"),
        ("assert f(2)", "observed(bool(f(2)))"),
        ("assert not f(2)", "observed(bool(not f(2)))"),
        ("assert f(2) != 5", "observed(bool(f(2) != 5))"),
        ("assert f(2) in (5, 6)", "observed(bool(f(2) in (5, 6)))"),
        ("assert 0 < f(2) <= 5", "observed(bool(0 < f(2) <= 5))"),
        ("assert f(2) == f(3)", "observed(bool(f(2) == f(3)))"),
        ("assert 1 == 1", "observed(bool(1 == 1))"),
        ("f(2)", "f(2)"),
        ("print(f(2))", "print(f(2))"),
    ],
)
def test_an_assertion_hands_over_what_it_would_judge(statement, handed):
    assert body(statement) == [handed]


def test_the_parts_of_an_and_are_handed_over_one_by_one():
    assert body("assert f(2) == 5 and f(3) and f(4) == 6") == [
        "observed(f(2))",
        "observed(bool(f(3)))",
        "observed(f(4))",
    ]


@pytest.mark.parametrize(
    ("lines", "handed"),
    [
        ("x = f(2)\nassert x == 5", "observed(x)"),
        ("x = 2\ny = 5\nassert f(x) == y", "observed(f(x))"),
        ("items = [2, 1]\nf(items)\nassert items == [1, 2]", "observed(items)"),
        ("rows = []\nrows.append(f(2))\nassert rows == [1]", "observed(rows)"),
        ("out = []\nfor row in f(2):\n    out += [row]\nassert out == [1]", "observed(out)"),
        ("with f(2) as opened:\n    pass\nassert opened == 5", "observed(opened)"),
        ("assert [row for row in f(2)] == [5]", "observed([row for row in f(2)])"),
        ("np.testing.assert_allclose(f(2), [1])\nassert f(2) == np.pi", "observed(f(2))"),
        ("if (x := f(2)):\n    pass\nassert x == 5", "observed(x)"),
        ("x = 5\nx += f(2)\nassert x == 7", "observed(x)"),
    ],
)
def test_the_side_that_depends_on_the_code_is_handed_over(lines, handed):
    assert body(lines)[-1] == handed


def test_parametrized_values_do_not_depend_on_the_code_and_fixtures_do():
    text = rewritten(
        HEAD
        + """
@pytest.mark.parametrize(["a", "total"], [(1, 2)])
class TestIt:
    @pytest.mark.parametrize("more", [1])
    def test_it(self, a, total, more, made):
        assert made == total
        assert f(a) == more

def helper(n):
    return f(n)

def constant():
    return 3

def test_helped():
    assert helper(2) == constant()
""",
        {"solution"},
    )
    assert "observed(made)" in text
    assert "observed(f(a))" in text
    assert "observed(helper(2))" in text
    assert "parametrize(['a', 'total'], [(1, 2)])" in text


def test_an_expected_exception_is_recorded_with_what_the_call_gives():
    assert body("with pytest.raises(ValueError, match='x') as info:\n    f(1)\n    f(2)") == [
        "with observed.raising(ValueError) as info:",
        "f(1)",
        "observed(f(2))",
    ]
    assert body("with pytest.raises(ValueError):\n    x = f(1)") == [
        "with observed.raising(ValueError):",
        "x = f(1)",
        "observed(None)",
    ]
    assert body("pytest.raises(ValueError, f, 1, b=2)") == [
        "with observed.raising(ValueError):",
        "observed(f(1, b=2))",
    ]
    assert body("with open('x') as file, pytest.raises(ValueError):\n    assert f(file) == 3") == [
        "with open('x') as file, observed.raising(ValueError):",
        "observed(f(file))",
    ]


def test_no_expected_value_of_an_assertion_remains():
    text = rewritten(
        HEAD + "def test_it():\n    assert f(2) == 91919\n    assert [81818] == f(3)\n", {"solution"}
    )
    assert "91919" not in text and "81818" not in text


def test_only_the_wanted_tests_remain_and_no_property_tests():
    source = """
from hypothesis import given, strategies as st
from solution import f

def test_one(): assert f(1) == 1
async def test_two(): assert f(2) == 2
@given(st.integers())
def test_law(n): assert f(n) == n
class TestIt:
    def test_one(self): assert f(3) == 3
    def helper(self): pass
class TestOther:
    def test_one(self): assert f(4) == 4
"""
    everything = rewritten(source, {"solution"})
    assert "test_law" not in everything and "f(4)" in everything
    some = rewritten(source, {"solution"}, {"test_two", "TestIt::test_one"})
    assert "f(2)" in some and "f(3)" in some and "def helper" in some
    assert "f(1)" not in some and "TestOther" not in some
    assert rewritten(source, {"solution"}, {"test_law"}) == ""


def test_names_of_the_file_are_not_taken_and_its_first_statements_stay_first():
    text = rewritten(
        '"""Doc."""\nfrom __future__ import annotations\nfrom solution import f as observed\n'
        "def test_it(): assert observed(2) == 5\n",
        {"solution"},
    )
    assert text.startswith('"""Doc."""\nfrom __future__ import annotations\nfrom agent_sandbox')
    assert "observed_(observed(2))" in text


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(:",
        "\0",
        "def test_it():\n    assert " + "(" * 5_000,
        "def test_it():\n    assert " + "not " * 20_000 + "1",
        "def test_it():\n    assert f" + "(1)" * 20_000,
        "x = 1\n",
        "",
    ],
)
def test_what_can_not_be_rewritten_gives_nothing(text):
    assert rewritten(text, {"solution"}) == ""


@pytest.mark.parametrize(
    "text",
    [
        lambda lines: "def test():\n" + "".join(f"    a{n + 1} = a{n}\n" for n in range(lines, 0, -1)),
        lambda lines: "def test():\n" + "    assert f(1) == f(2) and f(3)\n" * lines,
        lambda lines: (
            "".join(f"def h{n}(): return h{n + 1}()\n" for n in range(lines))
            + "def test():\n    assert f(1)\n"
        ),
    ],
)
def test_the_work_grows_with_the_file_and_no_faster(text):
    def rewrite(text: str):
        assert rewritten("from solution import f\n" + text, {"solution"})

    assert growth_of(rewrite, text, 1_000) < 2.3
