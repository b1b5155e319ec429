from __future__ import annotations

import gzip
import io
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_coding_agent.backup.creating import create, create_keys
from jupyter_coding_agent.backup.restoring import restore
from jupyter_coding_agent.core.errors import AgentError, Conflict, InvalidInput, StorageUnavailable
from jupyter_coding_agent.core.lock import OwnerLock
from jupyter_coding_agent.core.paths import database_path, lock_path
from jupyter_coding_agent.host import Host
from tests.backup.conftest import fill, users


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    create(data, tmp_path / "b.tar.gz")
    create_keys(data, tmp_path / "k.tar.gz")
    return tmp_path / "b.tar.gz"


async def test_everything_is_back_elsewhere(backup: Path, tmp_path: Path):
    restored = restore(tmp_path / "new", backup, keys=tmp_path / "k.tar.gz")
    assert restored.aside is None
    assert await users(tmp_path / "new") == ["ada"]
    assert (tmp_path / "new/artifacts/ab/abcd").read_bytes() == b"\0content of ada"
    assert (tmp_path / "new/templates/mine/template.yaml").read_text() == "name: mine"
    assert (tmp_path / "new/keys/receipts.ed25519").read_bytes() == b"ada"


async def test_without_keys_those_that_are_there_stay(backup: Path, data: Path):
    (data / "keys/receipts.ed25519").write_bytes(b"newer")
    restore(data, backup, replace=True)
    assert (data / "keys/receipts.ed25519").read_bytes() == b"newer"


async def test_what_is_there_is_put_aside_only_when_told_so(backup: Path, data: Path):
    await fill(data, "bob")
    with pytest.raises(Conflict, match="--replace"):
        restore(data, backup)
    assert await users(data) == ["ada", "bob"]
    aside = restore(data, backup, replace=True).aside
    assert await users(data) == ["ada"]
    assert (data / "artifacts/ab/abcd").read_bytes() == b"\0content of ada"
    assert aside is not None
    assert await users(aside) == ["ada", "bob"]
    assert (aside / "artifacts/ab/abcd").read_bytes() == b"\0content of bob"


async def test_not_under_a_living_engine(backup: Path, data: Path):
    lock = OwnerLock.acquire(lock_path(data), "eng_1", wait=False)
    assert lock is not None
    with pytest.raises(Conflict, match="engine"):
        restore(data, backup, replace=True)
    lock.release()


def changed(backup: Path, how) -> None:
    """Write the archive anew, its members (entry, content) given by `how`."""
    with tarfile.open(backup) as archive:
        members = [(entry, archive.extractfile(entry).read()) for entry in archive]
    with tarfile.open(backup, "w:gz") as archive:
        for entry, content in how(members):
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def entry(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, "/etc/passwd"
    return made


HOSTILE = {
    "a path out of it": lambda members: [(entry("artifacts/../../evil"), b"x"), *members],
    "an absolute path": lambda members: [(entry("/tmp/evil"), b"x"), *members],
    "another part": lambda members: [(entry("owner"), b"x"), *members],
    "keys": lambda members: [(entry("keys/receipts.ed25519"), b"x"), *members],
    "a link": lambda members: [(entry("artifacts/link", tarfile.SYMTYPE), b""), *members],
    "a device": lambda members: [(entry("artifacts/null", tarfile.CHRTYPE), b""), *members],
    "other bytes": lambda members: [
        (one, content.replace(b"ada", b"eve") if one.name.startswith("artifacts") else content)
        for one, content in members
    ],
    "a file less": lambda members: [one for one in members if not one[0].name.startswith("artifacts")],
    "a file more": lambda members: [(entry("artifacts/more"), b"x"), *members],
    "no manifest": lambda members: [one for one in members if one[0].name != "manifest.json"],
    "another manifest": lambda members: [
        (one, b"[]" if one.name == "manifest.json" else content) for one, content in members
    ],
    "a later format": lambda members: [
        (one, content.replace(b'"format": 1', b'"format": 2') if one.name == "manifest.json" else content)
        for one, content in members
    ],
}


@pytest.mark.parametrize("how", HOSTILE)
async def test_a_changed_archive_changes_nothing(backup: Path, data: Path, how: str):
    changed(backup, HOSTILE[how])
    before = sorted(path.relative_to(data) for path in data.rglob("*"))
    with pytest.raises(InvalidInput):
        restore(data, backup, replace=True)
    assert set(before) - {Path("engine.lock")} == {
        path.relative_to(data) for path in data.rglob("*") if path.name != "engine.lock"
    }
    assert await users(data) == ["ada"]


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_an_archive_that_was_cut_off_is_refused(backup: Path, tmp_path: Path, share: float):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InvalidInput, match="cut off"):
        restore(tmp_path / "new", backup)
    assert not database_path(tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"no archive", gzip.compress(b"no archive", mtime=0)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InvalidInput, match="no backup"):
        restore(tmp_path / "new", tmp_path / "file")


