from __future__ import annotations

import json
import re
import types

import numpy as np
import pandas as pd
import pytest

from jupyter_coding_agent.magics.context import (
    describe,
    gather,
    mentioned,
)

SECRET = "s3cret-value"


def secretive(a, b=SECRET, *args, key: str = SECRET):
    return SECRET


VALUES = {
    "frame": pd.DataFrame({"name": [SECRET], "kind": pd.Categorical([SECRET])}, index=[SECRET]),
    "series": pd.Series([SECRET], name="name"),
    "array": np.zeros((3, 4), dtype="float32"),
    "text": SECRET,
    "items": [SECRET, 1],
    "mapping": {SECRET: SECRET},
    "function": secretive,
    "number": 12345,
    "nothing": None,
}


@pytest.mark.parametrize("name", VALUES)
def test_no_value_is_sent(name: str):
    said = describe(VALUES[name])
    assert SECRET not in said
    assert "12345" not in said


def test_schemas_and_shapes_are_sent():
    frame = pd.DataFrame({"city": ["a", "b"], "price": [1.0, 2.0]})
    assert describe(frame).endswith(f"2 x 2; columns city ({frame['city'].dtype}), price (float64)")
    assert describe(VALUES["array"]) == "numpy.ndarray: 3 x 4, float32"
    assert describe(VALUES["items"]) == "list: 2 items of int, str"
    assert describe(VALUES["mapping"]) == "dict: 1 items of str → str"
    assert describe(secretive) == "function: (a, b, args, key)"
    assert describe(types) == "module: types"
    assert describe(3) == "int"


def test_a_wide_table_is_cut():
    said = describe(pd.DataFrame([range(500)]))
    assert "and 420 more" in said


def test_describing_runs_no_code_of_the_users():
    class Trap:
        def __getattribute__(self, name):
            raise SystemExit

        __repr__ = __str__ = __len__ = __getattribute__

    assert describe(Trap()).endswith("Trap")


def test_a_library_that_fails_is_still_named():
    class Broken(pd.DataFrame):
        @property
        def columns(self):
            raise RuntimeError

    Broken.__module__ = "pandas.broken"
    assert describe(Broken({"a": [1]})).startswith("pandas.broken.")


def test_categories_of_a_column_type_are_data():
    class Column:
        shape = (3,)
        dtype = f"Enum(categories=['{SECRET}'])"

    Column.__module__ = "polars.series"
    assert describe(Column()).endswith("Column: 3, Enum")


def test_what_the_request_speaks_of():
    names = ["df", "a", "prices", "unused"]
    assert mentioned("Make a plot of prices from df", names) == ["df", "prices"]
    assert mentioned("Plot `a` against `df.prices`", names) == ["df", "a", "prices"]
    assert mentioned("predf dfs", names) == []


def test_the_context_is_json_and_holds_the_environment():
    namespace = {"df": VALUES["frame"], "_private": 1, "In": [], "theirs": 1}
    context = gather("sum df and theirs", namespace, ["theirs"], ["", "df = load()"])
    assert json.loads(json.dumps(context)) == context
    assert list(context["variables"]) == ["df"]
    assert context["cells"] == [{"source": "df = load()"}]
    assert "pandas" in context["packages"]
    assert SECRET not in json.dumps(context)


def test_the_python_version_is_plain():
    assert re.fullmatch(r"3\.\d+\.\d+", gather("", {}, [], [])["kernel_python"])
