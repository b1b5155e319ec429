"""The evaluation itself: the whole engine, driven over HTTP for all arms, judged in containers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine import Engine, engine
from tests.evaluation.engines import ARMS
from tests.evaluation.run import main

__all__ = ["engine"]

pytestmark = pytest.mark.engine

TASKS = ["all-pages", "city-of-orders", "moving-median"]


def test_all_arms_are_driven_and_reported_and_an_interrupted_evaluation_goes_on(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--seeds", "1", "--out", str(tmp_path), "--p-test", "0", "--p-code", "0"]
    assert main([*common, "--tasks", TASKS[0], "--arms", "full"]) == 0
    assert main([*common, "--tasks", ",".join(TASKS)]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["arms"].keys() == ARMS.keys()
    for numbers in report["arms"].values():
        # A model that never errs: whatever is delivered is right, and everything is.
        assert (numbers["solvable"], numbers["delivered"], numbers["passed_right"]) == (3, 3, 3)
        assert (numbers["precision"], numbers["recall"], numbers["troubled"]) == (1.0, 1.0, 0)
        assert numbers["cost"] > 0
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")
    (records,) = tmp_path.glob("records-*.jsonl")
    made = [(one["arm"], one["task"]) for one in map(json.loads, records.read_text().splitlines())]
    assert sorted(made) == sorted((arm, task) for arm in ARMS for task in TASKS), "none was made twice"
    assert "| full judgement | 3 | 3 | 3 | 100.0% |" in capsys.readouterr().out
