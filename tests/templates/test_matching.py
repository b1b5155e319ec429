"""The labelled requests: which template answers, and above all which requests none may answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.matching import MAX_REQUEST, stem

LABELLED: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("requests.yaml").read_text("utf-8"))
REFUSED = LABELLED["refused"]
LIBRARY = TemplateLibrary()


@cache
def answered_by(request: str) -> str:
    best = LIBRARY.match(request, "python")[0]
    return best.template_id if best.fits else "refused"


def test_the_table_covers_every_template() -> None:
    assert LABELLED.keys() == {"refused", *(template.id for template in LIBRARY.list())}
    assert sum(map(len, LABELLED.values())) >= 60


def test_nearly_all_requests_are_answered_right() -> None:
    wrong = [
        (request, label, answered_by(request))
        for label, requests in LABELLED.items()
        for request in requests
        if answered_by(request) != label
    ]
    assert len(wrong) <= 0.05 * sum(map(len, LABELLED.values())), wrong


def test_no_request_is_answered_from_the_wrong_template() -> None:
    wrong = [
        (request, label, answered_by(request))
        for label, requests in LABELLED.items()
        for request in requests
        if answered_by(request) not in (label, "refused")
    ]
    assert wrong == []


@pytest.mark.parametrize("request_", ["sort a linked list", "write a game of life", "translate this text"])
def test_other_jobs_are_refused(request_: str) -> None:
    assert answered_by(request_) == "refused"


def test_case_and_white_space_do_not_matter() -> None:
    assert answered_by("  PLOT a\n\tBAR chart of Revenue BY region ") == "plot-chart"


def test_a_second_job_refuses_and_is_named() -> None:
    candidates = {
        candidate.template_id: candidate
        for candidate in LIBRARY.match("clean the data, then train a classifier", "python")
    }
    assert not any(candidate.fits for candidate in candidates.values())
    assert candidates["ml-baseline"].foreign == ["clean"]


def test_a_quoted_name_is_a_name_whatever_it_says() -> None:
    assert answered_by("plot a histogram of `mandelbrot`") == "plot-chart"
    assert answered_by("plot a histogram of mandelbrot fractals") == "refused"


@pytest.mark.parametrize(
    "request_",
    [
        "pivot table of `sales` by `region` and `year` for `shop`",
        "weekly resampling of `revenue` and `cost` with pandas",
        "a class called Library that stores books in a json file with add, get, update, delete",
        "a rest api called Shop for orders with FastAPI",
    ],
)
def test_a_name_that_sets_nothing_is_not_passed_over(request_: str) -> None:
    assert answered_by(request_) == "refused"


@pytest.mark.parametrize("table", ["the `sales` table", "the dataframe `sales`", "a table called sales"])
def test_what_a_table_is_called_changes_nothing(table: str) -> None:
    assert answered_by(f"resample the `revenue` of {table} by week with pandas") == "time-series"


@pytest.mark.parametrize(
    "request_", ["", "   ", "!!!", "```", "the of and", "日本語で書いてください", "\x00", "a" * 500]
)
def test_nothing_to_go_by_is_refused(request_: str) -> None:
    assert answered_by(request_) == "refused"


def test_a_long_request_says_more_than_a_template_does() -> None:
    request = "plot a bar chart of revenue by region. "
    assert answered_by(request * 3) == "plot-chart"
    assert answered_by(request * (MAX_REQUEST // len(request) + 1)) == "refused"


def test_candidates_are_ranked() -> None:
    candidates = LIBRARY.match("merge two tables on `id`", "python")
    assert candidates[0].fits
    scores = [candidate.score for candidate in candidates[1:]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= candidate.score <= 1 for candidate in candidates)


def test_other_languages_have_no_candidates() -> None:
    assert LIBRARY.match("plot a bar chart of revenue by region", "javascript") == []


@pytest.mark.parametrize(
    "forms",
    [
        ("plot", "plots", "plotted", "plotting"),
        ("duplicate", "duplicates", "duplicated"),
        ("query", "queries"),
        ("summarise", "summarize", "summarised"),
        ("retry", "retries"),
        ("df", "df1"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1
