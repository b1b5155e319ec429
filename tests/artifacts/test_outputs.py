"""What attempts leave is unseen until it is delivered; small pictures come and go with their artifact."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.artifacts.models import LeftFile, ListQuery
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.core.clock import now
from jupyter_coding_agent.core.errors import NotFound, TooLarge
from jupyter_coding_agent.repair.files import ArtifactExaminer
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.artifacts.conftest import Start, files_in
from tests.artifacts.leaving import PNG, deliver, files, left
from tests.artifacts.test_service import execution, upload

ADA = {USER_HEADER: encode_user("ada")}


async def names(service: ArtifactService) -> list[str]:
    """Of everything that Ada sees."""
    return sorted(one.name for one in (await service.page("ada", ListQuery())).artifacts)


async def test_nobody_sees_what_is_not_delivered(service: ArtifactService, database: Database):
    await execution(database, "exe_1", "running")
    await service.keep_outputs("ada", "exe_1", 1, "u", files(("a.csv", b"1")))
    rows = await database.fetch_all("SELECT id FROM artifacts")
    for ask in (service.view, service.content, service.thumbnail, service.delete):
        with pytest.raises(NotFound):
            await ask("ada", rows[0]["id"])
    assert await names(service) == []
    await deliver(database, "exe_1")
    (seen,) = (await service.page("ada", ListQuery(execution_id="exe_1", type="output"))).artifacts
    assert (seen.artifact_id, seen.name, seen.session_id) == (rows[0]["id"], "a.csv", "u")


async def test_only_the_delivered_attempts_stay(service: ArtifactService, database: Database, root: Path):
    await execution(database, "exe_1", "running")
    await execution(database, "exe_2", "running")
    for number in (1, 2, 3):
        await service.keep_outputs("ada", "exe_1", number, None, files((f"{number}.csv", b"%d" % number)))
    await service.keep_outputs("ada", "exe_2", 2, None, files(("other.csv", b"other")))
    await service.clear_outputs()
    assert len(files_in(root)) == 4
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET status = 'partial' WHERE id = 'exe_1'")
    await deliver(database, "exe_1", 2)
    await service.clear_outputs()
    assert await names(service) == ["2.csv"]
    assert len(files_in(root)) == 2
    await deliver(database, "exe_2", 2)
    assert await names(service) == ["2.csv", "other.csv"]


async def test_what_an_engine_that_died_left_behind_goes_at_the_next_start_or_cleanup(
    start: Start, database: Database, root: Path
):
    service = await start()
    for name, status in (("exe_1", "cancelled"), ("exe_2", "running"), ("exe_3", "running")):
        await execution(database, name, status)
        await service.keep_outputs("ada", name, 1, None, files(("a.csv", name.encode())))
    again = await start()
    assert len(files_in(root)) == 2
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions WHERE id = 'exe_3'")
    await again.expire(now(), dry_run=True)
    assert len(files_in(root)) == 2
    assert await again.expire(now()) == {"artifacts": 0}
    assert len(files_in(root)) == 1


async def test_an_attempt_whose_end_was_not_stored_is_cleared_when_it_is_done_again(
    service: ArtifactService, database: Database, root: Path
):
    await execution(database, "exe_1", "running")
    async with database.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO execution_attempts (execution_id, number, files, requirements, diff, notes, model, hops,
                input_tokens, output_tokens, cost_usd, started_at, finished_at)
            VALUES ('exe_1', 1, '{}', '[]', '', '[]', '', '[]', 0, 0, 0, '', '')
            """
        )
    for number in (1, 2):
        await service.keep_outputs("ada", "exe_1", number, None, files(("a.csv", b"%d" % number)))
    await service.clear_outputs("exe_1")
    assert [row["attempt"] for row in await database.fetch_all("SELECT attempt FROM artifacts")] == [1]
    assert len(files_in(root)) == 1


async def test_what_is_kept_anew_takes_the_place_of_what_was(
    service: ArtifactService, database: Database, root: Path
):
    await execution(database, "exe_1", "running")
    await service.keep_outputs("ada", "exe_1", 1, "u", files(("a.csv", b"1"), ("plots/b.png", b"2")))
    assert len(files_in(root)) == 3
    views = await left(service, database, "exe_1", ("a.csv", b"1"), ("c.txt", b"3"))
    assert [one.name for one in views] == ["a.csv", "c.txt"]
    assert len(files_in(root)) == 2


