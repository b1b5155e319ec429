"""Artifacts whose files somebody else took away or changed."""

from __future__ import annotations

from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.repair.files import ArtifactExaminer
from jupyter_coding_agent.storage.database import Database
from tests.artifacts.conftest import database, files_in, root, service, start
from tests.artifacts.test_service import execution, upload

__all__ = ["database", "root", "service", "start"]


async def test_what_is_whole_is_no_damage(service: ArtifactService):
    await upload(service, "ada", b"a", b"")
    assert await ArtifactExaminer(service).examine(mend=True) == []


async def test_a_file_that_is_gone_or_changed_is_found_and_its_artifacts_go(service: ArtifactService):
    gone, twin, changed, whole = (
        await upload(service, "ada", b"gone", b"gone", b"changed", b"whole")
    ).artifacts
    (await service.content("ada", gone.artifact_id)).path.unlink()
    (await service.content("ada", changed.artifact_id)).path.write_bytes(b"chanGed")
    examiner = ArtifactExaminer(service)
    (told,) = await examiner.examine(mend=False)
    assert (told.part, told.items, told.mended) == ("artifacts", 3, False)
    assert (await service.view("ada", twin.artifact_id)).name == twin.name
    (mended,) = await examiner.examine(mend=True)
    assert (mended.items, mended.mended) == (3, True)
    assert await examiner.examine(mend=False) == []
    assert (await service.content("ada", whole.artifact_id)).path.read_bytes() == b"whole"


async def test_what_an_execution_is_about_to_work_with_stays(service: ArtifactService, database: Database):
    made = await upload(service, "ada", b"gone")
    (await service.content("ada", made.artifact_id)).path.unlink()
    await execution(database, "exe_1", "pending", f'"{made.artifact_id}"')
    (damage,) = await ArtifactExaminer(service).examine(mend=True)
    assert (damage.items, damage.mended) == (1, False)
    assert files_in(service._contents.root) == []
