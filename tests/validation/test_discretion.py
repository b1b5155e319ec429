"""What a run on the user's data may say where a model reads it."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.runner.models import TestReport
from jupyter_coding_agent.validation.discretion import Discretion
from jupyter_coding_agent.validation.models import CarriedValue, Notebook, ValidationRequest

TESTS = """import pandas as pd

def test_own(cell):
    assert cell(df=1)["total"] == 5

def test_live(cell):
    assert cell()["total"] == 5

def test_hands_it_on(cell):
    assert [run() for run in [cell]] and cell(df=1)
"""


def discretion(tests: str = TESTS, **descriptions: str) -> Discretion:
    values = {name: CarriedValue(description=text, content="0") for name, text in descriptions.items()}
    return Discretion(
        ValidationRequest(
            files={"solution.py": "total = df['price'].sum() + 17"},
            tests={"test_solution.py": tests},
            notebook=Notebook(before=["import pandas as pd"], values=values),
        )
    )


def told(message: str, test: str = "test_notebook.py::test_runs", **descriptions: str) -> str:
    found = discretion(**(descriptions or {"df": "pandas.DataFrame: 3 x 1; columns price (int64)"}))
    return found.report(TestReport(id=test, outcome="failed", message=message)).message


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("KeyError: 'price'", "KeyError: 'price'"),
        ("KeyError: 'Alice'", "KeyError: '…'"),
        ("ValueError: could not convert string to float: 'Alice Smith'",
         "ValueError: could not convert string to float: '… …'"),
        ("assert 17 == 4711", "assert 17 == …"),
        ("AliceError: 3 rows", "…: 3 …"),
    ],
)  # fmt: skip
def test_only_words_that_the_author_knows_or_that_libraries_use(message, kept):
    assert told(message) == kept


def test_nothing_is_shown_of_what_the_names_held():
    report = TestReport(
        id="test_notebook.py::test_runs",
        outcome="failed",
        traceback="solution.py:1: in <module>\n    total = df['price'].sum()\nE   KeyError: 'Alice'",
        locals={"df": "Alice"},
    )
    shown = discretion(df="pandas.DataFrame: 3 x 1").report(report)
    assert shown.traceback == "solution.py:1: in <module>\n    total = df['price'].sum()\nE   KeyError: '…'"
    assert shown.locals == {}


@pytest.mark.parametrize(
    ("test", "shown"), [("test_own", "4711"), ("test_live", "…"), ("test_hands_it_on", "…")]
)
def test_a_test_that_brings_its_own_values_may_say_what_came(test, shown):
    assert told("assert 4711", f"test_solution.py::{test}") == f"assert {shown}"


def test_a_test_that_imports_the_code_had_live_data_at_hand():
    found = discretion("from solution import total\n" + TESTS, df="pandas.DataFrame: 3 x 1")
    report = TestReport(id="test_solution.py::test_own", outcome="failed", message="assert 4711")
    assert found.report(report).message == "assert …"


def test_without_live_data_everything_may_be_told():
    assert told("assert 4711", limit="int") == "assert 4711"
