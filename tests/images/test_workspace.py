"""Paths that may be laid out, and what is collected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from agent_sandbox.workspace import Collector, checked, lay_out

LIMITS = {"artifact_count": 3, "artifact_bytes": 100, "artifact_depth": 2}


@pytest.mark.parametrize("path", ["a.py", "a/b.py", "…/é.py", "-", ".hidden", "a b"])
def test_plain_relative_paths(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize(
    "path", ["", "/", "/a", "..", "a/..", "../a", "a//b", "a/", "./a", "a\0b", "x" * 2000]
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a plain relative path"):
        checked(path)


def test_sources_are_laid_out_in_sticky_folders(tmp_path: Path) -> None:
    lay_out([{"a/b.py": b"x"}, {"test_b.py": b"y"}], {}, root=str(tmp_path))
    assert (tmp_path / "a/b.py").read_bytes() == b"x"
    assert (tmp_path / "a").stat().st_mode & 0o7777 == 0o1777
    with pytest.raises(FileExistsError):
        lay_out([{"test_b.py": b"other"}], {}, root=str(tmp_path))


def collected(root: Path, *skip: str, **limits: int) -> tuple[dict[str, bytes], list[str]]:
    collector = Collector({**LIMITS, **limits}, set(skip), root=str(root))
    return dict(collector.files()), collector.refused


def test_regular_files_but_not_the_sources(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    for name in ("out.csv", "solution.py", "__pycache__/x.pyc"):
        (tmp_path / name).write_bytes(b"1")
    assert collected(tmp_path, "solution.py") == ({"out.csv": b"1"}, [])


def test_links_and_giants_and_deep_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "giant").open("wb") as file:
        file.truncate(10**12)
    (tmp_path / "a/b/c").mkdir(parents=True)
    files, refused = collected(tmp_path)
    assert files == {}
    assert [sentence.split("'")[1] for sentence in refused] == ["a/b", "fifo", "folder", "giant", "link"]


def test_count_and_size_are_capped(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"f{number}").write_bytes(b"x" * 40)
    files, refused = collected(tmp_path)
    assert list(files) == ["f0", "f1"]
    assert "over the limit of 100 bytes" in refused[0]
    files, refused = collected(tmp_path, artifact_bytes=10_000)
    assert len(files) == 3
    assert refused == ["Only the first 3 files were taken."]
