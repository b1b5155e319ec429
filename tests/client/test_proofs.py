"""Finding the receipts of a notebook: what is read, and how its cells are named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.client.proofs import Claim, claims, read
from jupyter_coding_agent.core.errors import InvalidInput
from tests.receipts.notebooks import cell, notebook


def only(entry: dict[str, Any]) -> Claim:
    (claim,) = claims(notebook(entry), None, None)
    return claim


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"execution_count": 3}, "In [3], cell 1"),
        ({"execution_count": 3, "id": "5f2a"}, "In [3], cell 5f2a"),
        ({"id": "5f2a"}, "cell 5f2a"),
        ({"execution_count": True, "id": 5}, "cell 1"),
        ({"id": "a\x1b[31m\u202eb\n"}, "cell a [31m b"),
        ({"id": "a" * 500}, f"cell {'a' * 63}…"),
        ({"id": "\x1b"}, "cell 1"),
    ],
)
def test_a_cell_is_named_as_people_find_it(more: dict[str, Any], name: str):
    assert only({**cell("x = 1", {}), **more}).name == name


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("\n\n  x = 1\ny = 2", "x = 1"),
        ("", ""),
        ("print('\x1b]0;title\x07')", "print(' ]0;title ')"),
        ("x" * 500, "x" * 59 + "…"),
    ],
)
def test_so_is_its_first_line(source: str, line: str):
    assert only(cell(source, {})).first_line == line


def test_only_code_cells_that_show_a_receipt_for_their_code_count():
    markdown = {**cell("x", {}), "cell_type": "markdown"}
    book = notebook(markdown, cell("y"), cell("t", {}, role="tests"), cell("z", {}), cell("n", None))
    assert [claim.position for claim in claims(book, None, None)] == [4]


def test_cells_above_are_only_sent_where_the_receipt_is_about_them():
    book = notebook(cell("a"), cell("b", {"notebook": None}), cell("c", {"notebook": {"cells": []}}))
    without, with_them = claims(book, None, None)
    assert "cells" not in without.request["context"]
    assert with_them.request["context"]["cells"] == ["a", "b"]


def test_a_crowd_of_one_execution_is_no_result():
    crowd = [cell("x", {}, path=f"{number}.py") for number in range(300)]
    assert all("files" not in claim.request for claim in claims(notebook(*crowd), None, None))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"a":' * 200_000, "not valid JSON"),
        (b"[]", "has no cells"),
        (b'{"cells": {}}', "has no cells"),
        (b'{"nbformat": 3, "worksheets": []}', "old format"),
    ],
)
def test_what_is_no_notebook_is_a_sentence(tmp_path: Path, content: bytes, says: str):
    path = tmp_path / "a\x1b.ipynb"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=says) as caught:
        read(path)
    assert caught.value.message.isprintable()


def test_neither_is_what_is_no_file_or_too_large(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(InvalidInput, match="is not a file"):
            read(path)
    with (tmp_path / "large").open("wb") as file:
        file.truncate(257 * 1024**2)
    with pytest.raises(InvalidInput, match="256 MiB"):
        read(tmp_path / "large")


def test_cells_of_any_kind_are_read_over(tmp_path: Path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [None, 1, [], {"cell_type": "code", "metadata": []}]}))
    assert claims(read(path), tmp_path, path.name) == []
