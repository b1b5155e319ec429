"""A request about a file and its follow-up, with right answers, for a scripted model."""

from __future__ import annotations

from tests.by_question import question_of
from tests.scripted_model import Reply, Request

ORDERS = b"region,amount\nnorth,10.4\nsouth,5.25\nnorth,2.2\n"
PROMPT = "Write revenue(path): a dict of region to the sum of its amounts in the CSV file at path."
FOLLOW_UP = "Now round every sum to a whole number."
CODE = """\
import csv


def revenue(path):
    sums = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            sums[row["region"]] = sums.get(row["region"], 0) + float(row["amount"])
    return {region: ROUNDED for region, amount in sums.items()}
"""
TESTS = """\
from solution import revenue


def test_orders():
    assert revenue("orders.csv") == EXPECTED


def test_one(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("region,amount\\neast,4\\n")
    assert revenue(path) == {"east": 4}


def test_none(tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("region,amount\\n")
    assert revenue(str(path)) == {}
"""
PLAIN = (
    CODE.replace("ROUNDED", "round(amount, 2)"),
    TESTS.replace("EXPECTED", "{'north': 12.6, 'south': 5.25}"),
)
WHOLE = (CODE.replace("ROUNDED", "round(amount)"), TESTS.replace("EXPECTED", "{'north': 13, 'south': 5}"))


def answer(request: Request) -> Reply:
    """Right code and tests for what was asked last; no further opinions."""
    code, tests = WHOLE if FOLLOW_UP in request.text else PLAIN
    kind = question_of(request)
    if kind == "tests":
        return Reply(f"```python path=test_solution.py\n{tests}```\n")
    if kind in ("code", "alternative", "fresh"):
        return Reply(f"```python path=solution.py\n{code}```\n")
    return Reply(status=500, error={"message": f"nothing to say about: {kind}"})
