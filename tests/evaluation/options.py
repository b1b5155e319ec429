"""The command line of an evaluation."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tests.evaluation.engines import ARMS
from tests.evaluation.fault_model import Rates
from tests.evaluation.tasks import FOLDER

FAULT, CONFIGURED = "fault", "configured"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options. Exits with a sentence where they can't be used together."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.evaluation",
        description="How often is the engine right when it says 'passed'? Drives the whole engine over the tasks.",
    )
    rates = Rates()
    parser.add_argument("--arms", type=_list, default=list(ARMS), help="single,repair,full")
    parser.add_argument("--seeds", type=int, default=10, help="how often each task is run (10)")
    parser.add_argument("--tasks", type=_list, default=[], help="ids, separated by commas (all)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the tasks are")
    parser.add_argument(
        "--model",
        default=FAULT,
        help="'fault': the fault-injecting model; 'configured': as your Jupyter configuration and environment "
        "say; or provider/model, its key in the environment",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="record what --model provider/model says")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="instead of a model: what was recorded")
    parser.add_argument("--p-test", type=float, default=rates.wrong_test, help="share of wrong tests (0.15)")
    parser.add_argument(
        "--p-code", type=float, default=rates.wrong_code, help="share of wrong first solutions (0.4)"
    )
    parser.add_argument("--jobs", type=int, default=3, help="executions at the same time (3)")
    parser.add_argument(
        "--out", type=Path, default=Path("build/eval"), help="where the report goes (build/eval)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier evaluation finished")
    options = parser.parse_args(arguments)
    unknown = [arm for arm in options.arms if arm not in ARMS]
    if unknown:
        parser.error(f"There is no arm {unknown[0]!r}; there are: {', '.join(ARMS)}.")
    if options.record and "/" not in options.model:
        parser.error("--record needs --model provider/model.")
    return options


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
