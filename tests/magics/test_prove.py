from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.magics.conftest import Paper

Run = Callable[[str], None]


def sent(fake: Running) -> list[str]:
    return [cell["source"] for cell in fake.engine.requests[-1][2]["cells"]]


def write(path: Path, source: str) -> Path:
    cell = {"cell_type": "code", "source": source}
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    return path


@pytest.fixture(autouse=True)
def no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def test_the_cells_that_ran_where_no_file_is_known(session: Session, run: Run, paper: Paper, fake: Running):
    run("x = 1")
    run("y = 'fail'")
    run("%agent prove")
    assert sent(fake) == ["x = 1", "y = 'fail'"]
    assert [cell["execution_count"] for cell in fake.engine.requests[-1][2]["cells"]] == [1, 2]
    assert "In [2]  failed  NameError: <b>fail</b>" in paper.text
    assert "Proposed, and seen to run" in paper.text
    assert any("In [1] ran" in step for step in paper.steps)
    html = paper.shown[-1]["text/html"]
    assert "&lt;b&gt;fail" in html and "<b>fail" not in html


def test_a_file_that_is_named(session: Session, run: Run, fake: Running, tmp_path: Path):
    run(f"%agent prove {write(tmp_path / 'a b.ipynb', 'z = 3')}")
    assert sent(fake) == ["z = 3"]


@pytest.mark.parametrize("told_by", ["JPY_SESSION_NAME", "__vsc_ipynb_file__"])
def test_this_kernels_own_notebook(
    session: Session,
    run: Run,
    fake: Running,
    shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told_by: str,
):
    path = str(write(tmp_path / "own.ipynb", "own = 1"))
    if told_by.startswith("__"):
        shell.user_ns[told_by] = path
    else:
        monkeypatch.setenv(told_by, path)
    run("%agent prove")
    assert sent(fake) == ["own = 1"]


def test_what_can_not_be_proved_is_a_sentence(session: Session, run: Run, paper: Paper):
    run("%agent prove nowhere.ipynb")
    run("%agent prove --all")
    run("x = 'unjudged'")
    run("%agent prove")
    assert "nowhere.ipynb can't be read" in paper.text
    assert "has no option --all" in paper.text
    assert "No engine for containers." in paper.text
