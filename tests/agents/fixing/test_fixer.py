"""From a cell that fails to a change with which it runs, on scripted verdicts."""

from __future__ import annotations

from typing import Any

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.models import Fix, Frame, NotebookCell, Outcome, Raised
from jupyter_coding_agent.core.errors import ModelUnavailable, RunnerUnavailable
from jupyter_coding_agent.validation.models import (
    CarriedValue,
    Effects,
    Notebook,
    Signals,
    TestResult,
    TestsSignal,
    Verdict,
)
from tests.agents.fakes import ListRecorder, ScriptedJudge, ScriptedModel, a_task, fenced

NOBODY = ModelUnavailable("No language model answers.")
RAN = Verdict(status="ran", signals=Signals(), explanation="There were no tests.")
TABLE = "table = load()"
CELL = "# Everything sold\ntotal = table['prcie'].sum()"
GOOD = CELL.replace("prcie", "price") + "\n"


def raises(message: str) -> Verdict:
    result = TestResult(id="solution.py", outcome="failed", message=message, traceback="line 2, in <module>")
    tests = TestsSignal(passed=False, results=[result])
    return Verdict(status="failed", signals=Signals(tests=tests), error_class="exception")


def a_fix(**values: Any) -> Fix:
    frames = [Frame(cell="In [2]", line=2, text="total = table['prcie'].sum()")]
    given = {
        "cell": CELL,
        "cell_id": "second",
        "name": "In [2]",
        "cells": [NotebookCell(source=TABLE, id="first", name="In [1]")],
        "traceback": Raised(type="KeyError", message="'prcie'", frames=frames),
    }
    return Fix(**(given | values))


async def run(
    model: ScriptedModel, judge: ScriptedJudge, fix: Fix, **given: Any
) -> tuple[Outcome, ListRecorder]:
    recorder = ListRecorder()
    loop = Loop(model, judge, recorder)
    return await loop.run(a_task("Mend In [2].", fix=fix, **given.pop("task", {})), **given), recorder


async def test_a_model_mends_it_and_the_difference_is_from_the_users_own_cell():
    model, judge = ScriptedModel(fenced("solution.py", GOOD)), ScriptedJudge(raises("KeyError: 'prcie'"), RAN)
    outcome, recorder = await run(model, judge, a_fix())
    assert (outcome.status, outcome.best, outcome.tests) == ("passed", 1, {})
    (attempt,) = outcome.attempts
    assert attempt.files == {"solution.py": GOOD}
    assert "-total = table['prcie'].sum()\n+total = table['price'].sum()" in attempt.diff
    assert outcome.explanation.splitlines()[:2] == [
        "Run: In [2] runs without an exception after 1 cell that it builds on. Unchanged, it raised "
        "KeyError: 'prcie' there too.",
        "Changed: In [2] (+1 -1 lines).",
    ]
    # Before any change, then with it: the cells one after the other, and no tests.
    assert [request.tests for request in judge.requests] == [{}, {}]
    assert judge.notebooks == [], "what the user wrote is not reformatted"
    assert recorder.of("signal")[0] == {
        "attempt": 0,
        "signal": "tests",
        "passed": False,
        "summary": "KeyError: 'prcie'",
    }
    asked = model.prompt(0)
    assert "KeyError: 'prcie'" in asked and "In [2] line 2: total = table" in asked and TABLE in asked


async def test_the_cause_may_be_in_an_earlier_cell():
    model = ScriptedModel(fenced("cell_1.py", "table = load().rename(columns=str.lower)\n"))
    # It is looked at by the tools as well: in front of the failing cell it only runs.
    looked = RAN.model_copy(update={"effects": Effects(network=["example.org"])})
    judge = ScriptedJudge(raises("KeyError: 'prcie'"), RAN, looked)
    outcome, _ = await run(model, judge, a_fix())
    assert outcome.status == "passed"
    alone = judge.requests[2]
    assert (list(alone.files), alone.cell, alone.signals) == (
        ["cell_1.py"],
        "cell_1.py",
        ["lint", "security"],
    )
    assert outcome.attempts[0].verdict.effects.network == ["example.org"]
    notebook = judge.requests[1].notebook
    assert notebook is not None
    assert notebook.before == ["table = load().rename(columns=str.lower)\n"]
    assert outcome.attempts[0].files == {
        "solution.py": CELL + "\n",
        "cell_1.py": "table = load().rename(columns=str.lower)\n",
    }
    assert "Changed: In [1] (+1 -1 lines)." in outcome.explanation


