"""``python -m tests.evaluation.table [report.json] [--write FILE]``: a report as Markdown, or put into a page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- evaluation:", "<!-- end of evaluation -->"
WORDS = {"single": "single shot", "repair": "plain repair", "full": "full judgement"}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def markdown(report: dict[str, Any]) -> str:
    """A table of the arms, and one of the shares by number of attempts."""
    rates = report["rates"]
    said = (
        f"{len(report['tasks'])} tasks, {_counted(len(report['seeds']), 'seed')}, model {report['model']}"
        + (
            f", {rates['wrong_test']:.0%} wrong tests, {rates['wrong_code']:.0%} wrong first solutions"
            if rates
            else ""
        )
        + f", prompts version {report['versions']['prompts']}."
    )
    lines = [said, "", *_table(_HEAD, [_row(arm, numbers) for arm, numbers in report["arms"].items()]), ""]
    lines += ["Delivered as *passed*, and rightly so, after at most so many attempts:", ""]
    arms = report["by_attempt"]
    numbers = [str(row["attempt"]) for row in next(iter(arms.values()))]
    rows = [
        [WORDS.get(arm, arm), *(f"{row['passed']:.1%} / {row['right']:.1%}" for row in rows)]
        for arm, rows in arms.items()
    ]
    return "\n".join([*lines, *_table(["arm", *numbers], rows)]) + "\n"


_HEAD = [
    "arm",
    "executions",
    "delivered as *passed*",
    "of these right",
    "precision",
    "95 % interval",
    "recall",
    "attempts",
    "cost (US$)",
    "seconds",
    "lost",
]


def _row(arm: str, numbers: dict[str, Any]) -> list[str]:
    return [
        WORDS.get(arm, arm),
        str(numbers["solvable"]),
        str(numbers["delivered"]),
        str(numbers["passed_right"]),
        _share(numbers["precision"]),
        f"{numbers['precision_low']:.1%} – {numbers['precision_high']:.1%}",
        _share(numbers["recall"]),
        f"{numbers['mean_attempts'] or 0:.2f}",
        f"{numbers['cost']:.2f}",
        f"{numbers['time_seconds'] or 0:.1f}",
        str(numbers["troubled"]),
    ]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def put_into(page: str, table: str) -> str:
    """The page with the table between its two marks. Raises ValueError where it lacks them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The page has no line {BEGIN!r} followed by {END!r}.")
    mark, _, _ = rest.partition("\n")
    return f"{before}{begin}{mark}\n\n{table}\n{end}{after}"


def main() -> None:
    """Print it, or write it into the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.table", description=__doc__)
    parser.add_argument("report", type=Path, nargs="?", default=Path("build/eval/report.json"))
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page, e.g. docs/judgement.md")
    options = parser.parse_args()
    table = markdown(json.loads(options.report.read_text()))
    if options.write:
        options.write.write_text(put_into(options.write.read_text(), table))
    else:
        sys.stdout.write(table)


if __name__ == "__main__":
    main()
