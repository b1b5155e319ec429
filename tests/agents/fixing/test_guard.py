"""What a change may not do to make a cell run, and what it may."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.fixing import guard
from jupyter_coding_agent.agents.fixing.book import Book
from jupyter_coding_agent.agents.models import Fix

CELL = "total = table['prcie'].sum()\nprint(total)\ntable.describe()"


def found(before: str, after: str, raised: str = "KeyError") -> list[str]:
    return guard.findings(Book(Fix(cell=before, name="In [3]")), {"solution.py": after}, raised)


@pytest.mark.parametrize(
    "after",
    [
        CELL.replace("prcie", "price"),
        "table = table.rename(columns={'prcie': 'price'})\n" + CELL.replace("prcie", "price"),
        "import numpy as np\n\n" + CELL,
        CELL.replace("table['prcie']", "table.get('price', table['amount'])"),
    ],
)
def test_a_change_of_what_is_wrong_is_no_trick(after: str):
    assert found(CELL, after) == []


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        ("try:\n    " + CELL.replace("\n", "\n    ") + "\nexcept Exception:\n    pass", "catches KeyError"),
        ("try:\n    total = 1 + table['prcie']\nexcept LookupError as e:\n    total = len(str(e))\nprint(total)\n"
         "table.describe()", "catches KeyError"),
        ("import contextlib\nwith contextlib.suppress(KeyError):\n    " + CELL.replace("\n", "\n    "), "suppresses"),
        ("print(1)\nprint(2)\ntable.describe()", "no longer defines total"),
        ("if False:\n    total = table['prcie'].sum()\nprint(1)\ntable.describe()", "no longer defines total"),
        ("total = 0\nprint(total)\ntable.describe()", "total is given a fixed value"),
        ("total = table['price'].sum()\ntable.describe()", "leaves out line 2: print(total)"),
        ("total = table['price'].sum()\nprint(total)\nshown = table.describe()", "no longer shows"),
        ("%%script false\n" + CELL, "another magic"),
        ("pass", "no longer defines total"),
    ],
)  # fmt: skip
def test_hiding_the_failure_is_found(after: str, sentence: str):
    assert sentence in " ".join(found(CELL, after))


def test_a_function_may_answer_for_what_it_can_not_read_but_not_hide_it():
    before = "def number(text):\n    return int(text)\n\n\nnumbers = [number(t) for t in texts]"
    answered = before.replace(
        "    return int(text)",
        "    try:\n        return int(text)\n    except ValueError:\n        return float(text)",
    )
    assert found(before, answered, "ValueError") == []
    hidden = answered.replace("return float(text)", "return None")
    assert "catches ValueError" in " ".join(found(before, hidden, "ValueError"))


def test_what_was_caught_before_may_be_caught_still():
    before = "try:\n    limit = options['limit']\nexcept KeyError:\n    limit = 3\nrows = rows[:limt]"
    assert found(before, before.replace("limt", "limit"), "NameError") == []


def test_another_import_may_come_in_place_of_one_that_is_missing():
    before = "from math import squrt\nroot = squrt(2)"
    assert found(before, "from math import sqrt\nroot = sqrt(2)", "ImportError") == []
    fallback = "try:\n    import tomllib\nexcept ModuleNotFoundError:\n    import tomli as tomllib\ntomllib.loads(text)"
    assert found("import tomllib\ntomllib.loads(text)", fallback, "ModuleNotFoundError") == []


def test_of_a_cell_that_was_no_python_most_has_to_be_left():
    before = "a = 1\nb = 2\nc = (3"
    assert found(before, "a = 1\nb = 2\nc = (3)", "SyntaxError") == []
    assert "most of its lines" in " ".join(found(before, "a = 1", "SyntaxError"))
