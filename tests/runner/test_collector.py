from __future__ import annotations

import base64
from typing import Any

import pytest

from jupyter_coding_agent.runner.collector import Collector, MutationCollector, received_limit
from jupyter_coding_agent.runner.models import Exit, Isolation, Limits, TestRun
from tests.runner.fakes import PASSES, output

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n small").decode()
ISOLATION = Isolation(backend="fake", image="i", image_digest="d", network="none", user="1000")
LIMITS = Limits(output_bytes=10, artifact_count=2, artifact_bytes=6, artifact_depth=2)


def collect(*frames: dict[str, Any]) -> tuple[TestRun, Collector]:
    collector = Collector(LIMITS)
    for frame in frames:
        collector.take(frame)
    return collector.run(Exit(reason="finished"), 1.0, ISOLATION), collector


def file(path: str, content: bytes = b"x") -> dict[str, Any]:
    return {"t": "file", "path": path, "content": base64.b64encode(content).decode()}


def test_an_honest_run() -> None:
    run, collector = collect(
        *PASSES[:2],
        {"t": "lines", "path": "a.py", "lines": [3, 1]},
        {"t": "lines", "path": "a.py", "lines": [1, 2]},
        {"t": "effect", "kind": "read", "target": "x.csv"},
        {"t": "data_finding", "kind": "row_count", "message": "3\x1b[2J to 5", "path": "a.py", "line": 4},
        output("hello"),
        output("oh", "stderr"),
        {"t": "dropped", "bytes": 5},
        file("out/x"),
        {"t": "refused", "sentence": "No links."},
        *PASSES[2:],
    )
    assert [report.outcome for report in run.reports] == ["passed"]
    assert run.executed_lines == {"a.py": [1, 2, 3]}
    assert [(effect.kind, effect.seen) for effect in run.effects] == [("read", "run")]
    assert [(item.kind, item.message, item.path, item.line, item.seen) for item in run.data_findings] == [
        ("row_count", "3[2J to 5", "a.py", 4, "run")
    ]
    assert (run.stdout, run.stderr, run.output_dropped_bytes) == ("hello", "oh", 5)
    assert [(output.path, output.content) for output in run.outputs] == [("out/x", b"x")]
    assert run.outputs_refused == ["No links."]
    assert collector.exit == Exit(reason="finished", code=0)
    assert (collector.ended, collector.noise) == (True, 0)


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"t": None},
        {"t": ["report"]},
        {"t": "take"},
        {"t": "__init__"},
        {"t": "report"},
        {"t": "report", "id": "a", "outcome": "great"},
        {"t": "data_finding", "kind": "magic", "message": "m"},
        {"t": "data_finding", "kind": "row_count", "message": "m", "seen": "run", "more": 1},
        {"t": "report", "id": "a", "outcome": "passed", "surprise": 1},
        {"t": "report", "id": "a", "outcome": "passed", "duration_ms": float("inf")},
        {"t": "lines", "path": "../a", "lines": [1]},
        {"t": "lines", "path": "a", "lines": [0]},
        {"t": "lines", "path": "a", "lines": "12"},
        {"t": "lines", "path": "a", "lines": [1] * 300_000},
        {"t": "effect", "kind": "magic", "target": "x"},
        {"t": "output", "stream": "stdout", "data": "no base64!"},
        {"t": "output", "stream": "stdin", "data": ""},
        {"t": "dropped", "bytes": -1},
        {"t": "file", "path": "a", "content": "no base64!"},
        {"t": "file", "path": 1, "content": ""},
        {"t": "thumbnail", "path": "a", "content": PNG},
        {"t": "exit", "reason": "boredom"},
    ],
)
def test_malformed_frames_are_noise(frame: dict[str, Any]) -> None:
    run, collector = collect(frame)
    assert collector.noise == 1
    empty, _ = collect()
    assert run == empty


def test_output_is_capped_again() -> None:
    run, _ = collect(output("0123456789abc"), output("more"))
    assert (run.stdout, run.output_dropped_bytes) == ("0123456789", 7)


def test_files_are_checked_again() -> None:
    run, _ = collect(
        file("../evil"), file("a/b/c"), file("a"), file("a"), file("big", b"1234567"), file("b"), file("c")
    )
    assert [output.path for output in run.outputs] == ["a", "b"]
    assert [sentence.split()[0] for sentence in run.outputs_refused] == [
        "'../evil'",
        "'a/b/c'",
        "'a'",
        "'big'",
        "'c'",
    ]


def test_small_pictures_are_checked_again() -> None:
    limits = Limits(thumbnail_count=2)
    collector = Collector(limits)
    sent = {
        "no picture.png": b"text",
        "too large.png": b"\x89PNG\r\n\x1a\n" + bytes(300_000),
        "first.png": base64.b64decode(PNG),
        "second.png": base64.b64decode(PNG),
        "third.png": base64.b64decode(PNG),
    }
    for path in sent:
        collector.take(file(path))
    for path, content in [*sent.items(), ("first.png", base64.b64decode(PNG) + b"another")]:
        collector.take(file(path, content) | {"t": "thumbnail"})
    run = collector.run(Exit(reason="finished"), 1.0, ISOLATION)
    assert {output.path: output.thumbnail for output in run.outputs if output.thumbnail} == {
        "first.png": base64.b64decode(PNG),
        "second.png": base64.b64decode(PNG),
    }
    assert collector.noise == 4
    assert received_limit(limits) - received_limit(Limits(thumbnail_count=0)) > 2 * 300_000 * 4 / 3


def test_trials_are_taken_once_each() -> None:
    collector = MutationCollector(LIMITS)
    trial = {"t": "mutant", "number": 0, "failed": ["a"]}
    for frame in (
        {"t": "lines", "path": "a.py", "lines": [2, 1]},
        trial,
        {**trial, "failed": []},
        {**trial, "number": 1, "surprise": 1},
        {**trial, "number": -1},
        {"t": "mutant", "number": 2, "cut": True},
    ):
        collector.take(frame)
    run = collector.mutation_run(Exit(reason="timeout"), 1.0, ISOLATION)
    assert [(found.number, found.failed, found.cut) for found in run.trials] == [
        (0, ["a"], False),
        (2, [], True),
    ]
    assert run.executed_lines == {"a.py": [1, 2]}
    assert (run.exit.reason, collector.noise) == ("timeout", 3)


def test_a_plain_run_has_no_trials() -> None:
    _, collector = collect({"t": "mutant", "number": 0})
    assert collector.noise == 1


def test_counts_are_capped() -> None:
    frame = {"t": "report", "id": "a", "outcome": "passed"}
    run, collector = collect(*[frame] * 10_005)
    assert (len(run.reports), collector.noise) == (10_000, 5)


def test_the_cap_leaves_room_for_what_the_limits_allow() -> None:
    limits = Limits()
    assert received_limit(limits) > (2 * limits.output_bytes + limits.artifact_bytes) * 4 / 3
