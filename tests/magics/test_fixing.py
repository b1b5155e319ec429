"""``%agent fix``, ``test`` and ``explain``, as a person asks for them in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.client.result import cell_source
from jupyter_coding_agent.magics.restoring import redacted, restored, restored_file
from jupyter_coding_agent.magics.runs import Runs
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running

from .conftest import Paper

Run = Callable[[str], Any]


@pytest.fixture
def fails(shell: InteractiveShell) -> Callable[[str], None]:
    """Runs a cell that raises."""

    def fails(source: str) -> None:
        assert not shell.run_cell(source, store_history=True).success

    return fails


def asked(fake: Running) -> dict[str, Any]:
    """The body of the last request."""
    return fake.engine.prompts[-1]


def test_what_failed_is_sent_with_what_it_builds_on(
    session: Session, run: Run, fails, fake: Running, paper: Paper
):
    run("def ratio(a):\n    return a / 0")
    run("unrelated = 1")
    fails("share = ratio(3)")
    run("%agent fix")
    body = asked(fake)
    assert body["prompt"] == "Mend In [3], which raises ZeroDivisionError: division by zero."
    assert body["language"] == "python"
    fix = body["fix"]
    assert (fix["cell"], fix["name"], fix["cell_id"]) == ("share = ratio(3)", "In [3]", None)
    assert fix["cells"] == [{"source": "def ratio(a):\n    return a / 0", "id": None, "name": "In [1]"}]
    assert fix["traceback"] == {
        "type": "ZeroDivisionError",
        "message": "division by zero",
        "frames": [
            {"cell": "In [3]", "line": 1, "function": "", "text": "share = ratio(3)"},
            {"cell": "In [1]", "line": 2, "function": "ratio", "text": "return a / 0"},
        ],
    }
    assert list(body["context"]["variables"]) == ["ratio"]
    assert body["context"]["notebook"]["before"] == ["def ratio(a):\n    return a / 0"]
    assert "✓ mended: it runs" in paper.text and "+share = ratio(3)" in paper.text


def test_a_cell_may_be_named_and_what_it_should_do_told(session: Session, run: Run, fails, fake: Running):
    fails("1 / 0")
    fails("missing")
    run("%agent fix --wait 1 divide by one")
    body = asked(fake)
    # The last exception is another cell's, so the sandbox has to find this one's.
    assert body["prompt"] == "Mend In [1]. divide by one"
    assert (body["fix"]["cell"], body["fix"]["traceback"]) == ("1 / 0", None)


def test_a_cell_that_is_no_python_is_known_by_its_error(session: Session, run: Run, fails, fake: Running):
    fails("x = (1")
    run("%agent fix")
    traceback = asked(fake)["fix"]["traceback"]
    assert traceback["type"] == "SyntaxError"
    assert traceback["frames"][0]["cell"] == "In [1]"


def test_what_failed_before_is_not_built_on(session: Session, run: Run, fails, fake: Running):
    run("rows = [1]")
    fails("rows.append(2)\nrows[0] = missing")
    fails("rows[5]")
    run("%agent fix")
    assert [cell["name"] for cell in asked(fake)["fix"]["cells"]] == ["In [1]"]


def test_where_nothing_failed_a_sentence_says_so(
    session: Session, run: Run, fake: Running, paper: Paper, monkeypatch
):
    monkeypatch.delattr("sys.last_value", raising=False)
    run("%agent fix")
    assert "No cell has failed" in paper.text
    assert not fake.engine.prompts


def test_the_changed_cell_can_be_put_below(
    session: Session, run: Run, fails, fake: Running, shell, monkeypatch
):
    inserted: list[str] = []
    monkeypatch.setattr(shell, "set_next_input", lambda text, replace: inserted.append(text))
    fails("x = 1 / 0")
    run("%agent fix")
    assert inserted == [], "nothing changes before the user says so"
    run("%agent insert")
    assert inserted == ["x = 1 / 1"]


def test_secrets_are_not_sent_and_are_there_again_in_the_change(
    session: Session, run: Run, fails, fake: Running
):
    cell = "password = 'correct horse 7 battery'\nx = 1 / 0"
    fails(cell)
    run("%agent fix")
    sent = asked(fake)["fix"]["cell"]
    assert "horse" not in str(asked(fake)["fix"]) and "<redacted" in sent
    (change,) = session.result(session.resolve(""))["changes"]
    assert change["before"] == cell
    assert change["after"] == cell.replace("0", "1")
    assert "-x = 1 / 0\n+x = 1 / 1" in change["unified_diff"]


def test_the_cell_that_failed_is_the_users_own_again():
    cell = "password = 'correct horse 7 battery'\nx = f()"
    assert restored_file(redacted(cell) + "\n", ["", cell, "y"]) == cell
    assert restored_file("x = 1\n", ["", cell]) == "x = 1\n"


def test_a_change_of_another_cell_stays_as_it_came():
    change = {"cell_id": None, "name": "In [9]", "path": "p", "before": "a", "after": "b", "unified_diff": ""}
    assert restored(change, ["", "x"]) == change


def test_tests_are_asked_for_a_cell_as_it_is(session: Session, run: Run, fake: Running):
    run("factor = 2")
    run("def twice(x):\n    return factor * x")
    run("%agent test negative numbers")
    body = asked(fake)
    assert body["prompt"] == "Write tests for In [2]. negative numbers"
    assert body["own_tests"]["cell"] == "def twice(x):\n    return factor * x"
    assert [cell["source"] for cell in body["own_tests"]["cells"]] == ["factor = 2"]


def ran(number: int | None, cell_id: str | None = None, *, success: bool = True, kept: bool = True) -> Any:
    """What IPython tells of a run."""
    info = SimpleNamespace(cell_id=cell_id, store_history=kept, raw_cell=f"cell {number}")
    return SimpleNamespace(execution_count=number, info=info, success=success)


def test_cells_are_known_by_what_the_front_end_calls_them():
    runs = Runs()
    for result in (ran(1, "first"), ran(2, success=False), ran(None, "silent", success=False)):
        runs.ran(result)
    assert (runs.ids, runs.failed, runs.sources) == ({1: "first"}, {2}, [""])


def test_what_runs_beside_the_cells_is_none_of_them():
    runs = Runs()
    for result in (
        ran(1, "before", kept=False, success=False),
        ran(1, "first"),
        ran(2, kept=False, success=False),
        ran(2, "second"),
    ):
        runs.ran(result)
    assert (runs.ids, runs.failed, runs.sources) == ({1: "first", 2: "second"}, set(), [""])


def test_several_changes_are_one_cell_with_the_one_that_failed():
    changes = [{"path": "cell_1.py", "name": "In [1]", "after": "a = 1"}]
    result = {"files": {"solution.py": "b = a\n", "cell_1.py": "a = 1\n"}, "changes": changes}
    assert cell_source(result) == "# In [1], changed\na = 1\n\n\n# the cell that failed\nb = a"


def test_a_failure_beside_the_cells_is_none_of_theirs(
    session: Session, shell: InteractiveShell, run: Run, paper: Paper
):
    run("x = 1")
    shell.run_cell("1 / 0", store_history=False)
    assert session.kernel.failure() is None
    run("%agent fix")
    assert "No cell has failed" in paper.text


def test_where_no_cells_are_kept_they_are_known_all_the_same(
    session: Session, shell: InteractiveShell, fake: Running
):
    for source in ("def ratio(a):\n    return a / 0\n", "y = 2", "share = ratio(3)", "!true", "%agent fix"):
        shell.run_cell(source, store_history=False)
    body = asked(fake)
    assert body["prompt"] == "Mend In [3], which raises ZeroDivisionError: division by zero."
    assert body["fix"]["cells"] == [
        {"source": "def ratio(a):\n    return a / 0\n", "id": None, "name": "In [1]"}
    ]
    assert [frame["cell"] for frame in body["fix"]["traceback"]["frames"]] == ["In [3]", "In [1]"]


def test_where_no_cells_are_kept_one_that_is_no_python_is_known(
    session: Session, shell: InteractiveShell, fake: Running
):
    for source in ("x = 1", "x = (", "%agent fix"):
        shell.run_cell(source, store_history=False)
    assert asked(fake)["prompt"].startswith("Mend In [2], which raises SyntaxError")
