import pytest

from jupyter_coding_agent.agents.hard.examples import MAX_EXAMPLES, find_examples
from tests.work import calls_of


def pairs(prompt: str) -> list[tuple[str, str]]:
    return [(example.call, example.expected) for example in find_examples(prompt)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Write add. add(2, 3) == 5", [("add(2, 3)", "5")]),
        ("Write f such that `f(2, 3) == 5` and `f(0, 0) == 0`.", [("f(2, 3)", "5"), ("f(0, 0)", "0")]),
        ("- f(2) -> 5\n- f(3) -> 7\n", [("f(2)", "5"), ("f(3)", "7")]),
        ("f(2) → 5; f(3) => 7", [("f(2)", "5"), ("f(3)", "7")]),
        ("slug('Hello World') returns 'hello-world'.", [("slug('Hello World')", "'hello-world'")]),
        ('slug("a") should return "a", and slug("") returns "".', [("slug('a')", "'a'"), ("slug('')", "''")]),
        ("`fib(10)` is `55`", [("fib(10)", "55")]),
        ("fib(10) = 55", [("fib(10)", "55")]),
        ("**f(1)** gives **[1, 2]**", [("f(1)", "[1, 2]")]),
        ("f(2.5) == -0.5.", [("f(2.5)", "-0.5")]),
        ("f('a)b', x=[1, (2, 3)]) == {'k': (1,)}", [("f('a)b', x=[1, (2, 3)])", "{'k': (1,)}")]),
        ("f(')') == ']'  # a comment", [("f(')')", "']'")]),
        (r"f('it\'s') == 'x'", [('f("it\'s")', "'x'")]),
        ("f(2)  # -> 5", [("f(2)", "5")]),
        ("f() returns None", [("f()", "None")]),
        ("is_prime(7) == True", [("is_prime(7)", "True")]),
        ("Stack().push(1).pop() == 1", [("Stack().push(1).pop()", "1")]),
        ("f(2)[0] == 'x'", [("f(2)[0]", "'x'")]),
        ("sorted(f([2, 1])) == [1, 2]", [("sorted(f([2, 1]))", "[1, 2]")]),
        (">>> f(2)\n5\n>>> f(3)\n7", [("f(2)", "5"), ("f(3)", "7")]),
        ("  >>> f(\n  ...     2)\n  5", [("f(2)", "5")]),
        ("```python\nassert f(2) == 5\nassert f(3) == 7, 'seven'\n```", [("f(2)", "5"), ("f(3)", "7")]),
        ("assert 5 == f(2)", [("f(2)", "5")]),
        ("assert f(2) is None", [("f(2)", "None")]),
        ("assert f([\n    1,\n    2,\n]) == 3", [("f([1, 2])", "3")]),
        ("assert not f(2)", [("bool(not f(2))", "True")]),
        ("assert abs(f(2) - 0.5) < 1e-9", [("bool(abs(f(2) - 0.5) < 1e-09)", "True")]),
        ("assert all(f(n) == n for n in range(3))", [("bool(all((f(n) == n for n in range(3))))", "True")]),
        ("f(2) == 5\nassert f(2) == 5\n>>> f(2)\n5", [("f(2)", "5")]),
    ],
)
def test_examples_that_are_plain_become_hard(prompt: str, expected: list[tuple[str, str]]):
    assert pairs(prompt) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "Write a function f(x) that returns 5 more than x.",
        "def f(x) -> int: ...",
        "def f() -> None:\n    ...",
        "main() -> None",
        "f(x) == 5",
        "f(2) == x",
        "f(2) == g(3)",
        "f(2) == 5 + 1",
        "f(2) == 5 * n",
        "f(2) returns 3 values",
        "f(2) returns 1, 2, 3",
        "f(2) returns a list",
        "f(2) == 3.14 approximately",
        "f(2) != 5",
        "f(2) should not return 5",
        "Currently f(2) returns 5 but it should be 6.",
        "It is wrong that f(2) == 5.",
        "f(2) isn't 5",
        "f(2) returns 5 if the flag is set",
        "f(2) == 5%",
        "f(2) == 5x",
        "len([1, 2]) == 2",
        "df.shape() == (2, 3)",
        "np.mean(f(2)) == 3",
        "f([1, 2, ...]) == 3",
        "f(2) == [1, ...]",
        ">>> x = 2\n>>> f(x)\n5",
        ">>> f(2)",
        ">>> f(2)\n```",
        ">>> f(2)\nTraceback (most recent call last):",
        ">>> f(2\n5",
        "assert f(x) == 5",
        "assert f(2) == pytest.approx(5)",
        "assert that f(2) is good",
        "assert f(2",
        "f(2 == 5",
        "f(2] == 5",
        "f('2) == 5",
        "f(2) ==",
        "f(2) == [1, 2",
        "f(2) == 'abc",
        "f(2) == f'{x}'",
        "f(2) == (1, x)",
        "f(2) == 5 and f(2) == 6",
        "f(2) == 1e999",
        ">>> f('" + "x" * 3000 + "')\n5",
        ">>> f(2)\n0x" + "f" * 5000,
        "f(" + "-" * 1500 + "1) == 5",
        "f(" + "(" * 3000,
        "f('" + "x" * 3000 + "') == 5",
    ],
)
def test_what_could_be_misread_stays_prose(prompt: str):
    assert pairs(prompt) == []


def test_an_example_says_where_it_stood():
    (example,) = find_examples("Please: `f(2) == 5`.")
    assert example.source == "f(2) == 5"


def test_there_are_at_most_so_many():
    prompt = "\n".join(f"f({n}) == {n}" for n in range(MAX_EXAMPLES + 10))
    assert len(find_examples(prompt)) == MAX_EXAMPLES


@pytest.mark.parametrize(
    "piece",
    [
        "f(", "a(1) == ", "f(1) == 1 ", "assert (\n", ">>> f(\n... ", "[`*", " ", "'", "f(1) == 1\n", ">>> f(1)\n1\n\n",
        "assert f(1) == 1\n", "|a|result|\n|-|-|\n", "|", "def f(", "def f(a: int) -> str:\n", "f(a: int) -> str ",
        "f(x) -> [[", "write ", "called f ", "write f and ", "a, ", "from math import ", "f(n) = ", "\n", "\0", "# ->",
        "\"\"\"", "order ", "f(a, b)\n| a | b | result |\n|-|-|-|\n| 1 | 2 | 3 |\n", "    ", "- ",
    ],
)  # fmt: skip
def test_a_long_prompt_is_bounded_work(piece: str):
    text = piece * (100_000 // len(piece))
    assert calls_of(find_examples, text) < 10_000_000
    assert calls_of(find_examples, "Write f and g.", [text] * 5) < 10_000_000


def test_many_names_are_bounded_work():
    text = "".join(f"write f{n} so that f{n}(1) == {n}\n" for n in range(3_000))
    assert find_examples(text)
    assert calls_of(find_examples, text) < 1_000_000
