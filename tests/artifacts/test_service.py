"""One file per user and content, gone with its last row; nothing half-visible, whatever happens."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.models import ListQuery, Uploaded
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.core.clock import iso, now
from jupyter_coding_agent.core.errors import Conflict, NotFound, SettingError, StorageFull
from jupyter_coding_agent.storage.database import Database
from tests.artifacts.churning import FORM, part
from tests.artifacts.conftest import Start, files_in
from tests.artifacts.leaving import deliver, files, left

ROOT = Path(__file__).parent.parent.parent


async def upload(service: ArtifactService, user: str, *contents: bytes) -> Uploaded:
    taking = service.upload(user, FORM)
    for number, content in enumerate(contents):
        await taking.take(part(f"{number}.bin", content))
    await taking.take(b"--b--\r\n")
    return await taking.finish()


async def test_the_same_content_is_kept_once_until_its_last_artifact_goes(
    service: ArtifactService, root: Path
):
    first = await upload(service, "ada", b"same", b"same")
    second = await upload(service, "ada", b"same")
    assert len(files_in(root)) == 1
    for made in (*first.artifacts, *second.artifacts):
        assert len(files_in(root)) == 1
        await service.delete("ada", made.artifact_id)
    assert files_in(root) == []


async def test_nothing_is_shared_between_users(service: ArtifactService, root: Path):
    mine = await upload(service, "ada", b"same")
    theirs = await upload(service, "eve", b"same")
    assert len(files_in(root)) == 2
    await service.delete("ada", mine.artifact_id)
    assert (await service.content("eve", theirs.artifact_id)).path.read_bytes() == b"same"
    with pytest.raises(NotFound):
        await service.content("ada", theirs.artifact_id)


async def test_users_names_may_be_anything(service: ArtifactService, root: Path):
    names = ["../x", "Ada", "ada", "a/b\0", "文" * 300, ""]
    for name in names:
        made = await upload(service, name, b"x")
        assert (await service.content(name, made.artifact_id)).path.is_relative_to(root)
    assert len(files_in(root)) == len(names)


async def test_artifacts_at_once_neither_lose_nor_leave_a_file(service: ArtifactService, root: Path):
    made = await asyncio.gather(*(upload(service, "ada", b"same", b"%d" % n) for n in range(10)))
    again = [upload(service, "ada", b"same") for _ in range(5)]
    gone = [service.delete("ada", one.artifact_id) for up in made for one in up.artifacts]
    kept = [one for one in await asyncio.gather(*again, *gone) if one is not None]
    for one in kept:
        assert (await service.content("ada", one.artifact_id)).path.read_bytes() == b"same"
    assert len(files_in(root)) == 1


async def test_names_and_permissions_on_the_disk_are_our_own(service: ArtifactService, root: Path):
    made = await upload(service, "ada", b"x")
    path = (await service.content("ada", made.artifact_id)).path
    assert path.name == hashlib.sha256(b"x").hexdigest() == made.sha256
    assert path.stat().st_mode & 0o777 == 0o600
    assert root.stat().st_mode & 0o077 == 0


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """No file may grow over `size`: the kernel answers a write as it does where the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_a_sentence_and_leaves_nothing(service: ArtifactService, root: Path):
    with small_disk(100_000), pytest.raises(StorageFull, match="full") as full:
        await upload(service, "ada", b"small", b"x" * 200_000)
    assert full.value.status == 507
    assert (files_in(root), (await service.page("ada", ListQuery())).total) == ([], 0)
    await upload(service, "ada", b"x" * 200_000)


async def test_a_database_that_fails_leaves_no_file(service: ArtifactService, root: Path, database: Database):
    async with database.transaction() as tx:
        await tx.execute("CREATE TRIGGER full BEFORE INSERT ON artifacts BEGIN SELECT RAISE(FAIL, 'no'); END")
    with pytest.raises(Exception, match="no"):
        await upload(service, "ada", b"x")
    assert files_in(root) == []


