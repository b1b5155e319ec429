"""What was handed over, without what differs between equal behaviours."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_coding_agent.runner.models import TestReport
from jupyter_coding_agent.validation.expectation import Expectation, ExpectedTest, Sentinels, Suite
from jupyter_coding_agent.validation.languages.python.answers import canonical
from jupyter_coding_agent.validation.languages.python.observations import comparable, observations


class Point:
    pass


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.1 + 0.2, 0.3),
        ([1e-17, 2.9999999999], [0, 3]),
        (5, 5.0),
        (1e300, 1e300 * (1 + 1e-13)),
        (np.array([[1, 2], [3, 4.5]]), [[1, 2], [3, 4.5]]),
        (Point(), Point()),
        ({"a": {1, 2}, "b": Point()}, {"b": Point(), "a": {2, 1}}),
        (-0.0, 0),
    ],
)
def test_equal_behaviour_is_equal(one, other):
    assert comparable(canonical(one)) == comparable(canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.3, 0.3001),
        (1, True),
        ([1, 2], (1, 2)),
        ("1", 1),
        (None, False),
        (float("nan"), float("inf")),
        (10**20, 10**20 + 1),
        ({"a": 1}, {"a": 2}),
        ("raised ValueError", None),
    ],
)
def test_different_behaviour_is_not(one, other):
    assert comparable(canonical(one)) != comparable(canonical(other))


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[" * 50_000, '{"float":"x"}', '{"float":"1e999999"}', '{"repr":3}', '{"array":[1]}'],
)
def test_a_forged_text_is_survived(text):
    assert isinstance(comparable(text), str)


def test_a_text_that_only_looks_raised_is_a_string():
    assert comparable(canonical("raised ValueError")) == '"raised ValueError"'
    assert comparable('{"repr":"raised E","type":"agent_sandbox.observation.Raised"}') == "raised E"


def test_reports_become_observations():
    names = ["passes", "fails", "silent", "skipped", "unknown", "twice", "probe"]
    suite = Suite(
        tests={},
        collect=(),
        expectation=Expectation({f"t.py::{name}": ExpectedTest(f"t.py::{name}", 1) for name in names}),
        sentinels=Sentinels(),
        conftest=False,
        probes={"t.py::probe": "probe::f(0)"},
    )
    reports = [
        TestReport(id="t.py::passes", outcome="passed", answers=["1", '{"float":"0.30000000000000004"}']),
        TestReport(id="t.py::fails", outcome="failed", message="ValueError: no: colon", answers=["1"]),
        TestReport(id="t.py::silent", outcome="passed"),
        TestReport(id="t.py::skipped", outcome="skipped"),
        TestReport(id="t.py::unknown", outcome="failed", message="Unknown", answers=["1"]),
        TestReport(id="t.py::twice", outcome="passed", answers=["1"]),
        TestReport(id="t.py::twice", outcome="passed", answers=["2"]),
        TestReport(id="t.py::probe", outcome="passed", answers=["null"]),
        TestReport(id="t.py::forged", outcome="passed", answers=["1"]),
    ]
    assert observations(suite, reports) == {
        "t.py::passes": ("1", '{"float":"0.3"}'),
        "t.py::fails": ("1", "raised ValueError"),
        "t.py::silent": ("passed",),
        "t.py::twice": ("1",),
        "probe::f(0)": ("null",),
    }
