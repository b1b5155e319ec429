"""The quality score at every boundary of the contract's table."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.quality import score

CLEAN = {
    "coverage_percent": 100.0,
    "lint_findings": 0,
    "high": 0,
    "medium": 0,
    "complexity": 0.0,
    "attempts": 1,
}


@pytest.mark.parametrize(
    ("changed", "points"),
    [
        ({}, 10),
        ({"coverage_percent": 80.0}, 10),
        ({"coverage_percent": 79.9}, 9),
        ({"coverage_percent": 50.0}, 9),
        ({"coverage_percent": 49.9}, 8),
        ({"coverage_percent": 0.0}, 8),
        ({"coverage_percent": None}, 10),
        ({"lint_findings": 1}, 9),
        ({"lint_findings": 5}, 9),
        ({"lint_findings": 6}, 8),
        ({"high": 1}, 8),
        ({"high": 2}, 7),
        ({"high": 9}, 7),
        ({"medium": 1}, 9.5),
        ({"medium": 2}, 9),
        ({"medium": 9}, 9),
        ({"complexity": 6.0}, 10),
        ({"complexity": 6.5}, 9),
        ({"complexity": 8.0}, 9),
        ({"complexity": 8.5}, 8),
        ({"complexity": None}, 10),
        ({"attempts": 3}, 10),
        ({"attempts": 4}, 9),
        (
            {
                "coverage_percent": 0.0,
                "lint_findings": 9,
                "high": 9,
                "medium": 9,
                "complexity": 9.0,
                "attempts": 5,
            },
            1,
        ),
    ],
)
def test_score(changed, points):
    total, parts = score(**{**CLEAN, **changed})
    assert total == points
    assert max(1, 10 - sum(part.points for part in parts)) == points


def test_the_parts_say_why():
    _, parts = score(**{**CLEAN, "lint_findings": 1, "high": 1})
    assert [(part.name, part.points, part.reason) for part in parts] == [
        ("lint", 1, "1 lint finding."),
        ("security_high", 2, "1 high-severity security finding."),
    ]
