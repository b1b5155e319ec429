"""Requests about a cell of the user's own."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_coding_agent.agents.models import Fix, NotebookCell, OwnTests
from jupyter_coding_agent.core.errors import AgentError
from jupyter_coding_agent.executions.own_cells import check_own_cell
from jupyter_coding_agent.executions.views import execution_view
from tests.scripted_loop import attempt, request

FIX = Fix(
    cell="x = 1 / 0", cell_id="b", name="In [2]", cells=[NotebookCell(source="y = 1", id="a", name="In [1]")]
)
OWN = OwnTests(cell="x = 1")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"fix": FIX, "own_tests": OWN}, "own_tests"),
        ({"fix": FIX, "language": "sql"}, "language"),
        ({"own_tests": OWN, "template_id": "add"}, "template_id"),
        ({"fix": FIX, "output_preference": "zip"}, "output_preference"),
    ],
)
def test_what_does_not_go_with_it_is_refused(fields: dict[str, Any], field: str):
    with pytest.raises(AgentError) as caught:
        check_own_cell(request(**fields))
    assert caught.value.field == field


def test_what_goes_with_it_is_accepted():
    for fields in ({}, {"fix": FIX, "language": "python"}, {"own_tests": OWN, "output_preference": "zip"}):
        check_own_cell(request(**fields))


def test_the_cells_that_a_fix_changes_are_shown():
    asked = request(fix=FIX)
    names = (
        "session_id started_at finished_at artifact_id receipt judgement explanation error retry_of replay_of"
    )
    row = dict.fromkeys([*names.split(), "replay", "cached_from", "provenance", "tests", "plan"]) | {
        "id": "exe_1", "status": "passed", "request": asked.model_dump_json(), "language": "python", "best": 1,
        "cost_usd": 0, "created_at": "",
    }  # fmt: skip
    made = attempt(1, "x = 1 / 1\n")
    (change,) = execution_view(row, [made]).changes
    assert (change.cell_id, change.name, change.before, change.after) == (
        "b",
        "In [2]",
        "x = 1 / 0",
        "x = 1 / 1",
    )
    assert "-x = 1 / 0\n+x = 1 / 1" in change.unified_diff
    plain = row | {"request": request().model_dump_json()}
    assert execution_view(plain, [made]).changes == []
