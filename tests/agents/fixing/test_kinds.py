"""What changed cells leave when they have run."""

from __future__ import annotations

from jupyter_coding_agent.agents.fixing import kinds
from jupyter_coding_agent.agents.fixing.book import Book
from jupyter_coding_agent.agents.models import Fix, NotebookCell

BOOK = Book(
    Fix(
        cell="total = len(price)\nlast = rows[3]", cells=[NotebookCell(source="price = 12\nrows = [1, 2, 3]")]
    )
)
EARLIER = {"cell_1.py": "price = '12'\nrows = [1, 2, 3]\n"}
FAILING = {"solution.py": "total = len(str(price))\nlast = rows[2]\n"}


def test_only_what_a_changed_cell_leaves_is_asked_for():
    assert kinds.names_of(BOOK, EARLIER) == ["price", "rows"]
    assert kinds.names_of(BOOK, FAILING) == ["last", "total"]
    assert "['last', 'total']" in kinds.question(["last", "total"])


def test_an_answer_that_is_none_says_nothing():
    seen = {"test_names.py::test_names": ('["int",""]',)}
    assert kinds.answer(["a", "b"], seen) == {"a": "int", "b": ""}
    for wrong in (
        {},
        {"test_names.py::test_names": ("raised KeyError",)},
        {"test_names.py::test_names": ("[1]",)},
    ):
        assert kinds.answer(["a", "b"], wrong) == {}


def test_a_name_that_is_gone_or_none_is_found():
    assert kinds.findings(BOOK, FAILING, {"total": "", "last": "NoneType"}, {}) == [
        "total is not defined any more when it has run.",
        "last is None when it has run.",
    ]


def test_another_type_is_found_unless_it_is_what_was_wrong():
    known = {"price": "int", "rows": "list: 3 items of int", "total": "int", "last": "builtins.int"}
    assert kinds.findings(BOOK, FAILING, {"total": "str", "last": "int64"}, known) == [
        "total was int and has become str."
    ]
    # The failing cell could not work with the number.
    assert kinds.findings(BOOK, EARLIER, {"price": "str", "rows": "list"}, known) == []
