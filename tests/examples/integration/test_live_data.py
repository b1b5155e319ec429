"""The notebook about live data, on a real container engine: what the code was proved with stands on its receipt."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_coding_agent.client.result import MIME

from .test_quickstart import EXAMPLES, end_engine


@pytest.mark.engine
def test_the_receipt_names_the_table_and_the_cell_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CODING_AGENT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CODING_AGENT_LLM_PROVIDER", "templates")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    book = nbformat.read(EXAMPLES / "live-data.ipynb", as_version=4)
    made = next(cell.source for cell in book.cells if "DataFrame" in cell.source)
    book.cells = [cell for cell in book.cells if not cell.source.startswith("%agent")]
    try:
        NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    finally:
        end_engine(tmp_path / "data")
    shown = [output.get("data", {}) for cell in book.cells for output in cell.get("outputs", [])]
    (result,) = [data[MIME] for data in shown if MIME in data]
    proved_in = result["receipt"]["notebook"]
    assert proved_in["cells"] == [hashlib.sha256(made.rstrip().encode()).hexdigest()]
    assert proved_in["values"].keys() == {"sales", "VAT"}
    assert proved_in["values"]["sales"].startswith("pandas.DataFrame: 5 x 3; columns region")
    assert proved_in["missing"] == {}
