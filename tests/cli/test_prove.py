from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.fake_engine import Running


def write(folder: Path, *sources: str) -> Path:
    path = folder / "some.ipynb"
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 4, "metadata": {}}))
    return path


@pytest.mark.parametrize(
    ("sources", "status", "says"),
    [
        (["x = 1", "%pip install a"], 0, "✓  In [1]  ran"),
        (["fail", "x = 1"], 1, "The order: In [2], In [1]."),
        (["unjudged"], 2, "No engine for containers."),
    ],
)
def test_the_exit_status_says_whether_a_cell_breaks(
    cli: Cli, fake: Running, tmp_path: Path, sources: list[str], status: int, says: str
):
    done = cli("prove", write(tmp_path, *sources), "--timeout", "9")
    assert done.returncode == status
    assert says in done.stdout + done.stderr
    assert fake.engine.requests[-1][2]["timeout_seconds"] == 9.0


def test_as_json(cli: Cli, fake: Running, tmp_path: Path):
    done = cli("prove", "--json", write(tmp_path, "fail"))
    assert done.returncode == 1
    assert json.loads(done.stdout)["breaks"] == 0


def test_a_file_that_is_no_notebook_is_refused(cli: Cli, fake: Running, tmp_path: Path):
    (tmp_path / "a.ipynb").write_text("print()")
    done = cli("prove", tmp_path / "a.ipynb")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not a notebook" in done.stderr
