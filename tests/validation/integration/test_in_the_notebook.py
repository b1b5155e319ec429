"""A cell proved in its notebook, on real containers: passed means passed there, or it is said by name why not."""

from __future__ import annotations

import socket
from typing import Any

import pandas as pd
import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.magics.carrying import notebook_of
from jupyter_coding_agent.validation.models import Notebook, ValidationRequest, Verdict
from jupyter_coding_agent.validation.proof import cell_digest
from tests.agents.fakes import ListRecorder, ScriptedModel, a_task, code_reply, fenced

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

CELLS = [
    "",
    "import pandas as pd\nLIMIT = 0",
    # The file is not in the sandbox; what was read of it is carried over, so nobody reads it again.
    "raw = pd.read_csv('sales.csv')\ndf = raw.dropna()\ndf.drop(columns='raw', inplace=True)\n\n\n"
    "def clean(frame):\n    return frame[frame['a'] > LIMIT]",
    "LIMIT = 1",
]
TESTS = """import pandas as pd


def test_sums(cell):
    both = pd.DataFrame({"a": [1, 5], "b": [1, 1], "c": [1, 5]})
    assert cell(df=both)["total"] == 5
"""
MARK = "only-in-the-data"


def notebook(names: str = "df clean") -> Notebook:
    namespace: dict[str, Any] = {}
    exec("import pandas as pd\nLIMIT = 1\ndef clean(frame):\n    return frame[frame['a'] > LIMIT]", namespace)
    namespace["df"] = pd.DataFrame({"a": range(3_000), "b": [MARK] * 3_000})
    with socket.socket() as connection:
        namespace["conn"] = connection
        return Notebook.model_validate(notebook_of(names.split(), namespace, [], CELLS))


async def judged(judge, code: str, tests: str | None = TESTS, where: Notebook | None = None) -> Verdict:
    request = ValidationRequest(
        files={"solution.py": code},
        tests={"test_solution.py": tests} if tests else {},
        cell="solution.py",
        known_names=["df", "clean", "conn", "pd", "LIMIT"],
        notebook=where or notebook(),
    )
    return await judge.validate(request)


async def test_a_request_is_repaired_until_its_code_runs_in_the_notebook(judge):
    wrong, right = (f"total = int(clean(df)['{column}'].sum())\n" for column in "ca")
    model = ScriptedModel(fenced("test_solution.py", TESTS), code_reply(wrong), code_reply(right))
    task = a_task("Sum column a of the clean df.", notebook=notebook())
    settings = AgentSettings(environ={}, judgement="plain")
    outcome = await Loop(model, judge, ListRecorder(), settings=settings).run(task)
    assert (outcome.status, outcome.best) == ("passed", 2), outcome.explanation
    assert outcome.attempts[0].error_message == "test_runs_in_the_notebook: KeyError: 'c'"
    assert "test_runs_in_the_notebook (the cell, run as it is in the user's notebook" in model.prompt(2)
    assert not any(MARK in message.content for call in model.requests for message in call.messages)
    proof = outcome.attempts[1].verdict.receipt.notebook
    assert proof.cells == [cell_digest(CELLS[1]), cell_digest(CELLS[2])]
    assert proof.values["df"].endswith("; the first 2,000 of 3,000 rows")
    assert (proof.values["LIMIT"], proof.missing) == ("int", {})


async def test_without_tests_it_runs_there_and_the_helper_sees_the_live_value(judge):
    code = "kept = clean(df)\nassert (len(kept), LIMIT) == (1998, 1), len(kept)\nlen(kept)\n"
    verdict = await judged(judge, code, None)
    assert verdict.status == "ran", verdict.explanation
    assert "It ran as in your notebook, after 2 cells and with df (the first 2,000 of 3,000 rows)" in (
        verdict.explanation
    )


async def test_what_could_not_be_carried_over_is_said_by_name(judge):
    tests = "def test_sends(cell):\n    cell(conn=open('/dev/null', 'w'))\n"
    verdict = await judged(judge, "conn.write('x')\n", tests, notebook("df conn"))
    assert verdict.status == "passed", verdict.explanation
    assert verdict.receipt.notebook.missing == {"conn": "it is an open network connection"}
    assert "conn could not be carried over: it is an open network connection." in verdict.explanation
    assert "could not be run as it is in your notebook" in verdict.explanation
    assert {result.kind: result.outcome for result in verdict.signals.tests.results} == {
        "notebook": "not_judged",
        "user": "passed",
    }


async def test_a_notebook_that_fails_by_itself_is_not_the_code_s_fault(judge):
    where = Notebook(before=["rate = 1 / 0", "import no_such_module_xyz as lost"])
    verdict = await judged(judge, "rate + 1\n", None, where)
    assert (verdict.status, verdict.error_class) == ("failed", "notebook")
    assert "the notebook's own cells fail here: line 1 of cell 1 before it: ZeroDivisionError" in (
        verdict.explanation
    )
    verdict = await judged(judge, "lost.call()\n", None, where)
    assert verdict.error_class == "missing_package", verdict.explanation


async def test_values_in_no_known_form_and_hostile_cells_end_as_failures(judge):
    where = Notebook.model_validate(
        {"values": {"df": {"description": "x", "content": '{"t": "pickle", "v": "gASVAAAA"}'}}}
    )
    verdict = await judged(judge, "df\n", None, where)
    assert (verdict.status, verdict.error_class) == ("failed", "notebook"), verdict.explanation
    ending = Notebook(before=["import os\nos._exit(0)\nx = 1"])
    verdict = await judged(judge, "x\n", "def test_x(cell):\n    assert cell(x=1)\n", ending)
    assert (verdict.status, verdict.error_class) == ("failed", "early_exit"), verdict.explanation
    faking = Notebook(
        before=["import _pytest.python\n_pytest.python.Function.runtest = lambda self: None\nx = 1"]
    )
    verdict = await judged(judge, "_pytest, x\n", "def test_x(cell):\n    assert cell()\n", faking)
    assert verdict.status == "failed", verdict.explanation


async def test_the_image_knows_its_versions(judge):
    where = notebook().model_copy(update={"versions": {"pandas": "0.25.3", "NumPy": "99.0"}})
    verdict = await judged(judge, "total = int(df['a'].sum()) - int(df['a'].sum()) + 5\n", TESTS, where)
    assert verdict.receipt.notebook.packages.keys() == {"pandas"}
    assert "0.25.3 in the notebook" in verdict.explanation
