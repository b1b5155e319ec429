"""Answers from the container against expected values that stayed on the host."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from jupyter_coding_agent.validation.languages.python.answers import canonical, matches


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("5", 5),
        ("5", 5.0),
        ("5.0", 5),
        ("0.3", 0.1 + 0.2),
        ("True", True),
        ("1", True),
        ("None", None),
        ("'text'", "text"),
        ("b'ab'", b"ab"),
        ("[1, 2.5, 'x']", [1, 2.5, "x"]),
        ("(1, 2)", (1, 2)),
        ("{1, 2}", {2, 1}),
        ("{'a': [1], 'b': {}}", {"b": {}, "a": [1.0]}),
        ("[1, 2]", np.array([1, 2])),
        ("[[1.0], [0.30000000000000004]]", np.array([[1], [0.3]])),
        ("[1, 2]", pd.Series([1, 2])),
        ("2.5", np.float64(2.5)),
        ("3", np.int64(3)),
        ("[]", []),
        ("-1", -1),
        (str(10**30), 10**30),
        ("1e300", 1e300 * (1 + 1e-12)),
    ],
)
def test_equal_values_match(expected, value):
    assert matches(expected, [canonical(value)])[0]


@pytest.mark.parametrize(
    ("expected", "value", "shown"),
    [
        ("5", 6, "6"),
        ("5", "5", "'5'"),
        ("0.3", 0.3001, "0.3001"),
        ("[1, 2]", (1, 2), "(1, 2)"),
        ("[1, 2]", [1, 2, 3], "[1, 2, 3]"),
        ("(1,)", [1], "[1]"),
        ("(1,)", (2,), "(2,)"),
        ("None", False, "False"),
        ("None", 0, "0"),
        ("{'a': 1}", {"a": 2}, "{'a': 2}"),
        ("{1}", {2}, "{2}"),
        ("[1]", np.array([2]), "array([2])"),
        ("''", None, "None"),
        (str(10**30), 10**30 + 1, str(10**30 + 1)),
    ],
)
def test_different_values_do_not_and_are_shown(expected, value, shown):
    assert matches(expected, [canonical(value)]) == (False, shown)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        ["1", "1"],
        ["not json"],
        [json.dumps({"tuple": 3})],
        [json.dumps({})],
        [json.dumps({"int": "x"})],
        [json.dumps({"dict": [1]})],
        ["[" * 100_000],
        [json.dumps({"float": "1e999999"})],
        [json.dumps({"int": "9" * 5000})],
    ],
)
def test_forged_answers_never_match_and_never_raise(answers):
    right, shown = matches("5", answers)
    assert right is False and isinstance(shown, str)


def test_an_object_that_claims_equality_does_not_match():
    class Anything:
        def __eq__(self, other):
            return True

    assert matches("5", [canonical(Anything())])[0] is False


def test_nan_matches_nothing_but_itself():
    assert matches("5", [canonical(float("nan"))])[0] is False
