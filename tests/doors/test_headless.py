"""Notebooks that run without a person, in real kernels: each request is waited for and its result kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_coding_agent.client.result import MIME
from tests.fake_engine import Running

LOAD = "%load_ext jupyter_coding_agent"


def notebook(*sources: str) -> Any:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=[new_code_cell(source) for source in sources], metadata={"kernelspec": kernel})


def results(cell: Any) -> list[dict[str, Any]]:
    return [output["data"][MIME] for output in cell.outputs if MIME in output.get("data", {})]


def test_nbclient_waits_and_keeps_the_result(fake: Running, tmp_path: Path):
    book = notebook(LOAD, "%%agent\nadd two numbers", "%%agent --run\ndefine the answer", "answer")
    NotebookClient(book, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (first,) = results(book.cells[1])
    assert first["status"] == "passed"
    assert first["files"]["solution.py"].startswith("def add")
    # One place that changed, not a line for each step.
    assert len(book.cells[1].outputs) == 1
    assert "text/html" in book.cells[1].outputs[0]["data"]
    # A notebook that nobody sits in front of has no use for a live panel.
    assert "widget-view" not in json.dumps(book)
    assert book.cells[3].outputs[0]["data"]["text/plain"] == "42"
    assert not (tmp_path / ".coding-agent").exists(), "nothing was inserted, so no receipt belongs there"


def test_papermill_waits_and_keeps_the_result(fake: Running, tmp_path: Path):
    nbformat.write(notebook(LOAD, "%%agent\nfail to add", "%agent history"), tmp_path / "in.ipynb")
    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), cwd=str(tmp_path), progress_bar=False
    )
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    (result,) = results(done.cells[1])
    assert result["status"] == "failed"
    assert "fail to add" in done.cells[2].outputs[0]["data"]["text/plain"]


def test_an_interrupted_cell_cancels(fake: Running, tmp_path: Path):
    book = notebook(LOAD, "%%agent\nhang please", "'after'")
    client = NotebookClient(
        book, timeout=3, interrupt_on_timeout=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    (view,) = fake.engine.executions.values()
    assert view["status"] == "cancelled"
    assert "is cancelled" in book.cells[1].outputs[-1]["data"]["text/plain"]
    assert book.cells[2].outputs[0]["data"]["text/plain"] == "'after'"


def test_no_engine_is_a_sentence_in_the_notebook(fake: Running, tmp_path: Path, monkeypatch):
    # A file in the way of the data directory: no engine can be started there.
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CODING_AGENT_DATA_DIR", str(tmp_path / "file" / "data"))
    book = notebook(LOAD, "%%agent\nadd")
    NotebookClient(book, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = book.cells[1].outputs
    assert output["output_type"] == "display_data"
    assert "could not be started" in output["data"]["text/plain"]
