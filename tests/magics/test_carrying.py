"""What is sent along for the sandbox: cells to run again, values, and what can't be carried over, by name."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_coding_agent.magics.carrying import notebook_of, versions
from jupyter_coding_agent.magics.neutral import MAX_TEXT, NotCarried, Writer


class Trap:
    """Whatever is asked of it is a mistake."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")

    def __repr__(self) -> str:
        raise AssertionError("it was shown")

    def __reduce__(self) -> str:
        raise AssertionError("it was pickled")

    def __len__(self) -> int:
        raise AssertionError("it was measured")


class Meta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError(f"{name} of the class was asked for")


class Guarded(metaclass=Meta):
    pass


def gathered(names: str, cells: list[str], **namespace: Any) -> dict[str, Any]:
    return notebook_of(names.split(), namespace, [], ["", *cells])


def test_functions_run_again_and_values_are_carried_over_as_they_are_now():
    cells = ["import math\nLIMIT = 1\ndef area(r):\n    return math.pi * r * LIMIT", "LIMIT = 2", "other = 3"]
    found = gathered("area", cells, math=__import__("math"), LIMIT=2, area=lambda r: r, other=3)
    assert found["before"] == [cells[0]]
    assert {name: value["content"] for name, value in found["values"].items()} == {"LIMIT": "2"}
    assert found["missing"] == {}


def test_libraries_of_the_cell_that_made_a_value_are_there_as_well():
    cells = ["import math", "n = math.floor(2.5)\nother = later(n)", "def later(n): ..."]
    found = gathered("n", cells, math=__import__("math"), n=2, later=lambda n: None)
    assert found["before"] == [cells[0]]


def test_what_the_request_does_not_use_stays_where_it_is():
    assert gathered("a", ["a = 1", "secret = 'x'"], a=1, secret="x")["values"].keys() == {"a"}


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (threading.Lock, "it is a lock; the cell that makes it is run again"),
        (socket.socket, "it is an open network connection"),
        (lambda: io.TextIOWrapper(io.BytesIO()), "it is an open file"),
        (lambda: (item for item in ()), "it is a running generator"),
        (Trap, f"it is an object of the class {__name__}.Trap; the cell that makes it is run again"),
        (
            lambda: Guarded(),
            f"it is an object of the class {__name__}.Guarded; the cell that makes it is run again",
        ),
        (
            lambda: [Trap()],
            f"it is an object of the class {__name__}.Trap; the cell that makes it is run again",
        ),
        (
            lambda: "x" * (MAX_TEXT + 1),
            "it is a text of 1,000,001 characters; the cell that makes it is run again",
        ),
    ],
    ids=["lock", "socket", "file", "generator", "object", "metaclass", "inside", "text"],
)
def test_what_can_not_be_carried_over_is_named_and_never_asked(make, why):
    found = gathered("it", ["it = make()"], it=make())
    assert (found["missing"], found["values"]) == ({"it": why}, {})
    assert found["before"] == (["it = make()"] if why.endswith("again") else [])


def test_a_secret_stays_in_the_kernel():
    found = gathered(
        "API_KEY database header monkey",
        [],
        API_KEY="sk-very-secret",
        database="postgresql://ada:lovelace1843@db.corp.internal/sales",
        header=b"Authorization: Bearer 0123456789abcdef0123",
        monkey="banana, for ada@corp.internal",
    )
    assert found["values"].keys() == {"monkey"}
    assert found["missing"] == {
        "API_KEY": "by its name it is a secret (API key), which stays in the kernel",
        "database": "there is a secret in it (password), which stays in the kernel",
        "header": "there is a secret in it (token), which stays in the kernel",
    }
    assert not re.search("very-secret|lovelace|cdef", json.dumps(found))


def test_tables_and_arrays_that_belong_together_are_cut_alike():
    frame, target = pd.DataFrame({"x": range(5_000)}), np.arange(5_000)
    found = gathered("X y", ["X = y = 0"], X=frame, y=target)["values"]
    assert found["X"]["description"].endswith("; the first 2,000 of 5,000 rows")
    assert found["y"]["description"].endswith("; the first 2,000 of 5,000 rows")


def test_all_that_is_sent_fits_and_what_is_too_large_is_named():
    wide = pd.DataFrame(np.zeros((2_000, 2_000)))
    huge = [b"x" * 900_000] * 30
    found = gathered("wide huge small", ["wide = huge = small = 0"], wide=wide, huge=huge, small=1)
    assert found["values"].keys() == {"wide", "small"}
    assert "too large" in found["missing"]["huge"]
    assert sum(len(value["content"]) for value in found["values"].values()) < 5_000_000
    assert "the first 100 of 2,000 rows" in found["values"]["wide"]["description"]


def test_of_a_large_table_only_the_first_rows_are_written():
    frame = pd.DataFrame(np.zeros((2_000_000, 10)))
    assert len(json.dumps(Writer(2_000, 5_000_000).form(frame))) < 400_000


def test_endless_nesting_ends():
    value: list[Any] = []
    value.append(value)
    with pytest.raises(NotCarried, match="nested"):
        Writer(10, 1_000).form(value)


def test_what_changed_since_is_made_again():
    cells = ["", "rows = [1]", "rows[0] = 2"]
    found = notebook_of(["rows"], {"rows": [1, 2, 3]}, [], cells, changed={"rows"})
    assert (found["before"], found["values"]) == (cells[1:], {})


def test_versions_are_read_without_opening_anything(monkeypatch, tmp_path):
    (tmp_path / "Some_Name-1.2.3.dist-info").mkdir()
    (tmp_path / "old-0.1-py3.11.egg-info").mkdir()
    (tmp_path / "module.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), "/nowhere"])
    assert versions() == {"some-name": "1.2.3", "old": "0.1"}
