"""Mends that take no model."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.fixing import mends
from jupyter_coding_agent.agents.fixing.book import Book
from jupyter_coding_agent.agents.models import Fix, NotebookCell, Raised

FRAME = {"table": "pandas.core.frame.DataFrame: 4 x 2; columns price (float64), unit price (object)"}


def mended(cell: str, raised: str, *before: str, variables: dict[str, str] | None = None) -> dict[str, str]:
    kind, _, message = raised.partition(": ")
    book = Book(Fix(cell=cell, cells=[NotebookCell(source=text) for text in before]))
    found = mends.find(book, book.originals, Raised(type=kind, message=message), variables or {})
    return found.files if found else {}


@pytest.mark.parametrize(
    ("cell", "raised", "after"),
    [
        ("x = np.zeros(3)", "NameError: name 'np' is not defined", "import numpy as np\n\nx = np.zeros(3)\n"),
        ("%%time\nmath.pi", "NameError: name 'math' is not defined", "%%time\nimport math\n\nmath.pi\n"),
        (
            "import os\npd.DataFrame()",
            "NameError: name 'pd' is not defined",
            "import pandas as pd\nimport os\npd.DataFrame()\n",
        ),
        ("pritn(1)", "NameError: name 'pritn' is not defined", "print(1)\n"),
        ("é = 1; table['prcie']", "KeyError: 'prcie'", "é = 1; table['price']\n"),
        ('table[["prcie"]] + ["prcie"]', "KeyError: 'prcie'", 'table[["price"]] + ["price"]\n'),
        ("table.prcie", "AttributeError: 'DataFrame' object has no attribute 'prcie'", "table.price\n"),
    ],
)
def test_what_is_well_known_is_mended(cell: str, raised: str, after: str):
    assert mended(cell, raised, variables=FRAME) == {"solution.py": after}


@pytest.mark.parametrize(
    ("cell", "raised"),
    [
        ("foo(1)", "NameError: name 'foo' is not defined"),
        ("table['weight']", "KeyError: 'weight'"),
        ("d[f'{a}prcie']", "KeyError: '1prcie'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("'a'.uper()", "AttributeError: 'str' object has no attribute 'uper'"),
    ],
)
def test_what_could_mean_anything_is_left_alone(cell: str, raised: str):
    assert mended(cell, raised, variables=FRAME) == {}


def test_of_two_that_are_near_none_is_taken():
    before = "amount_1 = 1\namount_2 = 2"
    assert mended("amount_3", "NameError: name 'amount_3' is not defined", before) == {}


def test_the_cell_with_the_cause_is_mended():
    helper = "def root(x):\n    return np.sqrt(x)"
    assert mended("root(4)", "NameError: name 'np' is not defined", "a = 1", helper) == {
        "cell_2.py": f"import numpy as np\n\n\n{helper}\n"
    }


def test_keys_that_the_cells_write_down_are_known():
    assert mended("sizes['lagre']", "KeyError: 'lagre'", "sizes = {'large': 3}") == {
        "solution.py": "sizes['large']\n"
    }
