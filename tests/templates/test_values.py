"""Wrong values are refused in a sentence that names the variable."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_coding_agent.core.errors import InvalidInput
from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.models import RecordField
from jupyter_coding_agent.templates.values import checked, for_source
from tests.templates.test_filling import manifest

LIBRARY = TemplateLibrary()


@pytest.mark.parametrize(
    ("template_id", "field", "value"),
    [
        ("clean-table", "no_such_variable", "x"),
        ("clean-table", "key_columns", "order_id"),
        ("clean-table", "key_columns", [1]),
        ("clean-table", "key_columns", [""]),
        ("clean-table", "key_columns", ["a\nb"]),
        ("clean-table", "key_columns", ["a\x00"]),
        ("clean-table", "key_columns", ["x" * 201]),
        ("clean-table", "key_columns", ["a", "a"]),
        ("clean-table", "key_columns", list("abcdefghijk")),
        ("clean-table", "function_name", "class"),
        ("clean-table", "function_name", "match"),
        ("clean-table", "function_name", "import os"),
        ("clean-table", "function_name", "f(): pass\nimport os"),
        ("clean-table", "function_name", "Größe"),
        ("clean-table", "function_name", "x" * 31),
        ("clean-table", "function_name", "pd"),
        ("clean-table", "function_name", "strip_text"),
        ("clean-table", "function_name", "list"),
        ("clean-table", "function_name", None),
        ("clean-table", "other_numbers", "mode"),
        ("plot-chart", "bins", 0),
        ("plot-chart", "bins", 2.5),
        ("plot-chart", "bins", True),
        ("plot-chart", "bins", "20"),
        ("plot-chart", "y_column", "x"),
        ("bootstrap-statistics", "confidence", 95),
        ("bootstrap-statistics", "confidence", float("nan")),
        ("group-summary", "group_columns", []),
        ("group-summary", "aggregates", ["sum", "var"]),
        ("rest-api", "collection", "books/{id}"),
        ("rest-api", "fields", ["id"]),
        ("rest-api", "fields", ["model_config"]),
        ("rest-api", "fields", ["a:date"]),
        ("rest-api", "fields", ["a", "a:integer"]),
        ("rest-api", "fields", ["from"]),
        ("sqlite-crud", "table", "sqlite_master"),
        ("sqlite-crud", "table", "books; DROP TABLE x"),
        ("command-line-tool", "program", "a b"),
        ("jwt-auth-api", "algorithm", "none"),
        ("jwt-auth-api", "environment_variable", "PATH\n"),
    ],
)
def test_a_wrong_value_names_its_variable(template_id: str, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        LIBRARY.render(LIBRARY.get(template_id), {field: value})
    assert caught.value.field == field
    assert field in caught.value.message


def test_variables_that_exclude_each_other_are_named() -> None:
    with pytest.raises(InvalidInput, match="'a' can't be in both 'mean_columns' and 'key_columns'"):
        LIBRARY.render(LIBRARY.get("clean-table"), {"mean_columns": ["a"], "key_columns": ["a"]})


def test_given_values_win_over_defaults() -> None:
    variables = LIBRARY.render(LIBRARY.get("plot-chart"), {"bins": 7}).variables
    assert variables["bins"] == 7
    assert variables["x_column"] == "x"


def test_a_whole_number_may_be_written_as_a_float() -> None:
    bins = LIBRARY.render(LIBRARY.get("plot-chart"), {"bins": 7.0}).variables["bins"]
    assert (bins, type(bins)) == (7, int)


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_booleans_are_true_or_false(value: Any) -> None:
    with pytest.raises(InvalidInput, match="true or false"):
        checked(manifest(type="boolean", default=True), {"v": value})


def test_sources_see_fields_apart() -> None:
    fields = manifest(type="list", items="field", default=["a", "b:integer"])
    assert for_source(fields, checked(fields, {})) == {
        "v": [RecordField("a", "text"), RecordField("b", "integer")]
    }
