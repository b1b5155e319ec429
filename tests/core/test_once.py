"""Files that are made once."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from jupyter_coding_agent.core.once import made_once


def test_it_is_made_once_private_and_nothing_is_left_beside_it(tmp_path: Path):
    path = tmp_path / "name"
    assert made_once(path, lambda: b"first") == b"first"
    assert made_once(path, lambda: b"second") == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_left_by_who_was_killed_is_removed_and_nothing_else(tmp_path: Path):
    path = tmp_path / "name"
    (tmp_path / ".name.0123.part").write_bytes(b"fir")
    other = tmp_path / ".other.0123.part"
    other.write_bytes(b"is somebody else's")
    assert made_once(path, lambda: b"first") == b"first"
    (tmp_path / ".name.4567.part").write_bytes(b"sec")
    assert made_once(path, lambda: b"second") == b"first"
    assert sorted(tmp_path.iterdir()) == [other, path]


def test_who_fails_to_make_it_leaves_no_file(tmp_path: Path):
    def fail() -> bytes:
        raise OSError("no randomness")

    with pytest.raises(OSError, match="no randomness"):
        made_once(tmp_path / "name", fail)
    assert not (tmp_path / "name").exists()
    assert made_once(tmp_path / "name", lambda: b"second") == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["name"]


def test_whose_draft_was_removed_by_a_faster_one_takes_the_others(tmp_path: Path):
    path = tmp_path / "name"

    def overtaken() -> bytes:
        made_once(path, lambda: b"faster")
        return b"slower"

    assert made_once(path, overtaken) == b"faster"
    assert list(tmp_path.iterdir()) == [path]


def test_those_who_come_at_once_get_the_same(tmp_path: Path):
    ready = threading.Barrier(8)
    found: set[bytes] = set()

    def ask(number: int) -> None:
        ready.wait()
        found.add(made_once(tmp_path / "name", lambda: b"%d" % number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
