"""The interpreter of literals: what it knows, and that nothing makes it work long."""

from __future__ import annotations

import ast

import pytest

from jupyter_coding_agent.validation.languages.python.gaming.names import imported
from jupyter_coding_agent.validation.languages.python.gaming.values import Evaluator, Scope
from tests.work import calls_of


def known(text: str, **values: object) -> tuple[bool, object]:
    tree = ast.parse("import base64, hashlib, json, math, zlib\nimport pandas as pd\nimport numpy as np")
    scope = Scope(values=values, aliases=imported(ast.walk(tree)))
    return Evaluator().known(ast.parse(text, mode="eval").body, scope)


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 * 3",
        "[1, *range(3)]",
        "{'a': 1, **{'b': 2}}",
        "'-'.join(map(str, [1, 2]))",
        "''.join(chr(c) for c in [104, 105])",
        "{k: v for k, v in zip('ab', (1, 2))}",
        "json.loads('{\"a\": [1]}')",
        "base64.b64decode('aGk=').decode()",
        "zlib.crc32(b'hi')",
        "hashlib.md5(b'hi').hexdigest()",
        "hash((1, 2))",
        "f'{1}-{2!r}'",
        "'abc'[::-1].upper()",
        "1 < 2 <= 2",
        "None is None",
        "3 in {1, 2, 3}",
        "5 if [] else 6",
        "[1, 2, 3][-1]",
        "sorted([3, 1], reverse=True)",
        "bytes.fromhex('6869')",
    ],
)
def test_it_agrees_with_python(text: str) -> None:
    names = {name: __import__(name) for name in ("base64", "hashlib", "json", "zlib")}
    assert known(text) == (True, eval(text, names))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("len(df)", 2),
        ("df.shape", (2, 2)),
        ("df['a'].tolist()", [1, 2]),
        ("df['a'].sum()", 3),
        ("df.iloc[0]['b']", "x"),
        ("df.equals(pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']}))", True),
        ("df.empty", False),
        ("list(df.columns)", ["a", "b"]),
    ],
)
def test_a_small_model_of_frames(text: str, value: object) -> None:
    frame = known("pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})")[1]
    assert known(text, df=frame) == (True, value)


@pytest.mark.parametrize(
    "text",
    [
        "unknown",
        "open('x').read()",
        "__import__('os')",
        "df['a'] * 2",
        "(lambda: 1)()",
        "10 ** 10 ** 10",
        "1 << 10 ** 9",
        "'a' * 10 ** 12",
        "[0] * 10 ** 12",
        "'%1000000000d' % 1",
        "round(1, -10 ** 9)",
        "list(range(10 ** 9))",
        "'a'.ljust(10 ** 10)",
        "f'{1:1000000000}'",
        "'a'.replace('', 'b' * 2000) * 2000",
        "1 / 0",
        "[][0]",
        "hash('text')",
        "[[[[[1] * 90] * 90] * 90] * 90] * 90",
    ],
)
def test_what_is_unknown_large_or_wrong_is_unknown(text: str) -> None:
    frame = known("pd.DataFrame({'a': [1]})")[1]
    assert known(text, df=frame)[0] is False
    assert calls_of(lambda: known(text, df=frame)) < 1_000_000


def test_its_steps_are_used_up() -> None:
    evaluator = Evaluator(steps=100)
    node = ast.parse("[1, 2, 3, 4, 5]", mode="eval").body
    results = [evaluator.known(node, Scope())[0] for _ in range(30)]
    assert results[0] and not results[-1] and evaluator.exhausted


def test_names_that_lead_in_a_circle() -> None:
    tree = ast.parse("b + 1", mode="eval").body
    scope = Scope(expressions={"a": ast.parse("b", mode="eval").body, "b": ast.parse("a", mode="eval").body})
    assert Evaluator().known(tree, scope) == (False, None)
