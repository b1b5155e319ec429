"""What a template would pass over is found, and what it does say is not."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.templates.filling import Filled, Span
from jupyter_coding_agent.templates.leftovers import Understanding, leftovers

VOCABULARY = {
    "plot",
    "histogram",
    "retries",
    "backoff",
    "week",
    "resample",
    "rows",
    "lost",
    "429",
    "list",
    "author",
}
NEUTRAL = {"age", "income", "gender", "region", "price", "author", "amount"}
STOP = {"each", "that", "are", "with", "of", "a", "the", "for", "hand"}
TEMPLATE = Understanding(
    knows=VOCABULARY.__contains__,
    neutral=NEUTRAL.__contains__,
    stop=STOP,
    pairs={("no", "rows"), ("rows", "are"), ("are", "lost")},
)


def passed_over(request: str, *names: str, cues: tuple[str, ...] = (), alone: bool = True) -> list[str]:
    """`names` fill variables, `cues` told so."""
    filled = Filled(
        spans=[Span(request.index(one), request.index(one) + len(one), alone=alone) for one in names],
        cues=[(request.index(one), request.index(one) + len(one)) for one in cues],
    )
    return list(leftovers(request, filled, TEMPLATE))


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("retries without backoff", ["without backoff"]),
        ("plot but not the rows", ["not the"]),
        ("resample and skip rows", ["skip rows"]),
        ("plot that does NOT plot", ["not plot"]),
        ("plot so that no rows are lost", []),
        ("plot of nothing", []),
    ],
)
def test_a_negation_that_is_not_the_templates_own(request_: str, said: list[str]) -> None:
    assert passed_over(request_) == said


def test_a_negation_that_sets_a_variable_was_understood() -> None:
    assert passed_over("plot without totals", cues=("without totals",)) == []


@pytest.mark.parametrize(
    ("request_", "names", "said"),
    [
        ("histogram of age by gender", ["age"], ["by gender"]),
        ("histogram of age per the region", ["age"], ["the region"]),
        ("histogram of age for each region", ["age"], ["each region"]),
        ("histogram of age by each region", ["age"], ["each region"]),
        ("histogram of age by author", ["age"], ["by author"]),
        ("resample price by week", ["price"], []),
        ("resample price by hand", ["price"], []),
        ("plot price by region", ["price", "region"], []),
        ("resample price by week and region", ["price"], ["and region"]),
    ],
)
def test_what_something_is_to_be_done_by(request_: str, names: list[str], said: list[str]) -> None:
    assert passed_over(request_, *names) == said


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("histogram of age and income", {"and income", "age and income"}),
        ("histogram of age, income", {", income", "age, income"}),
        ("histogram of amount and age", {"amount and age"}),
        ("histogram of age and its author", {"age and its author"}),
        ("histogram of age and list", set()),
    ],
)
def test_a_second_name_where_there_can_be_one(request_: str, said: set[str]) -> None:
    assert set(passed_over(request_, "age")) == said


def test_where_there_can_be_several_names_one_beside_them_that_is_known_is_let_be() -> None:
    assert passed_over("rows of age and author", "age", alone=False) == []


def test_a_kind_that_is_none() -> None:
    assert passed_over("rows with age:date", "age", alone=False) == ["age:date"]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("plot `cost`", ["`cost`"]),
        ('plot "cost of it"', ['"cost of it"']),
        ("plot called Costs", ["called Costs"]),
        ("plot the `sales` table", []),
        ("plot the dataframe `sales`", []),
        ("plot a table called sales", []),
        ("plot 7 rows", ["7"]),
        ("plot 2.5 rows", ["2.5"]),
        ("retries on 429", []),
        ("plot `top 10`", ["`top 10`"]),
    ],
)
def test_names_and_numbers_that_set_nothing(request_: str, said: list[str]) -> None:
    assert passed_over(request_) == said


def test_names_and_numbers_that_set_something() -> None:
    assert passed_over("plot `cost` called Costs of 7 rows", "`cost`", "Costs", "7") == []


def test_a_name_that_is_said_twice_was_understood_twice() -> None:
    assert passed_over("plot `cost` by region, then `cost` by region", "`cost`", "region") == []
    assert passed_over("plot age and age", "age") == []


def test_conflicts_of_values_are_among_them() -> None:
    assert list(leftovers("plot", Filled(conflicts=["mean"]), TEMPLATE)) == ["mean"]


@pytest.mark.parametrize(
    ("request_", "said"),
    [("a" * 2000, 0), ("a, " * 600, 0), ("`" * 2000, 1000), ("no " * 600, 599), ("by the " * 300, 299)],
)
def test_hostile_requests_are_read_to_their_end(request_: str, said: int) -> None:
    """Each in a moment: pytest's own timeout would end one that takes longer and longer."""
    assert len(passed_over(request_)) == said
    spread = Filled(spans=[Span(one, one + 1, alone=True) for one in range(0, len(request_), 40)])
    assert len(list(leftovers(request_, spread, TEMPLATE))) <= said
