"""Values become Python literals and checked names, and nothing else ever reaches the source."""

from __future__ import annotations

import ast
import random
from typing import Any

import black
import pytest

from jupyter_coding_agent.core.errors import InvalidInput, SettingError
from jupyter_coding_agent.templates import rendering
from jupyter_coding_agent.templates.rendering import render

HOSTILE = [
    "\"; import os; os.system('x')",
    "'); import os; os.system('x'); ('",
    '"""\nimport os\n"""',
    "\\",
    "\\'",
    "\\\\\"'",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "{x!r}",
    "%s",
    "日本語",
    "a\u0301",
    "\u202eabc",
    "\x00\x1f\x7f",
    "'" * 10 + '"' * 10,
    "",
]


def random_texts(count: int) -> list[str]:
    generator = random.Random(0)
    alphabet = "\"'\\{}%#abc äß日\n\r\t\x00\u2028\u202e\U0001f600"
    return ["".join(generator.choices(alphabet, k=generator.randrange(60))) for _ in range(count)]


@pytest.mark.parametrize("value", [*HOSTILE, 0, -1, 1.5, True, False, [], ["a", "b'\""], {"a": "b", "c": 1}])
def test_a_literal_is_the_value_again(value: Any) -> None:
    assert ast.literal_eval(rendering.literal(value)) == value


def test_random_texts_survive_as_literals_and_constants() -> None:
    for text in random_texts(300):
        assert ast.literal_eval(rendering.literal(text)) == text
        source = rendering.constant(text * 3, "NAME")
        assert ast.literal_eval(ast.parse(source).body[0].value) == text * 3  # type: ignore[attr-defined]


def test_literals_use_the_quotes_that_black_prefers() -> None:
    for text in [*HOSTILE, *random_texts(100)]:
        source = f"x = {rendering.literal(text)}\n"
        assert black.format_str(source, mode=black.Mode()) == source


@pytest.mark.parametrize(
    "value",
    [
        "x" * 60,
        "x" * 80,
        "x" * 200,
        "日本" * 30,
        "\\" * 120,
        ["x" * 30] * 4,
        ["x"],
        {"key" * 9: "v" * 30, "k": "日" * 20},
    ],
)
def test_constants_are_broken_as_black_breaks_them(value: Any) -> None:
    source = rendering.constant(value, "SOME_CONSTANT") + "\n"
    assert black.format_str(source, mode=black.Mode()) == source
    assert all(len(line) <= 88 for line in source.splitlines())


def test_what_has_no_literal_is_refused() -> None:
    with pytest.raises(TypeError):
        rendering.literal(object())


@pytest.mark.parametrize("value", ["", "a b", "1a", "class", "a;b", "ä", "a\n", None, 3])
def test_only_plain_names_are_identifiers(value: Any) -> None:
    with pytest.raises(InvalidInput):
        rendering.identifier(value)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("books", "book"),
        ("categories", "category"),
        ("boxes", "box"),
        ("classes", "class"),
        ("news", "news"),
        ("status", "status"),
        ("series", "series"),
        ("data", "data"),
        ("s", "s"),
        ("ties", "tie"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert rendering.singular(plural) == one


def test_names_change_their_form() -> None:
    assert rendering.class_name("order_line") == "OrderLine"
    assert rendering.inverted({"mean": ["a", "b"], "zero": []}) == {"a": "mean", "b": "mean"}


@pytest.mark.parametrize(
    "source", ["x = {{ value }}", "x = {{ 'text' }}", "x = {{ value | upper }}", "x = {{ value ~ 'a' }}"]
)
def test_a_value_without_a_filter_is_refused(source: str) -> None:
    with pytest.raises(SettingError, match="must pass a filter"):
        render(source, {"value": "os.system('x')"}, "t/solution.py")


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing | literal }}",
        "{{ value.__class__ | literal }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() | literal }}",
        "{{ value | nothing }}",
        "{% if %}",
    ],
)
def test_a_broken_source_is_a_setting_error_that_names_it(source: str) -> None:
    with pytest.raises(SettingError, match=r"t/solution\.py"):
        render(source, {"value": "x"}, "t/solution.py")


def test_a_value_is_never_rendered_itself() -> None:
    assert render("x = {{ value | literal }}", {"value": "{{ 7 * 7 }}"}, "t") == 'x = "{{ 7 * 7 }}"'
