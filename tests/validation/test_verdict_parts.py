"""Coverage, effects, risk and the classes of failures, each on its own."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.runner.models import EffectEvent, SecurityFinding
from jupyter_coding_agent.validation.coverage import percent
from jupyter_coding_agent.validation.effects import merge
from jupyter_coding_agent.validation.failures import ORDER, Failure, by_importance, first, of_message
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import ErrorClass
from jupyter_coding_agent.validation.verdict import risk_score


@pytest.mark.parametrize(
    ("statements", "executed", "expected"),
    [
        ({"a.py": [1, 2, 3]}, {"a.py": [1, 2]}, 66.7),
        ({"a.py": [1], "b.py": [1]}, {"a.py": [1, 99]}, 50.0),
        ({"a.py": [1, 2]}, {}, 0.0),
        ({"a.py": [1, 2]}, {"a.py": [1, 2, 3], "c.py": [1]}, 100.0),
        ({}, {"a.py": [1]}, None),
        ({"a.py": []}, {}, None),
    ],
)
def test_coverage(statements, executed, expected):
    assert percent(statements, executed) == expected


def test_effects_are_sorted_and_unique():
    def event(kind, target, seen="run"):
        return EffectEvent(kind=kind, target=target, seen=seen)

    effects = merge(
        [event("read", "b", "source")],
        [event("read", "a"), event("read", "b"), event("process", "ls")],
        ["os"],
    )
    assert (effects.reads, effects.processes, effects.imports) == (["a", "b"], ["ls"], ["os"])
    assert [(item.target, item.seen) for item in effects.events] == [
        ("b", "source"),
        ("a", "run"),
        ("b", "run"),
        ("ls", "run"),
    ]


def finding(severity, confidence):
    return SecurityFinding(
        path="a.py", line=1, severity=severity, confidence=confidence, type="B1", message="m"
    )


@pytest.mark.parametrize(
    ("findings", "risk"),
    [
        ([], 0),
        ([("high", "high")], 8),
        ([("medium", "medium")], 4),
        ([("low", "low")], 1),
        ([("high", "high"), ("medium", "high")], 8.5),
        ([("high", "high")] * 50, 10),
    ],
)
def test_risk_score(findings, risk):
    assert risk_score([finding(*pair) for pair in findings]) == risk


def test_every_error_class_has_its_place():
    assert set(ORDER) == set(ErrorClass.__args__)


def test_what_explains_most_comes_first():
    failures = [
        Failure("lint", "c"),
        Failure("assertion", "b"),
        Failure("tampering", "a"),
        Failure("lint", "c"),
    ]
    assert first(failures) == "tampering"
    assert [failure.sentence for failure in by_importance(failures)] == ["a", "b", "c"]
    assert first([]) is None


@pytest.mark.parametrize(
    ("message", "error_class"),
    [
        ("AssertionError: assert 1 == 2", "assertion"),
        ("Failed: DID NOT RAISE ValueError", "assertion"),
        ("ZeroDivisionError: division by zero", "exception"),
        ("KeyError: 'No module'", "exception"),
        ("ModuleNotFoundError: No module named 'polars'", "missing_package"),
        ("ModuleNotFoundError: No module named 'solution.part'", "import"),
        ("ImportError: cannot import name 'x' from 'solution'", "import"),
        ("IndentationError: unexpected indent", "syntax"),
        ("SystemExit: 0", "early_exit"),
        ("MemoryError", "memory"),
        ("StopIteration", "exception"),
        ("", "exception"),
        ("\n\n", "exception"),
    ],
)
def test_messages_are_classified(message, error_class):
    failure = of_message(message, LANGUAGES["python"], {"solution"})
    assert failure.error_class == error_class
    assert failure.sentence
