from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.client.notebooks import cell_line, notes, read_notebook, request_for, rows
from jupyter_coding_agent.core.errors import InvalidInput, TooLarge


def write(folder: Path, document: Any) -> Path:
    path = folder / "some.ipynb"
    path.write_text(json.dumps(document))
    return path


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def test_the_code_cells_of_a_notebook(tmp_path: Path):
    document = notebook(
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "id": "a", "source": ["x = 1\n", "y = 2"], "execution_count": 4},
        {"cell_type": "raw", "source": "raw"},
        {"cell_type": "code", "source": "", "execution_count": None},
        language_info={"name": "python", "version": "3.12.1"},
    )
    asked = read_notebook(write(tmp_path, document))
    assert asked["cells"] == [
        {"id": "a", "source": "x = 1\ny = 2", "execution_count": 4},
        {"id": None, "source": "", "execution_count": None},
    ]
    assert asked["kernel_python"] == "3.12.1"
    assert "pytest" in asked["packages"]


def test_a_notebook_of_an_older_format(tmp_path: Path):
    cells = [{"cell_type": "code", "input": "x = 1", "prompt_number": 2}]
    asked = read_notebook(write(tmp_path, {"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert asked["cells"] == [{"id": None, "source": "x = 1", "execution_count": 2}]


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code", "source": 5, "id": 7, "execution_count": "<b>"},
        {"cell_type": "code", "source": [1, None], "execution_count": 10**30},
        {"cell_type": ["code"], "source": "x"},
        "no cell",
        None,
    ],
)
def test_hostile_cells_are_no_fault_of_the_reader(tmp_path: Path, cell: Any):
    asked = read_notebook(write(tmp_path, notebook({"cell_type": "code", "source": "1 + 1"}, cell)))
    assert asked["cells"][0]["source"] == "1 + 1"
    assert all(isinstance(one["source"], str) and one["id"] is None for one in asked["cells"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "no JSON"),
        ("[]", "no cells"),
        (json.dumps(notebook()), "no code"),
        (json.dumps(notebook({"cell_type": "code", "source": "1"}, kernelspec={"language": "R"})), "for r"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_notebook_of_python_is_a_sentence(tmp_path: Path, content: str, says: str):
    path = tmp_path / "some.ipynb"
    path.write_text(content)
    with pytest.raises(InvalidInput, match=says):
        read_notebook(path)


def test_a_missing_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(InvalidInput, match="can't be read"):
        read_notebook(tmp_path / "none.ipynb")


def test_too_many_cells():
    request_for([{"source": "1"}] * 2000, "It")
    with pytest.raises(TooLarge, match="2001 code cells"):
        request_for([{"source": "1"}] * 2001, "It")


def report(**more: Any) -> Any:
    cell = {"lint": [], "security": [], "data": [], "relies_on": [], "error": None, "reason": ""}
    cells = [{**cell, "name": f"In [{number}]", "status": "ran"} for number in range(1, 6)]
    return {
        "explanation": "Tried.",
        "cells": cells,
        "recorded_order": None,
        "proposal": None,
        "effects": {},
        **more,
    }


def test_an_order_in_few_words():
    proposal = {"order": [2, 3, 4, 0, 1], "message": "It ran."}
    assert notes(report(proposal=proposal, recorded_order=[1, 0])) == [
        "Tried.",
        "The numbers beside the cells tell that they were last run in another order than they stand in.",
        "Proposed, and seen to run: It ran.",
        "The order: In [3]–In [5], In [1]–In [2].",
    ]


def test_what_it_did_beyond_computing_is_told():
    assert notes(report(effects={"writes": ["out.csv"], "events": []}))[1:] == [
        "Beyond computing, it writes out.csv."
    ]


def test_a_row_tells_what_matters_of_a_cell():
    made = report()
    made["cells"] = made["cells"][:1]
    made["cells"][0] |= {
        "status": "failed",
        "error": {"message": "np", "type": "NameError", "line": 2},
        "relies_on": [{"message": "np is defined nowhere.", "suggestion": "import numpy as np"}],
        "security": [{"severity": "high", "line": 1, "message": "A shell."}],
        "lint": [{"severity": "warning", "line": 1, "message": "Style."}],
    }
    assert rows(made) == [
        (
            "✗",
            "In [1]",
            "failed",
            "NameError: np (line 2). np is defined nowhere. Perhaps: import numpy as np. Line 1: A shell.",
        )
    ]


def test_what_a_cell_says_can_not_steer_a_terminal():
    evil = "\x1b[2J\x07\u202eoops\n"
    made = report(explanation=evil)
    made["cells"][0] |= {"status": "failed", "error": {"message": evil, "type": "E", "line": None}}
    told = [*notes(made), *(text for row in rows(made) for text in row), cell_line(made["cells"][0])]
    assert all(text.isprintable() for text in told)
    assert "oops" in told[0]
