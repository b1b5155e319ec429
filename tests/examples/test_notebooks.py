"""The example notebooks: what they ask can be answered without a model, and nbval notices what is not proved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_coding_agent.core.paths import socket_path
from jupyter_coding_agent.templates.catalog import TemplateLibrary
from tests.fake_engine import Running, running

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_has_no_outputs(path: Path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells)


def requests() -> Iterator[str]:
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.source.startswith("%%agent"):
                yield cell.source.partition("\n")[2]


@pytest.mark.parametrize("request_", sorted(set(requests())))
def test_every_request_fits_a_template(request_: str):
    assert TemplateLibrary().answer(request_, "python").template_id


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "data").mkdir(mode=0o700)
    with running(socket_path(tmp_path / "data")) as server:
        yield server


@pytest.mark.usefixtures("fake")
def test_nbval_notices_what_is_not_proved(tmp_path: Path):
    sources = [
        "%load_ext jupyter_coding_agent",
        "%%agent --run\ndefine the answer",
        "assert answer == 42 and not any(In), In",
        "%%agent\nfail to define",
        "%agent fix",
    ]
    book = new_notebook(cells=[new_code_cell(source) for source in sources])
    nbformat.write(book, tmp_path / "asked.ipynb")
    (tmp_path / "conftest.py").write_text((EXAMPLES / "conftest.py").read_text())
    nbval = ["--cov=jupyter_coding_agent", "--nbval-lax", "--nbval-current-env"]
    command = [sys.executable, "-m", "pytest", *nbval, "-rA", "asked.ipynb"]
    environ = {"CODING_AGENT_DATA_DIR": str(tmp_path / "data"), "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | environ, capture_output=True, text=True)
    assert "3 passed" in done.stdout and "2 failed" in done.stdout, done.stdout
    assert "Not proved:\n%agent fix\n\nNo cell has failed" in done.stdout