async def test_where_keeping_fails_what_was_kept_stays(
    service: ArtifactService, database: Database, root: Path
):
    await execution(database, "exe_1", "running")
    await service.keep_outputs("ada", "exe_1", 1, None, files(("a.csv", b"1")))
    with pytest.raises(TooLarge):
        await service.keep_outputs("ada", "exe_1", 1, None, files(("b.csv", b"2"), ("c.csv", bytes(2**21))))
    await deliver(database, "exe_1")
    assert await names(service) == ["a.csv"]
    assert len(files_in(root)) == 1


async def test_a_small_picture_comes_and_goes_with_its_artifact(
    service: ArtifactService, database: Database, root: Path, client: httpx.AsyncClient
):
    await execution(database, "exe_1", "running")
    table, plot = await left(service, database, "exe_1", ("a.csv", b"1"), ("b.png", b"large"))
    assert (table.has_thumbnail, plot.has_thumbnail) == (False, True)
    answer = await client.get(f"/artifacts/{plot.artifact_id}/thumbnail", headers=ADA)
    assert (answer.status_code, answer.content) == (200, PNG + b"b.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Content-Disposition" not in answer.headers
    known = {"If-None-Match": answer.headers["ETag"], **ADA}
    assert (await client.get(f"/artifacts/{plot.artifact_id}/thumbnail", headers=known)).status_code == 304
    for name in (table.artifact_id, "art_none"):
        none = await client.get(f"/artifacts/{name}/thumbnail", headers=ADA)
        assert (none.status_code, none.json()["reason"]) == (404, "not_found")
    theirs = await client.get(f"/artifacts/{plot.artifact_id}/thumbnail")
    assert theirs.status_code == 404
    assert len(files_in(root)) == 3
    await service.delete("ada", plot.artifact_id)
    assert len(files_in(root)) == 1


async def test_a_small_picture_that_another_needs_stays(
    service: ArtifactService, database: Database, root: Path
):
    await execution(database, "exe_1", "running")
    same = [LeftFile(name=f"{n}.png", content=b"%d" % n, thumbnail=PNG) for n in range(2)]
    await service.keep_outputs("ada", "exe_1", 1, None, same)
    await deliver(database, "exe_1")
    one, other = (await service.page("ada", ListQuery())).artifacts
    await service.delete("ada", one.artifact_id)
    assert (await service.thumbnail("ada", other.artifact_id)).path.read_bytes() == PNG
    uploaded = await upload(service, "ada", PNG)
    await service.delete("ada", other.artifact_id)
    assert (await service.content("ada", uploaded.artifact_id)).path.read_bytes() == PNG
    await service.delete("ada", uploaded.artifact_id)
    assert files_in(root) == []


async def test_the_start_keeps_it_and_expiry_takes_it(start: Start, database: Database, root: Path):
    service = await start(retention_days=30)
    await execution(database, "exe_1", "passed")
    (plot,) = await left(service, database, "exe_1", ("b.png", b"large"))
    again = await start(retention_days=30)
    assert (await again.thumbnail("ada", plot.artifact_id)).path.read_bytes() == PNG + b"b.png"
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions")
    assert await again.expire(now() + timedelta(days=31)) == {"artifacts": 1}
    assert files_in(root) == []


async def test_one_that_is_damaged_is_forgotten_and_its_artifact_stays(
    service: ArtifactService, database: Database, root: Path
):
    await execution(database, "exe_1", "running")
    (plot,) = await left(service, database, "exe_1", ("b.png", b"large"))
    (await service.thumbnail("ada", plot.artifact_id)).path.write_bytes(b"changed")
    examiner = ArtifactExaminer(service)
    (told,) = await examiner.examine(mend=False)
    assert (told.part, told.items, told.mended) == ("artifacts", 1, False)
    assert "Small pictures" in told.sentence
    (mended,) = await examiner.examine(mend=True)
    assert mended.mended
    assert not (await service.view("ada", plot.artifact_id)).has_thumbnail
    assert len(files_in(root)) == 1
    assert await examiner.examine(mend=True) == []
