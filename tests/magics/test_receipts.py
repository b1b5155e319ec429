"""Receipts in a kernel: kept where it inserts by itself, and looked at with %agent verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.client import sidecar
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import CODE, RECEIPT, Running
from tests.magics.conftest import Paper
from tests.receipts.notebooks import cell, notebook, write

Run = Callable[[str], Any]
Connect = Callable[..., Session]


@pytest.fixture
def work(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return folder


def kept(folder: Path, name: str | None = None, source: str = CODE) -> sidecar.Mark | None:
    return sidecar.find(folder, name, source)


def test_what_a_kernel_inserts_has_its_receipt_beside_the_notebook(connect: Connect, run: Run, work: Path):
    connect(live=True)
    run("%%agent --wait\nadd two numbers")
    assert kept(work) == {
        "execution_id": f"exe_{0:032x}",
        "path": "solution.py",
        "role": "code",
        "receipt": RECEIPT,
        "notebook": None,
        "notebook_name": None,
    }


def test_a_proved_cell_of_ones_own_has_one_too(connect: Connect, run: Run, work: Path, paper: Paper):
    connect(live=True)
    run("half = 1 / 2")
    run("%agent validate 1")
    mark = kept(work, source="half = 1 / 2")
    assert mark is not None
    assert (mark["execution_id"], mark["receipt"]) == (None, RECEIPT)
    run("wrong = half")
    run("%agent validate 3")
    assert kept(work, source="wrong = half") is not None, "what it was proved with is named in its receipt"
    run("%agent verify")
    assert "In [1], cell 1" in paper.text


def test_it_is_kept_where_the_notebook_lies(
    connect: Connect, run: Run, shell: InteractiveShell, work: Path, tmp_path: Path
):
    connect(live=True)
    shell.user_ns["__session__"] = str(write(tmp_path / "a.ipynb", notebook()))
    run("%%agent --wait\nadd two numbers")
    mark = kept(tmp_path, "a.ipynb")
    assert mark is not None and mark["notebook_name"] == "a.ipynb"
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("live", "request_"),
    [(False, "add two numbers"), (True, "partial result")],
    ids=["in a terminal there is no notebook", "what is not validated has no receipt"],
)
def test_else_nothing_is_written(connect: Connect, run: Run, work: Path, live: bool, request_: str):
    connect(live=live)
    run(f"%%agent --wait\n{request_}")
    run("%agent insert --partial")
    assert list(work.iterdir()) == []


def test_a_folder_that_can_not_be_written_is_told(connect: Connect, run: Run, work: Path, paper: Paper):
    connect(live=True)
    (work / ".coding-agent").touch()
    run("%%agent --wait\nadd two numbers")
    assert "The cell is there, but its receipt can't be kept in" in paper.text


def test_a_cell_that_ran_is_verified_by_its_number(session: Session, run: Run, paper: Paper, fake: Running):
    run("%%agent\nadd two numbers")
    run("import math")
    run(CODE.rstrip())
    run("%agent verify 3")
    assert paper.text.splitlines()[-2:] == [
        "✓  In [3], cell 3  def add(a, b):  fresh  Proved: passed.",
        "In [3]: 1 of 1 receipts hold.",
    ]
    (sent,) = [body for _, path, body in fake.engine.requests if path.endswith("/receipts/verify")]
    assert (sent["source"], sent["path"]) == (CODE.rstrip(), "solution.py")
    run("%agent verify 2")
    assert paper.text.endswith("In [2]: nothing has a receipt.")
    run("%agent verify 99")
    assert paper.text.endswith("There is no cell In [99]: give the number of a cell that has run.")


def test_all_that_ran_where_no_notebook_is_known(session: Session, run: Run, paper: Paper):
    run("%%agent\nadd two numbers")
    run("%agent verify")
    assert paper.text.endswith("The cells that ran: nothing has a receipt.")
    run(CODE)
    run("%agent verify")
    assert paper.text.endswith("The cells that ran: 1 of 1 receipts hold.")


def test_the_saved_notebook(
    session: Session, run: Run, paper: Paper, shell: InteractiveShell, tmp_path: Path
):
    book = notebook(cell(CODE, RECEIPT, 1), cell("edited = 1", RECEIPT, 2))
    path = write(tmp_path / "a <b>.ipynb", book)
    run(f"%agent verify {path}")
    lines = paper.text.splitlines()
    assert lines[0].split() == ["cell", "state", "why"]
    assert lines[1].split("  ")[0] == "✓" and "fresh" in lines[1]
    assert lines[2].split("  ")[0] == "✗" and "stale" in lines[2]
    assert lines[3] == "a <b>.ipynb, as it is saved: 1 of 2 receipts hold."
    assert "a &lt;b&gt;.ipynb" in paper.shown[-1]["text/html"]
    shell.user_ns["__session__"] = str(path)
    run("%agent verify")
    assert paper.text.splitlines()[-1] == lines[3]
    # A cell of it that ran is known by its source.
    run(CODE)
    run("%agent verify 3")
    assert paper.text.splitlines()[-1] == "In [3]: 1 of 1 receipts hold."


def test_a_file_that_is_no_notebook_is_a_sentence(session: Session, run: Run, paper: Paper, tmp_path: Path):
    run(f"%agent verify {tmp_path / 'none.ipynb'}")
    assert paper.text.endswith("none.ipynb is not a file: name a notebook (.ipynb).")


@pytest.mark.parametrize("told", ["gone.ipynb", "a.txt", 7, "console-5f2a"])
def test_a_name_that_leads_to_no_notebook_is_none(
    session: Session, shell: InteractiveShell, work: Path, told: Any
):
    (work / "a.txt").touch()
    shell.user_ns["__session__"] = told
    assert session.kernel.notebook() is None


def test_vs_code_and_the_environment_tell_it_too(
    session: Session, shell: InteractiveShell, work: Path, monkeypatch: pytest.MonkeyPatch
):
    one, other = (write(work / name, notebook()) for name in ("one.ipynb", "other.ipynb"))
    shell.user_ns.pop("__session__", None)
    monkeypatch.setenv("JPY_SESSION_NAME", str(one))
    assert session.kernel.notebook() == one
    shell.user_ns["__vsc_ipynb_file__"] = str(other)
    assert session.kernel.notebook() == other
