"""The picture of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.evaluation.table import WORDS


def draw(report: dict[str, Any], path: Path) -> None:
    """Precision with its interval and recall of each arm; and the shares of executions by number of attempts."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    shares, growth = figure.subplots(1, 2)
    arms = report["arms"]
    places = range(len(arms))
    precision = [numbers["precision"] or 0 for numbers in arms.values()]
    errors = [
        [
            max(0.0, value - numbers["precision_low"])
            for value, numbers in zip(precision, arms.values(), strict=True)
        ],
        [
            max(0.0, numbers["precision_high"] - value)
            for value, numbers in zip(precision, arms.values(), strict=True)
        ],
    ]
    recall = [numbers["recall"] or 0 for numbers in arms.values()]
    shares.bar(
        [place - 0.2 for place in places], precision, 0.4, yerr=errors, capsize=4, label="precision of passed"
    )
    shares.bar([place + 0.2 for place in places], recall, 0.4, label="recall")
    shares.set(xticks=list(places), ylim=(0, 1.02), title="What is said to be passed")
    shares.set_xticklabels([WORDS.get(arm, arm) for arm in arms])
    shares.grid(axis="y", alpha=0.3)
    shares.legend(loc="lower left")
    for number, (arm, rows) in enumerate(report["by_attempt"].items()):
        attempts = [row["attempt"] for row in rows]
        word, colour = WORDS.get(arm, arm), f"C{number}"
        growth.plot(attempts, [row["passed"] for row in rows], "--", color=colour, alpha=0.6)
        growth.plot(attempts, [row["right"] for row in rows], "o-", color=colour, label=word)
    growth.set(xlabel="attempts", ylim=(0, 1.02), title="Passed (dashed) and right (solid) by attempts")
    growth.set_xticks(attempts)
    growth.grid(alpha=0.3)
    growth.legend(loc="lower right")
    figure.savefig(path, dpi=120)
