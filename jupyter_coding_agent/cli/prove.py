"""jupyter coding-agent prove: run a notebook from a clean start, and say which cell breaks and why."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..client.notebooks import cell_line, notes, read_notebook, rows
from .connection import engine
from .console import print_json, progress


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the notebook's file")
    parser.add_argument(
        "--context",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a file that it reads, which then lies in its working directory; repeatable",
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="what all cells together may take")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(options: argparse.Namespace) -> int:
    """0 if every cell ran or could be skipped, 1 if one breaks, 2 if it could not be tried."""
    request = read_notebook(options.notebook)
    if options.timeout is not None:
        request["timeout_seconds"] = options.timeout
    with engine(options.data_dir) as client, progress(f"Running {options.notebook.name}") as step:
        if options.context:
            made = client.artifacts.upload(options.context)
            request["context_artifacts"] = [artifact["artifact_id"] for artifact in made]
        report = client.notebooks.prove(request, lambda cell: step(cell_line(cell)))
    if options.json:
        print_json(report)
    else:
        for row in rows(report):
            print("  ".join(row).rstrip())
        print(*notes(report), sep="\n")
    return 0 if report["status"] == "ran" else 1