async def test_an_earlier_cell_must_be_safe_as_well():
    model = ScriptedModel(fenced("cell_1.py", "table = load(verify=False)\n"), NOBODY)
    unsafe = Verdict(
        status="failed",
        signals=Signals(),
        error_class="security",
        explanation="cell_1.py:1: no certificate check.",
    )
    outcome, _ = await run(model, ScriptedJudge(raises("KeyError: 'prcie'"), RAN, unsafe), a_fix())
    assert outcome.status == "partial"
    assert outcome.attempts[0].error_message == "In [1]:1: no certificate check."


async def test_where_what_it_builds_on_can_not_be_made_anew_it_runs_on_the_live_variables():
    values = {"table": CarriedValue(description="DataFrame: 2 x 1", content="{}")}
    sent = Notebook(before=["import pandas as pd"], values=values)
    model = ScriptedModel(fenced("solution.py", GOOD))
    judge = ScriptedJudge(raises("NotebookCellFailed: no file sales.csv"), raises("KeyError: 'prcie'"), RAN)
    outcome, _ = await run(model, judge, a_fix(), task={"notebook": sent})
    assert outcome.status == "passed"
    anew, live, mended = (request.notebook for request in judge.requests)
    assert (anew.before, anew.values) == ([TABLE + "\n"], {})
    assert (live.before, list(live.values)) == (["import pandas as pd"], ["table"])
    assert mended == live
    assert "runs without an exception on the variables as they stand in your notebook" in outcome.explanation


async def test_it_goes_on_until_the_cell_runs():
    still = raises("TypeError: unsupported operand")
    model = ScriptedModel(
        fenced("solution.py", CELL.replace("prcie", "cost") + "\n"), fenced("solution.py", GOOD)
    )
    outcome, _ = await run(model, ScriptedJudge(raises("KeyError: 'prcie'"), still, RAN), a_fix())
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert outcome.attempts[0].error_message == "In [2]: TypeError: unsupported operand"
    assert "TypeError: unsupported operand" in model.prompt(1)


async def test_what_hides_the_failure_is_not_run_and_never_delivered():
    hiding = "total = None\ntry:\n    total = table['prcie'].sum()\nexcept KeyError:\n    pass\n"
    model = ScriptedModel(fenced("solution.py", hiding), NOBODY)
    judge = ScriptedJudge(raises("KeyError: 'prcie'"))
    outcome, _ = await run(model, judge, a_fix())
    assert (outcome.status, outcome.best) == ("failed", None)
    assert outcome.attempts[0].error_class == "gaming"
    assert "catches KeyError instead of mending" in (outcome.attempts[0].error_message or "")
    assert len(judge.requests) == 1


async def test_a_cell_that_leaves_nothing_where_it_left_something_does_not_do():
    model, judge = (
        ScriptedModel(fenced("solution.py", GOOD), NOBODY),
        ScriptedJudge(
            raises("KeyError: 'prcie'"),
            RAN,
            observing=lambda request: {"test_names.py::test_names": ('["NoneType"]',)},
        ),
    )
    outcome, _ = await run(model, judge, a_fix())
    assert outcome.status == "failed"
    assert outcome.attempts[0].error_message == "total is None when it has run."


async def test_without_a_model_well_known_mends_are_tried_one_after_the_other():
    cell = "total = np.sum(table['prcie'])"
    first, second = raises("NameError: name 'np' is not defined"), raises("KeyError: 'prcie'")
    seen = Raised(type="NameError", message="name 'np' is not defined")
    model, judge = ScriptedModel(NOBODY), ScriptedJudge(first, second, RAN)
    outcome, _ = await run(
        model,
        judge,
        a_fix(cell=cell, traceback=seen),
        task={"variables": {"table": "DataFrame: columns price (int64)"}},
    )
    assert (outcome.status, outcome.best) == ("passed", 2)
    assert outcome.attempts[1].files == {
        "solution.py": "import numpy as np\n\ntotal = np.sum(table['price'])\n"
    }
    assert {attempt.origin for attempt in outcome.attempts} == {"mend"}


