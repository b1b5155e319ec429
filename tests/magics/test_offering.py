from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.agents.models import OwnTests
from jupyter_coding_agent.executions.models import NotebookContext
from jupyter_coding_agent.magics.offering import offered
from jupyter_coding_agent.validation.models import Notebook

PASSWORD = "hunter2-correct-horse"
CONNECTION = f"postgresql://me:{PASSWORD}@db.example.com/orders"
TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3
HERE = "__import__('jupyter_coding_agent.magics.offering', fromlist=['_'])"


def test_names_and_schemas_are_offered_and_no_value():
    namespace: dict[str, Any] = {
        "frame": pd.DataFrame({"price": [17.5], TOKEN: ["Ada"]}),
        "connection": CONNECTION,
        "_private": 1,
        "theirs": 1,
        "helper": test_names_and_schemas_are_offered_and_no_value,
    }
    offer = offered(namespace, ["theirs"])
    assert [(row["name"], row["definition"]) for row in offer["variables"]] == [
        ("frame", False),
        ("connection", False),
        ("helper", True),
    ]
    assert "1 x 2; columns price (float64)" in offer["variables"][0]["description"]
    said = json.dumps(offer)
    assert not [secret for secret in (PASSWORD, "17.5", "Ada", TOKEN) if secret in said]
    assert "pandas" in offer["packages"]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    """IPython's own, as a kernel has it."""
    shell = InteractiveShell(ipython_dir=str(tmp_path))
    InteractiveShell._instance = shell
    yield shell
    InteractiveShell._instance = None


def asked(shell: InteractiveShell, call: str, question: object = None) -> Any:
    """Over IPython's machinery: what it answers is what a browser reads."""
    before = dict(shell.user_ns)
    argument = "" if question is None else json.dumps(json.dumps(question))
    answer = shell.user_expressions({"it": f"{HERE}.{call}({argument})"})["it"]
    assert shell.user_ns == before
    assert PASSWORD not in json.dumps(answer)
    return answer["data"]["application/json"] if answer["status"] == "ok" else answer


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        shell.run_cell(cell, store_history=True, silent=False)


def test_variables_and_cells_are_told_without_their_secrets(shell: InteractiveShell):
    shell.user_ns |= {"connection": CONNECTION}
    row = {"name": "connection", "description": f"str: {len(CONNECTION)} long", "definition": False}
    assert row in asked(shell, "variables")["variables"]
    cells = asked(shell, "cells", [f"connection = '{CONNECTION}'", "1 + 1\n'ü'"])["cells"]
    assert "<redacted" in cells[0]
    assert cells[1] == "1 + 1\n'ü'"


def test_what_code_finds_is_what_words_variables_and_cells_name(shell: InteractiveShell):
    run(
        shell,
        "rate = 1.2",
        "def gross(price):\n    return price * rate",
        f"connection = '{CONNECTION}'",
        "prices, total, other = [1.5, 2.0], 3.5, 4",
    )
    question = {"request": "Use gross", "names": ["prices", "connection"], "cells": ["total + 1"]}
    notebook = asked(shell, "found", question)["notebook"]
    Notebook.model_validate(notebook)
    assert notebook["before"] == ["def gross(price):\n    return price * rate"]
    assert notebook["values"].keys() == {"rate", "prices", "total"}
    assert "secret" in notebook["missing"]["connection"]


def test_a_cell_to_be_tested_comes_with_what_it_builds_on(shell: InteractiveShell):
    cell = "def taxed(x):\n    return x * rate"
    key = f"KEY = '{CONNECTION}'\ndef url():\n    return KEY"
    run(shell, "rate = 1.2", key, "rate = 'half'\n1 / 0", "rate = 1.3", cell + "\nurl()")
    question = {"number": 5, "source": cell + "\nurl()\n", "failed": [[3, "rate = 'half'\n1 / 0"], [4, "x"]]}
    told = asked(shell, "own_cell", question)
    OwnTests.model_validate(told["own_tests"])
    assert told["own_tests"]["name"] == "In [5]"
    assert [one["name"] for one in told["own_tests"]["cells"]] == ["In [2]", "In [4]"]
    context = NotebookContext.model_validate(told["context"])
    assert context.notebook is not None
    assert context.notebook.values.keys() == {"rate"}
    assert "<redacted" in context.notebook.before[0]


@pytest.mark.parametrize(("number", "source"), [(1, "b = 2"), (7, "a = 1"), (0, "")])
def test_a_cell_that_has_not_run_as_it_stands_is_refused(shell: InteractiveShell, number: int, source: str):
    run(shell, "a = 1")
    answer = asked(shell, "own_cell", {"number": number, "source": source, "failed": []})
    assert answer["ename"] == "Conflict"
