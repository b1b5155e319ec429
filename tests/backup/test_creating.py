from __future__ import annotations

import asyncio
import os
import resource
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.artifacts.settings import ArtifactSettings
from jupyter_coding_agent.backup.creating import create, create_keys
from jupyter_coding_agent.backup.restoring import restore
from jupyter_coding_agent.core.errors import InvalidInput, NotFound, StorageUnavailable
from jupyter_coding_agent.core.paths import database_path
from jupyter_coding_agent.repair.backups import BackupExaminer
from jupyter_coding_agent.storage import snapshot
from jupyter_coding_agent.storage.database import Database
from tests.artifacts.test_context import kept
from tests.backup.conftest import users
from tests.engine_process import ROOT


def names(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened:
        return set(opened.getnames())


def test_the_database_and_the_files_are_in_it_and_the_keys_are_not(data: Path, tmp_path: Path):
    create(data, tmp_path / "b.tar.gz")
    assert names(tmp_path / "b.tar.gz") == {
        "coding-agent.sqlite3",
        "artifacts/ab/abcd",
        "templates/mine/template.yaml",
        "manifest.json",
    }


def test_the_keys_are_a_file_of_their_own_that_only_its_owner_reads(data: Path, tmp_path: Path):
    create_keys(data, tmp_path / "k.tar.gz")
    assert names(tmp_path / "k.tar.gz") == {"keys/receipts.ed25519", "manifest.json"}
    assert stat.S_IMODE((tmp_path / "k.tar.gz").stat().st_mode) == 0o600


def test_nothing_to_back_up_is_said(tmp_path: Path):
    with pytest.raises(NotFound, match="nothing to back up"):
        create(tmp_path, tmp_path / "b.tar.gz")
    with pytest.raises(NotFound, match="no keys"):
        create_keys(tmp_path, tmp_path / "k.tar.gz")


def test_a_file_that_is_there_is_not_overwritten(data: Path, tmp_path: Path):
    (tmp_path / "b.tar.gz").write_text("precious")
    with pytest.raises(InvalidInput, match="exists already"):
        create(data, tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").read_text() == "precious"


@pytest.mark.parametrize("where", ["missing/b.tar.gz", "data/artifacts/b.tar.gz", "data/keys/b.tar.gz"])
def test_a_place_that_can_not_hold_it_is_refused(data: Path, tmp_path: Path, where: str):
    with pytest.raises(InvalidInput):
        create(data, tmp_path / where)


def test_what_a_link_points_to_stays_out(data: Path, tmp_path: Path):
    (tmp_path / "secret").write_text("secret")
    (data / "artifacts/link").symlink_to(tmp_path / "secret")
    create(data, tmp_path / "b.tar.gz")
    assert "artifacts/link" not in names(tmp_path / "b.tar.gz")


def test_a_damaged_database_is_not_backed_up(data: Path, tmp_path: Path):
    content = bytearray(database_path(data).read_bytes())
    content[4096:12288] = os.urandom(8192)
    database_path(data).write_bytes(content)
    with pytest.raises(StorageUnavailable, match=r"damaged|can't be copied"):
        create(data, tmp_path / "b.tar.gz")
    assert list(tmp_path.iterdir()) == [data]


def test_a_full_disk_leaves_nothing_behind(data: Path, tmp_path: Path):
    (data / "artifacts/large").write_bytes(os.urandom(3_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Past its limit a process is told by a signal, unless it ignores that: then by an error, as of a full disk.
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(StorageUnavailable, match="can't be written"):
            create(data, tmp_path / "b.tar.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == [data]


async def test_while_it_is_written_to_whole_transactions_are_copied(data: Path, tmp_path: Path):
    """Users come in pairs: a copy with half a pair would have seen half a transaction."""
    database = await Database.open(database_path(data))
    done = asyncio.Event()

    async def write() -> None:
        number = 0
        while not done.is_set():
            async with database.transaction() as tx:
                for side in ("left", "right"):
                    await tx.execute(
                        "INSERT INTO users (name, created_at) VALUES (?, '2026-01-01')", (f"{number}-{side}",)
                    )
            number += 1

    writing = asyncio.create_task(write())
    for number in range(3):
        await asyncio.to_thread(create, data, tmp_path / f"{number}.tar.gz")
    done.set()
    await writing
    await database.close()
    seen = []
    for number in range(3):
        await asyncio.to_thread(restore, tmp_path / str(number), tmp_path / f"{number}.tar.gz")
        found = await users(tmp_path / str(number))
        assert len(found) % 2 == 1
        seen.append(len(found))
    assert seen == sorted(seen)
    assert seen[-1] > 1


async def test_rows_and_files_belong_together_while_artifacts_come_and_go(data: Path, tmp_path: Path):
    """Each backup has the file of every artifact that it has a row of."""
    database = await Database.open(database_path(data))
    service = ArtifactService(database, Contents(data / "artifacts"), ArtifactSettings(environ={}))
    await service.start()
    done = asyncio.Event()

    async def come_and_go() -> None:
        number = 0
        while not done.is_set():
            made = await kept(service, f"{number}.txt", str(number).encode(), user="ada")
            if number % 3:
                await service.delete("ada", made.artifact_id)
            number += 1

    working = asyncio.create_task(come_and_go())
    manifests = [await asyncio.to_thread(create, data, tmp_path / f"{n}.tar.gz") for n in range(5)]
    done.set()
    await working
    await service.close()
    await database.close()
    assert [manifest.missing for manifest in manifests] == [0] * 5
    for number in range(5):
        folder = tmp_path / str(number)
        await asyncio.to_thread(restore, folder, tmp_path / f"{number}.tar.gz")
        contents = Contents(folder / "artifacts")
        for user, sha256 in snapshot.artifacts(database_path(folder)):
            assert contents.is_whole(user, sha256)


async def test_a_file_that_is_gone_is_told_and_the_rest_is_backed_up(data: Path, tmp_path: Path):
    database = await Database.open(database_path(data))
    service = ArtifactService(database, Contents(data / "artifacts"), ArtifactSettings(environ={}))
    await service.start()
    made = await kept(service, "a.txt", b"a", user="ada")
    (await service.content("ada", made.artifact_id)).path.unlink()
    await service.close()
    await database.close()
    assert create(data, tmp_path / "b.tar.gz").missing == 1


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie, for this process and its children."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("by", ["the next backup", "doctor --repair"])
async def test_what_a_killed_backup_left_is_removed(data: Path, tmp_path: Path, temporary: Path, by: str):
    big = data / "artifacts/ab/big"
    big.touch()
    # Nothing but zeros, and no space on the disk: what takes long is to pack it.
    os.truncate(big, 4 * 2**30)
    source = "import sys, pathlib; from jupyter_coding_agent.backup.creating import create; "
    source += "create(*map(pathlib.Path, sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", source, str(data), str(tmp_path / "b.tar.gz")], cwd=ROOT
    )
    try:
        while not list(tmp_path.glob(".*.part")):
            assert process.poll() is None
            await asyncio.sleep(0.01)
        # What somebody writes is left alone.
        assert await BackupExaminer(data).examine(mend=True) == []
    finally:
        process.kill()
        process.wait()
    left = [*tmp_path.glob(".*.part"), *temporary.glob(".*.part")]
    assert [path.is_dir() for path in left] == [False, True]
    others = [tmp_path / ".b.tar.gz.part", temporary / "else.part"]
    for other in others:
        other.write_text("somebody's")
    big.unlink()
    if by == "the next backup":
        create(data, tmp_path / "c.tar.gz")
    else:
        (found,) = await BackupExaminer(data).examine(mend=False)
        assert (found.items, found.mended) == (2, False)
        (mended,) = await BackupExaminer(data).examine(mend=True)
        assert (mended.items, mended.mended) == (2, True)
    assert not [path for path in left if path.exists()]
    assert all(other.exists() for other in others)
    assert not (tmp_path / "b.tar.gz").exists()
