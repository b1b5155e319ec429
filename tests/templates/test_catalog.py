"""From a request to code and tests, or to a refusal that says what to do."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, NoTemplateFits, NotFound
from jupyter_coding_agent.templates.catalog import TemplateLibrary

LIBRARY = TemplateLibrary()


def test_a_request_becomes_code_and_tests() -> None:
    answer = LIBRARY.answer(
        "clean the sales data: drop duplicates on `order_id`, fill missing `amount` with the median", "python"
    )
    assert (answer.template_id, answer.name) == ("clean-table", "Clean a table")
    assert 'KEY_COLUMNS = ["order_id"]' in answer.files["solution.py"]
    assert 'FILL_METHODS = {"amount": "median"}' in answer.files["solution.py"]
    assert "def test_" in answer.tests["test_solution.py"]
    assert answer.requirements == ["pandas"]
    assert answer.variables["median_columns"] == ["amount"]
    assert 0.75 <= answer.score <= 1


def test_the_same_request_gives_the_same_answer() -> None:
    request = "plot a histogram of `age`"
    assert LIBRARY.answer(request, "python") == TemplateLibrary().answer(request, "python")


def test_a_named_template_is_filled_from_the_request_and_not_matched() -> None:
    answer = LIBRARY.answer("sort a linked list by `age`, 12 bins", "python", "plot-chart")
    assert (answer.template_id, answer.score) == ("plot-chart", 1.0)
    assert answer.variables["bins"] == 12


def test_a_refusal_names_the_closest_and_what_to_do() -> None:
    with pytest.raises(NoTemplateFits) as caught:
        LIBRARY.answer("translate this table", "python")
    assert caught.value.status == 422
    assert "closest: '" in caught.value.message
    assert "`jupyter coding-agent doctor`" in caught.value.message


def test_a_refusal_names_what_would_be_passed_over_and_the_ways_on() -> None:
    with pytest.raises(NoTemplateFits) as caught:
        LIBRARY.answer("find the outliers in amount by region, not with quartiles", "python")
    assert "'Find outliers' would pass over “by region”, “not with”." in caught.value.message
    assert ": find-outliers." in caught.value.message
    assert "`jupyter coding-agent doctor`" in caught.value.message


def test_a_refusal_of_something_far_away_names_nothing() -> None:
    with pytest.raises(NoTemplateFits, match="none of the 22 is near"):
        LIBRARY.answer("hello", "python")


def test_a_language_without_templates_is_said() -> None:
    with pytest.raises(NoTemplateFits, match="no built-in templates for rust"):
        LIBRARY.answer("plot a bar chart of revenue by region", "rust")


def test_an_unknown_template_is_not_found() -> None:
    with pytest.raises(NotFound, match="there are: bootstrap-statistics, clean-table"):
        LIBRARY.answer("anything", "python", "no-such-template")


def test_a_value_that_can_not_be_used_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        LIBRARY.answer("REST API for books with `title` and `class`", "python")
    assert caught.value.field == "fields"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"category": "auth"}, ["jwt-auth-api", "password-hashing", "signed-tokens"]),
        ({"framework": "fastapi"}, ["jwt-auth-api", "rest-api"]),
        ({"category": "crud", "language": "python"}, ["json-store", "sqlite-crud"]),
        ({"language": "cobol"}, []),
    ],
)
def test_the_list_can_be_narrowed(filters: dict[str, str], ids: list[str]) -> None:
    assert [template.id for template in LIBRARY.list(**filters)] == ids
