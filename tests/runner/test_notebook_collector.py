"""A notebook's reports come in order, each once; whatever says otherwise is tampered with."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_coding_agent.runner.models import CellRun, Exit, Isolation, Limits, NotebookRun
from jupyter_coding_agent.runner.notebook_collector import NotebookCollector

ISOLATION = Isolation(backend="fake", image="i", image_digest="d", network="none", user="1000")


def begins(number: Any) -> dict[str, Any]:
    return {"t": "cell_begins", "number": number}


def ends(number: Any, **more: Any) -> dict[str, Any]:
    return {"t": "cell_ends", "number": number, "error": None, "duration_ms": 1.0, **more}


def collected(*frames: dict[str, Any], told: list[CellRun] | None = None) -> NotebookRun:
    collector = NotebookCollector(Limits(), 3, told.append if told is not None else None)
    for frame in frames:
        collector.take(frame)
    return collector.notebook_run(Exit(reason="finished"), 5, ISOLATION)


def test_cells_in_order_some_left_out():
    told: list[CellRun] = []
    run = collected(begins(0), ends(0, stdout="a"), begins(2), ends(2), told=told)
    assert ([cell.number for cell in run.cells], run.begun, run.tampered) == ([0, 2], None, False)
    assert [cell.stdout for cell in told] == ["a", ""]


def test_a_cell_that_has_begun_and_not_ended():
    run = collected(begins(0), ends(0), begins(1))
    assert (run.begun, run.tampered) == (1, False)


@pytest.mark.parametrize(
    "frames",
    [
        [ends(0)],
        [begins(0), ends(1)],
        [begins(0), begins(1)],
        [begins(0), ends(0), ends(0)],
        [begins(1), ends(1), begins(0)],
        [begins(0), ends(0), begins(0)],
        [begins(3)],
        [begins("0")],
        [begins(0), ends(0, duration_ms=float("nan"))],
        [begins(0), ends(0, surprise=1)],
        [{"t": "cell_"}],
    ],
)
def test_what_no_harness_says(frames: list[dict[str, Any]]):
    told: list[CellRun] = []
    assert collected(*frames, begins(0), ends(0), told=told).tampered
    assert len(told) <= 1
