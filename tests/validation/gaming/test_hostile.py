"""Sources made to break or to hold up whoever looks at them."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.languages.python.gaming import look
from jupyter_coding_agent.validation.models import Example
from tests.work import calls_of

TESTS = "from solution import f\n\n\n" + "\n\n\n".join(
    f"def test_{n}():\n    assert f({n}, 'x{n}') == {n * 7}" for n in range(300)
)
HEAD = "def f(a, b):\n"
SOURCES = {
    "NUL": "a = 1\0\n",
    "not Python": "def f(:\n",
    "parentheses": "x = " + "(" * 190 + "1" + ")" * 190 + "\n",
    "a long sum": "x = " + "+".join(["1"] * 20_000) + "\n",
    "a long chain of attributes": "x = a" + ".b" * 20_000 + "\n",
    "nested conditional expressions": HEAD
    + "    return "
    + "".join(f"{n} if a == {n} else " for n in range(900))
    + "0\n",
    "a long elif": HEAD
    + "    if a == 0:\n        return 0\n"
    + "".join(f"    elif a == {n}:\n        return {n * 7 + 1}\n" for n in range(1, 900)),
    "many branches": HEAD + "".join(f"    if a == {n}:\n        return {n * 7 + 1}\n" for n in range(6_000)),
    "a large table": f"T = {{{', '.join(f'{n}: {n}' for n in range(20_000))}}}\n{HEAD}    return T[a]\n",
    "many tables": "".join(f"T{n} = {{1: 2, 3: 4, 5: {n}}}\n" for n in range(4_000)),
    "large numbers": f"T = {{1: 10**10**10, 2: 'a' * 10**12, 3: 1 << 10**9}}\n{HEAD}    return T[a]\n",
    "many texts that are executed": "".join(f"exec('def g{n}(): return {n}')\n" for n in range(2_000)),
    "names in circles": f"a = b\nb = a\nc = a + b + c\n{HEAD}    if c == 1:\n        return 7\n    return d\n",
    "doubling": "x0 = [1]\n"
    + "".join(f"x{n + 1} = [x{n}, x{n}]\n" for n in range(40))
    + HEAD
    + "    return x40\n",
    "a lone surrogate": HEAD + "    if b == '\\ud800':\n        return 7\n    return a\n",
    "magics": "%matplotlib inline\n!ls\nx = 1\n",
}


# A few seconds where a source is built for it; an ordinary look takes some ten thousand.
MOST_CALLS = 25_000_000


@pytest.mark.parametrize("name", sorted(SOURCES))
@pytest.mark.parametrize(
    "request_text",
    ["", "Write f(a, b) that gives seven times the number a, whatever the text b may be, please."],
)
def test_no_source_breaks_it_or_holds_it_up(name: str, request_text: str) -> None:
    files, tests = {"solution.py": SOURCES[name]}, {"test_solution.py": TESTS}
    assert calls_of(look, files, tests, [], request_text) < MOST_CALLS


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_test_file_does_either(name: str) -> None:
    files, tests = {"solution.py": HEAD + "    return a * 7\n"}, {"test_solution.py": SOURCES[name]}
    assert calls_of(look, files, tests, [], "") < MOST_CALLS


def test_loops_of_tests_are_not_unrolled_without_end() -> None:
    loops = "".join("    " * (depth + 1) + f"for x{depth} in range(60):\n" for depth in range(6))
    tests = f"from solution import f\n\n\ndef test_f():\n{loops}{'    ' * 7}assert f(x0, x1) == x2\n"
    files = {"solution.py": HEAD + "    return a\n"}
    assert calls_of(look, files, {"test_solution.py": tests}, [], "") < MOST_CALLS


def test_a_request_of_any_length_and_odd_examples() -> None:
    request = "f(" * 20_000 + '"' * 20_000 + "1 to 2 to 3 " * 5_000
    examples = [Example(call="f(1, 2", expected="((("), Example(call="f(1, 'a')", expected="3")]
    code = HEAD + "    if (a, b) == (1, 'a'):\n        return 3\n    return 0\n"
    files = {"solution.py": code, "data.json": "[" * 50_000}
    assert calls_of(look, files, {}, examples, request) < MOST_CALLS


def test_deep_data_beside_the_code() -> None:
    deep = "[" * 400 + "1" + "]" * 400
    files = {"solution.py": f"import json\nX = json.loads({deep!r})\n{HEAD}    return X\n", "data.json": deep}
    assert not look(files, {"test_solution.py": TESTS}, [], "").findings
