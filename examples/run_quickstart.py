"""Run the quickstart notebook headless and leave one that stands on its own.

Each ``%%agent`` cell is asked; the validated code is inserted below it, with its receipt in the cell's
metadata, and run. In the notebook that is left, what was asked is a quotation, so that it needs neither the
extension nor an engine; to prove that, it is run once more from top to bottom in a fresh kernel.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell

from jupyter_coding_agent.client.result import MIME, cell_source
from jupyter_coding_agent.client.words import result_lines

HERE = Path(__file__).parent
ASKS = "%%agent"
COMMANDS = ("%agent", "%load_ext jupyter_coding_agent")
GOOD = {"passed", "ran"}
# Newer kernels warn that they speak plain TCP on the loopback: nothing that a reader of this could act on.
QUIET = ["--IPKernelApp.log_level=40"]


class Follower(NotebookClient):
    """Prints the agent's progress while a cell runs."""

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Called for everything that the kernel shows."""
        data = msg["content"].get("data", {}) if msg["msg_type"] == "update_display_data" else {}
        if data and MIME not in data:
            say("    " + data["text/plain"].partition(": ")[2])
        return super().process_message(msg, cell, cell_index)


def main() -> int:
    """0 if everything that was asked is validated and the notebook that is left runs on its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("notebook", nargs="?", type=Path, default=HERE / "quickstart.ipynb")
    parser.add_argument("--output", type=Path, default=Path("build/demo/quickstart.ipynb"))
    options = parser.parse_args()
    started = time.monotonic()
    book = nbformat.read(options.notebook, as_version=4)
    unproved: list[str] = []
    try:
        ask_all(book, unproved)
    except CellExecutionError as error:
        say(f"\nA cell failed: {error.ename}: {error.evalue}")
        return failure(unproved)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, options.output)
    say(f"\nWrote {options.output}")
    if unproved:
        return failure(unproved)
    if not runs_alone(options.output):
        return 1
    say(f"It runs from top to bottom on its own. {time.monotonic() - started:.1f} s in all.")
    return 0


def ask_all(book: Any, unproved: list[str]) -> None:
    """Run every cell, each request as it comes; `book` becomes the notebook that is left.

    What is not validated is added to `unproved`, in a few words each.
    """
    left: list[Any] = []
    client = Follower(book, timeout=600, extra_arguments=QUIET, resources={"metadata": {"path": str(HERE)}})
    with client.setup_kernel():
        for cell in list(book.cells):
            book.cells = [*left, cell]
            if cell.cell_type == "code":
                announce(cell)
                client.execute_cell(cell, len(left))
            for becomes in what_is_left(cell, unproved):
                left.append(becomes)
                book.cells = left
                if "coding_agent" in becomes.metadata and becomes.cell_type == "code":
                    client.execute_cell(becomes, len(left) - 1)
    book.cells = left


def what_is_left(cell: Any, unproved: list[str]) -> list[Any]:
    """The cells that stand for `cell` in a notebook without the agent."""
    if cell.cell_type != "code" or not cell.source.startswith((ASKS, *COMMANDS)):
        return [cell]
    results = [output.data[MIME] for output in cell.outputs if MIME in output.get("data", {})]
    for output in cell.outputs:
        if MIME not in output.get("data", {}):
            say("    " + (output.get("text") or output.get("data", {}).get("text/plain") or "").strip())
    if not results:
        if not cell.source.startswith(COMMANDS[1]):
            unproved.append(cell.source.splitlines()[-1])
        return []
    (result,) = results
    verdict = result_lines(result)
    for line in verdict:
        say(f"    {line}")
    kept = [quotation(cell, verdict, result)]
    if result["status"] not in GOOD:
        unproved.append(cell.source.splitlines()[-1])
    elif cell.source.startswith(ASKS):
        source = cell_source(result) or ""
        kept.append(new_code_cell(source, metadata={"coding_agent": proof(result)}))
        say(f"    inserted: {len(source.splitlines())} lines, receipt in the cell's metadata")
    return kept


def quotation(cell: Any, verdict: list[str], result: dict[str, Any]) -> Any:
    """What was asked and what came of it, as text."""
    asked = "\n".join(f"> {line}" for line in (result.get("prompt") or cell.source).splitlines())
    report = "\n".join(verdict)
    return new_markdown_cell(f"{asked}\n\n```text\n{report}\n```", metadata={"coding_agent": proof(result)})


def proof(result: dict[str, Any]) -> dict[str, Any]:
    """What a cell's metadata keeps of a result."""
    return {name: result.get(name) for name in ("execution_id", "status", "quality_score", "receipt")}


def runs_alone(path: Path) -> bool:
    """Run the notebook as it lies there, in a fresh kernel."""
    say("Running it from top to bottom in a fresh kernel ...")
    try:
        NotebookClient(nbformat.read(path, as_version=4), timeout=600, extra_arguments=QUIET).execute()
    except CellExecutionError as error:
        say(f"It does not run on its own: {error.ename}: {error.evalue}")
        return False
    return True


def failure(unproved: list[str]) -> int:
    """Say what is not validated, where that is the reason."""
    if unproved:
        say(f"Not validated: {'; '.join(unproved)}\nSee: jupyter coding-agent doctor")
    return 1


def announce(cell: Any) -> None:
    """Say which request is being asked."""
    if cell.source.startswith((ASKS, COMMANDS[0])):
        head, _, request = cell.source.partition("\n")
        say(f"\n{head}" + "".join(f"\n  {line}" for line in request.splitlines()))


def say(line: str) -> None:
    """A line at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
