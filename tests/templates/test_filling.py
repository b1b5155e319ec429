"""Reading a template's variables out of a request."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.filling import check_patterns, fill
from jupyter_coding_agent.templates.models import Manifest

LIBRARY = TemplateLibrary()


@pytest.mark.parametrize(
    ("template_id", "request_", "values"),
    [
        (
            "clean-table",
            "clean the sales data: drop duplicates on `order_id`, fill missing `amount` with the median",
            {"key_columns": ["order_id"], "median_columns": ["amount"]},
        ),
        ("clean-table", "clean the data: drop duplicates", {}),
        ("clean-table", "drop duplicates on order id", {}),
        ("clean-table", "drop duplicates on [`a`, `b` and `c`]", {"key_columns": ["a", "b", "c"]}),
        (
            "clean-table",
            "drop duplicates by \"first name\" and 'last name'",
            {"key_columns": ["first name", "last name"]},
        ),
        (
            "clean-table",
            "drop duplicates on `Größe`, don't touch the customer's name",
            {"key_columns": ["Größe"]},
        ),
        ("clean-table", "write clean_orders(df)", {"function_name": "clean_orders"}),
        ("clean-table", "fill missing values with the mean", {"other_numbers": "mean"}),
        (
            "clean-table",
            "fill missing `a` with 0 and `b` with the mode",
            {"zero_columns": ["a"], "mode_columns": ["b"]},
        ),
        (
            "plot-chart",
            "Bar chart of revenue by region",
            {"kind": "bar", "y_column": "revenue", "x_column": "region"},
        ),
        ("plot-chart", "histogram of age, 12 bins", {"kind": "histogram", "x_column": "age", "bins": 12}),
        ("plot-chart", 'line chart titled "A, B and C"', {"kind": "line", "title": "A, B and C"}),
        ("bootstrap-statistics", "a 99.5 % interval", {"confidence": 0.995}),
        ("bootstrap-statistics", "2000 resamples, seed 7", {"resamples": 2000, "seed": 7}),
        (
            "group-summary",
            "group the orders by `region` and compute the total and average `amount`",
            {"group_columns": ["region"], "value_columns": ["amount"], "aggregates": ["sum", "mean"]},
        ),
        ("merge-tables", "inner join on user_id", {"key_columns": ["user_id"], "how": "inner"}),
        (
            "rest-api",
            "API for order lines",
            {},
        ),
        (
            "rest-api",
            "REST API for `Order Lines` with Unit Price, quantity (int) and in stock",
            {"collection": "Order_Lines"},
        ),
        (
            "rest-api",
            "API for books with title, pages (int) and in_stock: bool",
            {"collection": "books", "fields": ["title", "pages:integer", "in_stock:boolean"]},
        ),
        (
            "sqlite-crud",
            "table `books` with `title` and `price: float`",
            {"table": "books", "fields": ["title", "price:number"]},
        ),
        (
            "http-client",
            "retry 5 times with a timeout of 2.5 seconds",
            {"attempts": 5, "timeout_seconds": 2.5},
        ),
        (
            "jwt-auth-api",
            "tokens that expire after 30 minutes, HS512",
            {"token_minutes": 30, "algorithm": "HS512"},
        ),
        (
            "ml-baseline",
            "predict `price`, hold out 25 %",
            {"target": "price", "task": "regression", "test_share": 0.25},
        ),
        ("ml-baseline", "predict house prices", {"task": "regression"}),
        (
            "rate-limiter",
            "limit the rate of my api calls to 100 requests per minute",
            {"calls": 100, "period_seconds": 60.0},
        ),
        ("rate-limiter", "throttle to 9 calls every 2 minutes", {"calls": 9, "period_seconds": 120}),
        ("ttl-cache", "ttl cache decorator that expires after 5 minutes", {"seconds": 300}),
        ("ttl-cache", "ttl cache decorator, kept for 1.5 hours", {"seconds": 5400}),
        ("time-series", "resample by week, rolling mean over 4 weeks", {"frequency": "week", "window": 4}),
        ("time-series", "resample every 2 weeks", {"frequency": "week"}),
    ],
)
def test_values_are_read_from_the_request(template_id: str, request_: str, values: dict[str, Any]) -> None:
    assert LIBRARY.fill(LIBRARY.get(template_id), request_) == values


def manifest(**variable: Any) -> Manifest:
    return Manifest.model_validate(
        {
            "name": "n",
            "description": "d",
            "category": "data",
            "language": "python",
            "framework": "f",
            "match": {"job": [["x"]], "phrases": ["x"]},
            "variables": [{"name": "v", "description": "d", **variable}],
            "files": ["a.py"],
            "tests": ["t.py"],
        }
    )


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        ("read data/in.csv now", "data/in.csv"),
        ("read `my file.txt`", "my file.txt"),
        ("read it", None),
        ("read a.b", "a.b"),
    ],
)
def test_paths(request_: str, value: str | None) -> None:
    filled = fill(manifest(type="path", default="x.csv", fill=["read {value}"]), request_, ())
    assert filled.values.get("v") == value


@pytest.mark.parametrize(("request_", "value"), [("with header", True), ("no header", False), ("csv", None)])
def test_booleans_are_chosen_by_words(request_: str, value: bool | None) -> None:
    words = {"no header": "false", "header": "true"}
    filled = fill(manifest(type="boolean", default=True, words=words), request_, ())
    assert filled.values.get("v") is value


def test_reserved_words_are_no_bare_names_but_quoted_ones_are() -> None:
    one = manifest(type="string", default="x", fill=["by {value}"])
    assert fill(one, "by total", {"total"}).values == {}
    assert fill(one, "by `total`", {"total"}).values == {"v": "total"}


def test_a_list_is_quoted_or_bare_throughout() -> None:
    several = manifest(type="list", default=[], fill=["on {value}"])
    assert fill(several, "on `a` and compute it", ()).values == {"v": ["a"]}
    assert fill(several, "on a, b & c", ()).values == {"v": ["a", "b", "c"]}
    assert fill(several, "on a, a", ()).values == {"v": ["a"]}


def test_several_values_of_one_choice_are_a_conflict() -> None:
    words = {"mean|average": "mean", "sum|total": "sum"}
    one = manifest(type="choice", default="sum", rule={"choices": ["sum", "mean"]}, words=words)
    assert fill(one, "mean or average, by all means", ()).conflicts == []
    filled = fill(one, "the sum and the mean", ())
    assert (filled.values, filled.conflicts) == ({"v": "mean"}, ["sum"])


def test_words_of_a_number_stand_for_numbers() -> None:
    with pytest.raises(ValueError, match="stand for numbers, not 'long'"):
        manifest(type="number", default=1, words={"a while": "long"})


def test_spans_say_what_may_mean_something_else() -> None:
    one = manifest(type="string", default="x", fill=["by {value}"])
    assert [span.bare for span in fill(one, "by region", ()).spans] == ["region"]
    assert [span.bare for span in fill(one, "by `region`", ()).spans] == [""]
    assert [span.bare for span in fill(one, "by region_id", ()).spans] == [""]


@pytest.mark.parametrize("pattern", ["no placeholder", "({value}", "{value} {percent}", "{years}"])
def test_a_wrong_pattern_is_named(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^v: "):
        check_patterns(manifest(type="string", default="x", fill=[pattern]))


@pytest.mark.parametrize(
    "request_", ["drop duplicates on " + "a, " * 900, "`" * 1900, "on " * 900, "fill missing " + "x " * 900]
)
def test_hostile_requests_are_read_quickly(request_: str) -> None:
    for template in LIBRARY.list():
        LIBRARY.fill(LIBRARY.get(template.id), request_)