async def test_the_start_sweeps_what_nobody_has_and_only_that(start: Start, root: Path):
    service = await start()
    made = await upload(service, "ada", b"kept")
    kept = (await service.content("ada", made.artifact_id)).path
    lost = kept.with_name("0" * 64)
    for path in (root / "incoming" / "half", lost, root / "notes.txt", root / "theirs" / "00" / ("1" * 64)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    await start()
    assert files_in(root) == sorted(
        str(path) for path in (kept.relative_to(root), Path("notes.txt"), Path("theirs") / "00" / ("1" * 64))
    )


async def test_a_session_that_has_gone_takes_no_artifact_along(service: ArtifactService, database: Database):
    await execution(database, "exe_1", "running")
    await service.keep_outputs("ada", "exe_1", 1, "u", files(("a.csv", b"1")))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM sessions")
    await service.keep_outputs("ada", "exe_1", 1, "u", files(("a.csv", b"1")))
    await deliver(database, "exe_1")
    (output,) = (await service.page("ada", ListQuery())).artifacts
    assert (output.name, output.session_id) == ("a.csv", None)


async def test_a_folder_of_another_data_directory_is_not_touched(root: Path):
    Contents(root, "own_other").open()
    with pytest.raises(SettingError, match="storage_path"):
        Contents(root, "own_test").open()
    Contents(root).open()  # inside of the data directory: where it came from makes no difference


@pytest.mark.parametrize("seed", range(4))
async def test_killed_at_any_point_it_leaves_nothing_half_done(
    tmp_path: Path, start: Start, root: Path, seed: int
):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.artifacts.churning", str(tmp_path), str(seed)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
    )
    assert process.stdout is not None
    with process.stdout:
        for _ in range(random.Random(seed).randint(5, 60)):
            line = await asyncio.to_thread(process.stdout.readline)
            assert line == b"done\n", line + process.stdout.read()
        process.kill()
        process.wait()
    service = await start()
    expected = set()
    for user in ("ada", "eve"):
        for one in (await service.page(user, ListQuery(limit=100))).artifacts:
            path = (await service.content(user, one.artifact_id)).path
            content = path.read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one.size, one.sha256)
            expected.add(str(path.relative_to(root)))
    assert files_in(root) == sorted(expected)


async def execution(database: Database, name: str, status: str, given: str = "") -> None:
    """A row of the executions' room, with `given` as its context."""
    request = f'{{"prompt": "x", "context_artifacts": [{given}]}}'
    async with database.transaction() as tx:
        await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES ('ada', '')")
        await tx.execute(
            "INSERT INTO code_executions (id, user, status, request, created_at) VALUES (?, 'ada', ?, ?, '')",
            (name, status, request),
        )


async def test_expired_goes_unless_an_execution_refers_to_it(start: Start, root: Path, database: Database):
    service = await start(retention_days=30)
    old, given = (await upload(service, "ada", b"old", b"given")).artifacts
    await execution(database, "exe_1", "passed", f'"{given.artifact_id}"')
    (output,) = await left(service, database, "exe_1", ("plot.txt", b"left"))
    soon, late = now() + timedelta(days=29), now() + timedelta(days=31)
    assert await service.expire(soon) == {"artifacts": 0}
    assert (await service.expire(late, dry_run=True), len(files_in(root))) == ({"artifacts": 1}, 3)
    assert await service.expire(late) == {"artifacts": 1}
    assert len(files_in(root)) == 2
    with pytest.raises(NotFound):
        await service.view("ada", old.artifact_id)
    assert await service.view("ada", output.artifact_id)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions")
    assert await service.expire(late) == {"artifacts": 2}
    assert files_in(root) == []


async def test_when_it_expires_is_told(start: Start):
    made = await upload(await start(retention_days=2), "ada", b"x")
    assert made.expires_at[:10] == iso(now() + timedelta(days=2))[:10]


async def test_what_an_execution_works_with_stays(service: ArtifactService, database: Database):
    made = await upload(service, "ada", b"x")
    await execution(database, "exe_1", "running", f'"{made.artifact_id}"')
    with pytest.raises(Conflict, match="exe_1"):
        await service.delete("ada", made.artifact_id)
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET status = 'passed'")
    await service.delete("ada", made.artifact_id)
