from __future__ import annotations

import pytest

from jupyter_coding_agent.client import words
from jupyter_coding_agent.client.models import Event


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("queued", {"position": 0}, "queued"),
        ("queued", {"position": 2}, "queued, 2 requests before it"),
        ("started", {"start": 1}, "started"),
        ("started", {"start": 2}, "started again after the engine was lost"),
        ("plan", {"language": "python", "tier": "simple"}, "plan: python, simple tier"),
        ("tests", {"count": 1, "model": "m"}, "tests: 1 test written by m"),
        ("code", {"attempt": 2, "lines": 7, "model": "m"}, "attempt 2: 7 lines written by m"),
        ("run", {"attempt": 2}, "attempt 2: running in the sandbox"),
        (
            "signal",
            {"attempt": 1, "signal": "lint", "passed": False, "summary": "E999"},
            "attempt 1: lint failed: E999",
        ),
        (
            "signal",
            {"attempt": 1, "signal": "data", "passed": False, "summary": "1 warning, line 4: 3 rows into 5"},
            "attempt 1: data warns: 1 warning, line 4: 3 rows into 5",
        ),
        ("diff", {"attempt": 2, "added": 3, "removed": 1}, "attempt 2: +3 -1 lines"),
        ("retry", {"attempt": 1, "reason": "it is\nwrong"}, "attempt 1: repairing: it is wrong"),
        (
            "retry",
            {"attempt": 1, "reason": "no docker", "error_class": "infrastructure"},
            "attempt 1: trying again: no docker",
        ),
        (
            "reused",
            {"cached_from": "exe_1"},
            "the result of exe_1, where the same was asked; nothing is run",
        ),
        ("completed", {"status": "partial"}, "not validated"),
        ("error", {"message": "No model."}, "No model."),
        ("of a later version", {}, ""),
    ],
)
def test_what_an_event_says(kind: str, data: dict, sentence: str):
    assert words.event_sentence(Event(1, kind, data)) == sentence


def test_the_reason_is_said_once():
    failing = {"id": "t", "outcome": "failed", "message": "assert 1 == 2"}
    signal = {"passed": False, "results": [failing], "coverage_percent": None, "reason": "t failed"}
    assert words.signal_sentence("tests", signal) == "0 of 1 test passed"
    assert words.problems("tests", signal) == ["t: assert 1 == 2"]
    assert words.signal_sentence("tests", {**signal, "results": []}) == "no tests: t failed"


def test_warnings_about_data_do_not_look_like_a_failure():
    finding = {"kind": "row_count", "path": "solution.py", "line": 4, "message": "merge turned 3 rows into 5"}
    signal = {"passed": False, "findings": [finding]}
    assert words.result_lines({"status": "passed", "signals": {"data": signal}}) == [
        "✓ passed",
        "  data      ! 1 warning",
        "              solution.py:4: merge turned 3 rows into 5",
    ]
    clean = {"passed": True, "findings": []}
    assert words.result_lines({"status": "passed", "signals": {"data": clean}})[1:] == [
        "  data      ✓ no warnings"
    ]


def test_attempts_are_told_where_there_were_several():
    first = {"number": 1, "error_class": "assertion", "error_message": "assert 1 == 2"}
    second = {
        "number": 2,
        "error_class": None,
        "fix_applied": "Repaired.",
        "notes": ["test_a.py was left out."],
    }
    result = {"status": "passed", "signals": {}, "attempts": [first, second]}
    assert words.result_lines(result) == [
        "✓ passed · 2 attempts",
        "  attempt   1: ✗ assert 1 == 2",
        "  attempt   2: Repaired. test_a.py was left out. ✓",
    ]


def test_each_file_is_told_with_how_to_get_it():
    files = [
        {"artifact_id": "art_1", "name": "out/plot.png", "size": 1025, "has_thumbnail": True},
        {"artifact_id": "art_2", "name": "a.csv", "size": 3, "has_thumbnail": False},
    ]
    assert words.result_lines({"status": "passed", "signals": {}, "outputs": files})[1:] == [
        "  file      out/plot.png, 2 KiB: %agent artifacts download art_1",
        "  file      a.csv, 3 B: %agent artifacts download art_2",
    ]


def test_long_text_is_cut_to_one_line():
    assert words.shorten("a\n  b") == "a b"
    assert len(words.shorten("x" * 1000)) == 160