async def test_without_a_model_and_a_known_mend_a_sentence_says_what_to_do():
    outcome, _ = await run(ScriptedModel(NOBODY), ScriptedJudge(raises("KeyError: 'prcie'")), a_fix())
    assert outcome.status == "failed"
    assert outcome.explanation == (
        "No simple mend is known for KeyError: 'prcie'. No language model answers."
    )


async def test_a_cell_that_runs_in_the_sandbox_is_left_alone():
    outcome, _ = await run(ScriptedModel(), ScriptedJudge(RAN), a_fix())
    assert outcome.status == "failed" and not outcome.attempts
    assert outcome.explanation.startswith(
        "In [2] runs here, after the cell that it builds on, so nothing was changed. It may depend on state"
    )


async def test_another_failure_than_the_notebooks_is_not_mended():
    judge = ScriptedJudge(raises("FileNotFoundError: sales.csv"))
    outcome, _ = await run(ScriptedModel(), judge, a_fix())
    assert outcome.status == "failed"
    assert "fails otherwise here" in outcome.explanation
    assert (
        "FileNotFoundError: sales.csv" in outcome.explanation and "KeyError: 'prcie'" in outcome.explanation
    )


async def test_without_a_traceback_what_the_sandbox_sees_is_mended():
    model, judge = ScriptedModel(fenced("solution.py", GOOD)), ScriptedJudge(raises("KeyError: 'prcie'"), RAN)
    outcome, _ = await run(model, judge, a_fix(traceback=None))
    assert outcome.status == "passed"


async def test_a_lost_sandbox_is_said():
    gone = RunnerUnavailable("The container engine does not answer.")
    outcome, _ = await run(ScriptedModel(), ScriptedJudge(gone, gone, gone), a_fix())
    assert (outcome.status, outcome.explanation) == ("failed", "The container engine does not answer.")


async def test_files_that_are_no_cells_are_refused():
    model = ScriptedModel(fenced("helpers.py", "x = 1\n"), fenced("solution.py", CELL + "\n"))
    outcome, _ = await run(model, ScriptedJudge(raises("KeyError: 'prcie'")), a_fix())
    assert "helpers.py is none of the notebook's cells, which are cell_1.py, solution.py" in model.prompt(
        1
    ) or ("helpers.py is none of the notebook's cells" in model.requests[1].messages[-1].content)
    assert "No cell was changed." in outcome.explanation


async def test_an_interrupted_fix_goes_on_with_the_attempts_it_had():
    still = raises("TypeError: unsupported operand")
    model, judge = (
        ScriptedModel(fenced("solution.py", CELL.replace("prcie", "cost") + "\n")),
        ScriptedJudge(raises("KeyError: 'prcie'"), still),
    )
    _, recorder = await run(model, judge, a_fix(), task={"max_attempts": 1})
    again, judge = ScriptedModel(fenced("solution.py", GOOD)), ScriptedJudge(raises("KeyError: 'prcie'"), RAN)
    outcome, _ = await run(again, judge, a_fix(), history=recorder.history())
    assert (outcome.status, outcome.best) == ("passed", 2)


async def test_the_best_that_does_not_run_is_labelled():
    still = raises("TypeError: unsupported operand")
    model = ScriptedModel(fenced("solution.py", GOOD))
    judge = ScriptedJudge(raises("KeyError: 'prcie'"), still)
    outcome, _ = await run(model, judge, a_fix(), task={"max_attempts": 1})
    assert (outcome.status, outcome.best) == ("partial", 1)
    assert outcome.explanation == (
        "Not mended. The only attempt did not pass. What is shown is attempt 1. With it, this is left: In [2]: "
        "TypeError: unsupported operand"
    )
