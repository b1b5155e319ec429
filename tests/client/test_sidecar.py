"""Receipts beside the notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.client import sidecar
from jupyter_coding_agent.client.proofs import Claim, claims
from jupyter_coding_agent.core.digest import source_sha256

MARK = {"execution_id": "exe_1", "path": "solution.py", "role": "code", "receipt": {"n": 1}}
SOURCE = "x = 1"


def again(number: int) -> dict[str, Any]:
    return {**MARK, "receipt": {"n": number}}


def number_of(found: dict[str, Any] | None) -> int | None:
    return found["receipt"]["n"] if found else None


def shown(folder: Path, name: str, source: str = SOURCE, **metadata: Any) -> list[Claim]:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return claims({"cells": [cell], "metadata": {}}, folder, name)


def test_it_lies_beside_the_notebook_by_the_hash_of_the_source_and_is_whole(tmp_path: Path):
    path = sidecar.keep(tmp_path, "a.ipynb", SOURCE, MARK)
    assert path == tmp_path / ".coding-agent" / "receipts" / f"{source_sha256(SOURCE)}.json"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert sidecar.find(tmp_path, "a.ipynb", f"{SOURCE}\n\n") == {**MARK, "notebook_name": "a.ipynb"}
    assert sidecar.find(tmp_path, "a.ipynb", "x = 2") is None


def test_each_notebook_of_a_folder_has_its_own(tmp_path: Path):
    sidecar.keep(tmp_path, "a.ipynb", SOURCE, again(1))
    sidecar.keep(tmp_path, "b.ipynb", SOURCE, again(2))
    sidecar.keep(tmp_path, "a.ipynb", SOURCE, again(3))
    assert number_of(sidecar.find(tmp_path, "a.ipynb", SOURCE)) == 3
    assert number_of(sidecar.find(tmp_path, "b.ipynb", SOURCE)) == 2
    assert number_of(sidecar.find(tmp_path, "c.ipynb", SOURCE)) == 3
    sidecar.keep(tmp_path, None, SOURCE, again(4))
    assert number_of(sidecar.find(tmp_path, "c.ipynb", SOURCE)) == 4
    for number in range(30):
        sidecar.keep(tmp_path, f"{number}.ipynb", SOURCE, again(number))
    assert number_of(sidecar.find(tmp_path, "29.ipynb", SOURCE)) == 29
    assert len(json.loads((sidecar.keep(tmp_path, None, SOURCE, MARK)).read_text())) == 20


def test_nothing_is_left_where_it_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        sidecar.keep(tmp_path, None, SOURCE, MARK)
    assert list((tmp_path / sidecar.FOLDER).iterdir()) == []


@pytest.mark.parametrize("content", [b"{", b"[1, null]", b'{"receipt": {}}', b"[" * 100_000, b"\xff"])
def test_what_somebody_else_put_there_is_none(tmp_path: Path, content: bytes):
    path = sidecar.keep(tmp_path, None, SOURCE, MARK)
    path.write_bytes(content)
    assert sidecar.find(tmp_path, None, SOURCE) is None
    path.unlink()
    os.mkfifo(path)
    assert sidecar.find(tmp_path, None, SOURCE) is None


def test_a_cell_without_a_receipt_in_its_metadata_has_the_one_beside(tmp_path: Path):
    sidecar.keep(tmp_path, "a.ipynb", SOURCE, MARK)
    (claim,) = shown(tmp_path, "a.ipynb", f"{SOURCE}\n")
    assert claim.request["receipt"] == {"n": 1}
    (claim,) = shown(tmp_path, "a.ipynb", coding_agent={"receipt": {"n": 2}})
    assert claim.request["receipt"] == {"n": 2}
    assert shown(tmp_path, "a.ipynb", "x = 2") == []


def test_a_copy_in_another_notebook_is_told_from_a_renamed_one(tmp_path: Path):
    sidecar.keep(tmp_path, "a.ipynb", SOURCE, MARK)
    (claim,) = shown(tmp_path, "b.ipynb")
    assert claim.request["context"] == {}
    (tmp_path / "a.ipynb").touch()
    (claim,) = shown(tmp_path, "b.ipynb")
    assert claim.request["context"] == {"notebook": "b.ipynb", "proved_in": "a.ipynb"}


@pytest.mark.parametrize("name", ["../a.ipynb", "/etc/passwd", "\0", "a" * 5000, 7, "\ud800"])
def test_the_name_it_was_kept_for_is_anybodys_word(tmp_path: Path, name: Any):
    path = sidecar.keep(tmp_path / "work", None, SOURCE, MARK)
    (tmp_path / "a.ipynb").touch()
    path.write_text(json.dumps([{**MARK, "notebook_name": name}]))
    (claim,) = shown(tmp_path / "work", "b.ipynb")
    assert claim.request["context"] == {}
