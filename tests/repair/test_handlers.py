from __future__ import annotations

from pathlib import Path

from jupyter_coding_agent.repair.handlers import routes
from jupyter_coding_agent.repair.models import Damage
from jupyter_coding_agent.repair.service import RepairService
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.serving import served


class Attic:
    """A part with one thing left over in it."""

    def __init__(self) -> None:
        self.left_over = 1

    async def examine(self, *, mend: bool) -> list[Damage]:
        found = self.left_over
        if mend:
            self.left_over = 0
        return [Damage(part="attic", sentence="Left over.", items=found, mended=mend)] if found else []


async def test_a_dry_run_tells_and_a_repair_mends(tmp_path: Path):
    async with served(routes(RepairService([Attic()])), tmp_path / "s") as client:
        for body, sound, found in (({"dry_run": True}, False, 1), ({}, True, 1), ({}, True, 0)):
            answer = (await client.post("/repair", json=body)).json()
            assert (answer["sound"], len(answer["damages"])) == (sound, found)


async def test_it_is_the_owners_of_the_data_directory(tmp_path: Path):
    async with served(routes(RepairService([Attic()])), tmp_path / "s") as client:
        answer = await client.post("/repair", json={}, headers={USER_HEADER: encode_user("eve")})
        assert (answer.status_code, answer.json()["reason"]) == (403, "forbidden")


async def test_an_unknown_field_is_named(tmp_path: Path):
    async with served(routes(RepairService([])), tmp_path / "s") as client:
        answer = await client.post("/repair", json={"dry": True})
        assert (answer.status_code, answer.json()["field"]) == (400, "dry")
