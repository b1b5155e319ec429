from __future__ import annotations

import pytest

from jupyter_coding_agent.llm.complexity import score, tier_for


@pytest.mark.parametrize(
    ("prompt", "parts", "tier"),
    [
        ("Write a function that returns the nth Fibonacci number", {"files": 1}, "simple"),
        ("Clean a CSV with pandas: drop duplicates", {"files": 1, "dependencies": 1}, "simple"),
        ("Merge two tables using pandas and numpy", {"files": 1, "dependencies": 2}, "medium"),
        ("Fetch the weather from the service's API and average it", {"files": 1, "api": 2}, "medium"),
        ("Post a message to Slack and open a GitHub issue", {"files": 1, "api": 4}, "medium"),
        ("Keep books in SQLite", {"lines": 1, "files": 1, "database": 2}, "medium"),
        ("Check the login of a user", {"lines": 1, "files": 1, "authentication": 2}, "medium"),
        ("Convert this Python function to JavaScript", {"files": 1, "languages": 3}, "medium"),
        ("A page with two buttons", {"lines": 1, "files": 1, "ui": 2}, "medium"),
        (
            "Build a REST API with FastAPI, JWT authentication and a PostgreSQL database",
            {"lines": 3, "files": 1, "dependencies": 1, "database": 2, "authentication": 2},
            "complex",
        ),
        ("About 200 lines of code that sort a list", {"lines": 4, "files": 1}, "medium"),
        ("Split it in a.py, b.py and c.py", {"files": 3}, "medium"),
        ("Write it as four modules", {"files": 4}, "medium"),
    ],
)
def test_points_come_from_the_words(prompt: str, parts: dict[str, float], tier: str) -> None:
    complexity = score(prompt)
    assert {name: points for name, points in complexity.parts.items() if points} == parts
    assert complexity.score == sum(parts.values())
    assert complexity.tier == tier


@pytest.mark.parametrize(
    "prompt",
    [
        "Count the requests per day in a log",
        "Express the result as a fraction",
        "Generate a random password",
        "Go through a list and sum it up",
        "Count how many lines of text there are",
        "Describe it in the form of a dictionary",
    ],
)
def test_words_that_only_look_like_points_give_none(prompt: str) -> None:
    assert score(prompt).parts == {**dict.fromkeys(score("").parts, 0), "files": 1}


def test_the_edges_of_the_tiers() -> None:
    assert score("Sort with pandas").score == 2
    assert score("Sort with pandas").tier == "simple"
    assert score("Sort with pandas and numpy").score == 3
    assert score("Sort with pandas and numpy").tier == "medium"
    assert score("About 250 lines that sort").score == 6
    assert score("About 250 lines that sort").tier == "medium"
    assert score("About 300 lines that sort").score == 7
    assert score("About 300 lines that sort").tier == "complex"


def test_pasted_code_counts_by_its_lines_and_not_by_its_words() -> None:
    code = "\n".join(f"import pandas, stripe, react  # {number}" for number in range(120))
    complexity = score(f"Simplify this:\n```python\n{code}\n```\n")
    assert complexity.parts["lines"] == 2
    assert complexity.expected_lines == 120
    assert complexity.parts["dependencies"] == complexity.parts["api"] == complexity.parts["ui"] == 0


def test_another_language_than_the_cells_own_makes_several() -> None:
    assert score("Write it in Golang", "python").parts["languages"] == 3
    assert score("Write it in Golang", "go").parts["languages"] == 0


def test_a_huge_prompt_is_scored_at_once() -> None:
    for text in ("a" * 1_000_000, "\n" * 1_000_000, "- x\n" * 250_000, "get " * 250_000, "```\n" * 200_001):
        assert score(text).expected_lines <= 2000


@pytest.mark.parametrize(
    ("prompt", "preference", "tier"),
    [
        ("Sort", "fast", "simple"),
        ("Sort", "balanced", "simple"),
        ("Sort", "quality", "medium"),
        ("About 250 lines that sort", "fast", "simple"),
        ("About 250 lines that sort", "quality", "complex"),
        ("About 300 lines that sort", "quality", "complex"),
        ("About 300 lines that sort", "fast", "medium"),
    ],
)
def test_preference_moves_the_tier(prompt: str, preference: str, tier: str) -> None:
    assert tier_for(score(prompt), preference) == tier
