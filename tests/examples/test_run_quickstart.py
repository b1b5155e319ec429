"""The demo: what it leaves stands on its own, and what is not validated is no success."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from jupyter_coding_agent.core.paths import socket_path
from jupyter_coding_agent.templates.catalog import TemplateLibrary
from tests.fake_engine import RECEIPT, Running, running

EXAMPLES = Path(__file__).parents[2] / "examples"
Demo = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "data").mkdir(mode=0o700)
    with running(socket_path(tmp_path / "data")) as server:
        yield server


@pytest.fixture
def demo(fake: Running, tmp_path: Path) -> Demo:
    """Runs the demo on a notebook of these cells; leaves ``out.ipynb``."""

    def run(*cells: Any) -> subprocess.CompletedProcess[str]:
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
        nbformat.write(book, tmp_path / "in.ipynb")
        command = [sys.executable, str(EXAMPLES / "run_quickstart.py"), str(tmp_path / "in.ipynb")]
        environ = {"CODING_AGENT_DATA_DIR": str(tmp_path / "data"), "IPYTHONDIR": str(tmp_path / "ipython")}
        return subprocess.run(
            [*command, "--output", str(tmp_path / "out.ipynb")],
            env=os.environ | environ,
            capture_output=True,
            text=True,
        )

    return run


LOAD = new_code_cell("%load_ext jupyter_coding_agent")


def test_what_is_left_needs_neither_extension_nor_engine(demo: Demo, tmp_path: Path):
    done = demo(
        new_markdown_cell("# Title"),
        LOAD,
        new_code_cell("%%agent --run\ndefine the answer"),
        new_code_cell("answer + 1"),
        new_code_cell("%agent validate"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "    queued",
        "    ✓ passed · quality 9/10 · 1 attempt · templates/add",
        "    ✓ ran · quality 10/10",
    ):
        assert line in done.stdout.splitlines()
    assert "It runs from top to bottom on its own." in done.stdout
    book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    nbformat.validate(book)
    assert [cell.cell_type for cell in book.cells] == ["markdown", "markdown", "code", "code", "markdown"]
    assert book.cells[1].source.startswith("> define the answer\n")
    assert book.cells[2].source == "answer = 42"
    assert book.cells[2].metadata["coding_agent"]["receipt"] == RECEIPT
    assert book.cells[3].outputs[0]["data"]["text/plain"] == "43"
    assert not any("agent" in cell.source for cell in book.cells if cell.cell_type == "code")


@pytest.mark.parametrize("request_", ["fail to define", "refuse this"])
def test_what_is_not_validated_is_no_success(demo: Demo, tmp_path: Path, request_: str):
    done = demo(LOAD, new_code_cell(f"%%agent\n{request_}"))
    assert done.returncode == 1
    assert f"Not validated: {request_}" in done.stdout
    book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [cell.cell_type for cell in book.cells] == ["markdown"]


def test_a_cell_that_fails_is_no_success(demo: Demo):
    done = demo(LOAD, new_code_cell("nowhere"))
    assert done.returncode == 1
    assert "A cell failed: NameError: name 'nowhere' is not defined" in done.stdout
    # The kernel's own libraries may complain while it ends; the script itself must not.
    assert "run_quickstart.py" not in done.stderr


def quickstart() -> Any:
    return nbformat.read(EXAMPLES / "quickstart.ipynb", as_version=4)


def test_every_request_of_the_quickstart_fits_a_template():
    requests = [
        cell.source.partition("\n")[2] for cell in quickstart().cells if cell.source.startswith("%%agent")
    ]
    library = TemplateLibrary()
    fitting = {library.answer(request, "python").template_id for request in requests}
    assert len(requests) == len(fitting) == 3
