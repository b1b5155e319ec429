"""Public keys as files."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import InvalidInput
from jupyter_coding_agent.receipts.keys import published, read_folder, read_keys, trusted_path
from jupyter_coding_agent.validation.receipts import Signer


def export(signer: Signer, path: Path) -> Path:
    path.write_text(published([signer.public_key]).model_dump_json())
    return path


def test_what_is_published_is_read_back_and_holds_no_secret(signer: Signer, tmp_path: Path):
    path = export(signer, tmp_path / "keys.json")
    assert read_keys(path) == {signer.key_id: signer.public_key}
    (listed,) = json.loads(path.read_text())["keys"]
    assert listed.keys() == {"key_id", "algorithm", "public_key"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"keys": [{"key_id": "0", "public_key": "!"}]}',
        b"-----BEGIN PUBLIC KEY-----\n",
        b"{" * 5000,
        b" " * (1024 * 1024 + 1),
    ],
)
def test_another_file_is_a_sentence(tmp_path: Path, content: bytes):
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"keys\.json is"):
        read_keys(path)


@pytest.mark.parametrize("change", [{"key_id": "0" * 16}, {"public_key": "QUJD"}])
def test_a_key_under_another_id_is_refused(signer: Signer, tmp_path: Path, change: dict[str, str]):
    document = json.loads(export(signer, tmp_path / "keys.json").read_text())
    document["keys"][0] |= change
    (tmp_path / "keys.json").write_text(json.dumps(document))
    with pytest.raises(InvalidInput, match="does not belong to its id"):
        read_keys(tmp_path / "keys.json")


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none"):
        with pytest.raises(InvalidInput, match="is not a file"):
            read_keys(path)


def test_a_folder_of_them_survives_a_broken_one(
    signer: Signer, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    folder = tmp_path / "trusted-keys"
    folder.mkdir()
    other = Signer.load(tmp_path / "other")
    export(signer, folder / "ada.json")
    export(other, folder / "bob.json")
    (folder / "broken.json").write_text("{")
    (folder / "notes.txt").write_text("{")
    with caplog.at_level(logging.WARNING):
        assert read_folder(folder).keys() == {signer.key_id, other.key_id}
    assert "broken.json" in caplog.text
    assert read_folder(folder / "ada.json").keys() == {signer.key_id}
    assert read_folder(tmp_path / "none") == {}


def test_the_folder_is_the_data_directorys_unless_set(tmp_path: Path):
    assert trusted_path(tmp_path) == tmp_path / "trusted-keys"
    assert trusted_path(tmp_path, str(tmp_path / "team.json")) == tmp_path / "team.json"