def test_a_missing_archive_is_named(tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"no file .*missing"):
        restore(tmp_path / "new", tmp_path / "missing")


def test_keys_alone_are_no_backup(backup: Path, tmp_path: Path):
    with pytest.raises(InvalidInput, match="doesn't belong"):
        restore(tmp_path / "new", tmp_path / "k.tar.gz")


def test_a_backup_from_a_newer_version_is_refused(data: Path, tmp_path: Path):
    with closing(sqlite3.connect(database_path(data))) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES ('9999_later', '2030-01-01')")
    with pytest.raises(StorageUnavailable, match="newer version"):
        create(data, tmp_path / "b.tar.gz")


KILLED = """
import os, signal, sys
from pathlib import Path
from jupyter_coding_agent.backup.restoring import restore

left = int(sys.argv[3])

def strike(event, arguments):
    global left
    if event == "os.rename":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(strike)
restore(Path(sys.argv[1]), Path(sys.argv[2]), replace=True)
"""


async def test_killed_anywhere_nothing_is_lost(backup: Path, data: Path, tmp_path: Path):
    """What was there is all there, no engine starts on half of it, and the next restore ends well."""
    await fill(data, "bob")
    kills = 0
    while True:
        attempt = tmp_path / f"attempt-{kills}"
        shutil.copytree(data, attempt)
        code = [sys.executable, "-c", KILLED, attempt, backup, str(kills)]
        if subprocess.run(code, check=False).returncode == 0:
            break
        with pytest.raises(StorageUnavailable, match="restore"):
            Host(attempt).claim()
        restore(attempt, backup)
        assert await users(attempt) == ["ada"]
        old = [path.read_bytes() for path in attempt.rglob("abcd")]
        assert sorted(old) == sorted([b"\0content of ada"] * (len(old) - 1) + [b"\0content of bob"])
        assert ["ada", "bob"] in [await users(folder) for folder in kept(attempt)]
        kills += 1
    assert kills >= 6


def kept(data: Path) -> list[Path]:
    return [folder for folder in data.glob("replaced-*") if database_path(folder).exists()]


async def test_artifacts_that_lie_elsewhere_go_along(data: Path, tmp_path: Path):
    there = tmp_path / "there"
    (data / "artifacts").rename(there)
    (there / "owner").write_text("own_1")
    (there / "incoming").mkdir()
    (there / "incoming/half").write_text("half")
    create(data, tmp_path / "b.tar.gz", elsewhere=there)
    (there / "ab/abcd").write_text("newer")
    restored = restore(data, tmp_path / "b.tar.gz", replace=True, elsewhere=there)
    assert sorted(path.relative_to(there).as_posix() for path in there.rglob("*")) == ["ab", "ab/abcd"]
    assert (there / "ab/abcd").read_bytes() == b"\0content of ada"
    assert not (data / "artifacts").exists()
    assert restored.aside is not None
    assert (restored.aside / "artifacts/ab/abcd").read_text() == "newer"


def test_a_folder_that_can_not_be_written_is_a_sentence(backup: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AgentError, match="file"):
        restore(tmp_path / "file/data", backup)


def test_the_mark_goes_with_the_end(backup: Path, tmp_path: Path):
    restore(tmp_path / "new", backup)
    assert not list((tmp_path / "new").glob(".*"))
