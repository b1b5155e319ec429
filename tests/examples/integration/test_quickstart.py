"""The demo as `make demo` runs it, on a real container engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.engine
def test_the_quickstart_becomes_a_notebook_of_validated_cells(tmp_path: Path):
    output = tmp_path / "quickstart.ipynb"
    environ = {
        "CODING_AGENT_DATA_DIR": str(tmp_path / "data"),
        "CODING_AGENT_LLM_PROVIDER": "templates",
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    command = [sys.executable, str(EXAMPLES / "run_quickstart.py"), "--output", str(output)]
    try:
        done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        end_engine(tmp_path / "data")
    # No engine runs any more.
    verify = [sys.executable, "-m", "jupyter_coding_agent", "verify", str(output), "--json"]
    verified = subprocess.run(verify, env=os.environ | environ, capture_output=True, text=True)
    (found,) = json.loads(verified.stdout)["notebooks"]
    assert [cell["state"] for cell in found["cells"]] == ["fresh"] * 3
    book = nbformat.read(output, as_version=4)
    proved = [cell.metadata["coding_agent"] for cell in book.cells if "coding_agent" in cell.metadata]
    inserted = [cell for cell in book.cells if cell.cell_type == "code" and "coding_agent" in cell.metadata]
    assert len(inserted) == 3
    assert {proof["status"] for proof in proved} == {"passed", "ran"}
    assert all(proof["receipt"]["signature"] for proof in proved)
    assert any(
        "image/png" in output.get("data", {}) for cell in book.cells for output in cell.get("outputs", [])
    )


def end_engine(data: Path) -> None:
    """End the engine that the demo started, and wait for it: it removes its containers."""
    pid = json.loads((data / "engine.lock").read_text())["pid"]
    command = ["bash", "-c", f"kill {pid}; tail --pid={pid} -f /dev/null"]
    subprocess.run(command, timeout=60, check=True)
