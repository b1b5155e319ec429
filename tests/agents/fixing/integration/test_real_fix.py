"""Cells that really fail, changed and really run."""

from __future__ import annotations

import json

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import Fix, NotebookCell, Raised
from jupyter_coding_agent.core.errors import ModelUnavailable
from jupyter_coding_agent.validation.models import CarriedValue, Notebook
from tests.agents.fakes import ListRecorder, ScriptedModel, a_task, fenced

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

NOBODY = ModelUnavailable("No language model answers.")


def fix(cell: str, raised: str, *before: str) -> Fix:
    kind, _, message = raised.partition(": ")
    cells = [NotebookCell(source=text, name=f"In [{n}]") for n, text in enumerate(before, 1)]
    name = f"In [{len(before) + 1}]"
    return Fix(cell=cell, name=name, cells=cells, traceback=Raised(type=kind, message=message))


async def test_without_a_model_one_mend_after_the_other_is_run(judge):
    sizes = "def sizes():\n    return {'small': 1, 'large': math.ceil(2.5)}"
    asked = fix("largest = sizes()['lagre']\nlargest", "NameError: name 'math' is not defined", sizes)
    outcome = await Loop(ScriptedModel(NOBODY), judge, ListRecorder()).run(a_task(fix=asked))
    assert (outcome.status, outcome.best) == ("passed", 2), outcome.explanation
    assert outcome.attempts[0].error_message == "In [2]: KeyError: 'lagre'"
    assert outcome.attempts[1].files == {
        "solution.py": "largest = sizes()['large']\nlargest\n",
        "cell_1.py": f"import math\n\n\n{sizes}\n",
    }


async def test_a_model_is_told_what_really_happened_and_its_tricks_are_found(judge):
    cell = "pieces = text.split(',')\ntotal = sum(pieces)\ntotal"
    guarded = "if False:\n    pieces = []\n" + cell.replace(
        "sum(pieces)", "len(pieces) if 'x' in pieces else None"
    )
    summed = cell.replace("sum(pieces)", "sum(float(piece) for piece in pieces)")
    still = cell.replace("sum(pieces)", "sum(int(piece) for piece in pieces)")
    model = ScriptedModel(*(fenced("solution.py", f"{text}\n") for text in (guarded, still, summed)))
    asked = fix(cell, "TypeError: unsupported operand type(s) for +: 'int' and 'str'", "text = '1,2.5'")
    outcome = await Loop(model, judge, ListRecorder()).run(a_task(fix=asked))
    assert (outcome.status, outcome.best) == ("passed", 3), outcome.explanation
    assert outcome.attempts[0].error_message == "total is None when it has run."
    assert "ValueError: invalid literal for int() with base 10: '2.5'" in model.prompt(2)


async def test_what_can_not_be_made_anew_is_as_it_stands_in_the_notebook(judge):
    values = {"rows": CarriedValue(description="list: 2 items of int", content=json.dumps([3, 4]))}
    sent = Notebook(before=["import math"], values=values)
    asked = fix(
        "math.fsum(rows) / count", "NameError: name 'count' is not defined", "rows = open('rows.csv').read()"
    )
    model = ScriptedModel(fenced("solution.py", "math.fsum(rows) / len(rows)\n"))
    outcome = await Loop(model, judge, ListRecorder()).run(a_task(fix=asked, notebook=sent))
    assert outcome.status == "passed", outcome.explanation
    assert "on the variables as they stand in your notebook" in outcome.explanation
