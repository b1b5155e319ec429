"""Property tests that the host writes. (That they find what is wrong is tried in the container.)"""

import ast

import pytest

from jupyter_coding_agent.agents.laws.testing import law_tests

WRITTEN = {
    "round trip": (
        "Write encode(text: str) -> str and decode(text: str) -> str, a lossless code.",
        "assert decode(encode(value)) == value",
    ),
    "implied": (
        "Write to_hex(n: int) -> str and from_hex(text: str) -> int.",
        "assert from_hex(to_hex(value)) == value",
    ),
    "sorted": (
        "Write sort_them(items: list[int]) -> list[int]. It returns them sorted.",
        "assert result == sorted(result)",
    ),
    "same elements": (
        "Write sort_them(items: list[int]) -> list[int]. It returns them sorted.",
        "assert sorted(sort_them(list(value))) == sorted(value)",
    ),
    "idempotent": ("Write tidy(text: str) -> str. It is idempotent.", "assert tidy(once) == once"),
    "length": (
        "Write rotate(items: list[str]) -> list[str]. The result has the same length.",
        "assert len(rotate(list(value))) == len(value)",
    ),
    "sum": (
        "Write share(items: list[int]) -> list[int]. The total stays the same.",
        "assert sum(share(list(value))) == sum(value)",
    ),
    "permutation": (
        "Write mix(items: list[int]) -> list[int]. The result is a permutation of the input.",
        "assert sorted(mix(list(value))) == sorted(value)",
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_law_of_known_types_is_written_as_a_test(name):
    prompt, assertion = WRITTEN[name]
    text = law_tests(prompt)
    assert assertion in text
    tests = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert tests and all(node.name.startswith("test_law_") and node.decorator_list for node in tests)
    assert "max_examples=50, deadline=None, derandomize=True, database=None" in text


@pytest.mark.parametrize(
    "prompt",
    [
        "Write add(a, b).",
        "Write sort_them(items: list[int]) -> list[int].",
        "Write sort_them(items). It returns them sorted.",
        "Write sort_them(rows: list[Row]) -> list[Row]. It returns them sorted.",
        "Write sort_them(items: list[str]) -> list[str]. It returns them sorted by length.",
        "Write sort_them(items: list[int], key: str) -> list[int]. It returns them sorted.",
        "Write tidy(frame: DataFrame) -> DataFrame. It is idempotent.",
        "Write to_celsius(f: float) -> float and from_celsius(c: float) -> float.",
        "Write encode(text: str) -> bytes and decode(text: str) -> str, a lossless code.",
        "Write encode and decode, a lossless code.",
        "Write f(a: int) -> int and g(b: int) -> int. It is idempotent.",
    ],
)
def test_nothing_is_written_where_something_is_not_known(prompt):
    assert law_tests(prompt) is None


def test_what_selects_may_give_fewer():
    text = law_tests(
        "Write order(items: list[int]) -> list[int]: it returns them sorted, without duplicates."
    )
    assert "test_law_sorted_order" in text
    assert "same_elements" not in text
