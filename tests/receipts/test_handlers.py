"""The endpoints, on a real engine that signs with its own key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from traitlets.config import Config

from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.receipts.keys import published
from jupyter_coding_agent.validation.receipts import Signer
from tests.engine_process import NO_DOCKER
from tests.receipts.notebooks import receipt_of
from tests.serving import served

OWN = {"RunnerSettings": {"docker_host": NO_DOCKER}, "ModelSettings": {"llm_provider": ["templates"]}}


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    engine = await Engine.start(data, Config(OWN), environ={})
    async with served(engine.routes(), tmp_path / "private" / "socket") as client:
        yield client
    await engine.close()


@pytest.fixture
def own(tmp_path: Path, ask: httpx.AsyncClient) -> Signer:
    """The engine's."""
    return Signer.load(tmp_path / "data")


async def verify(ask: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await ask.post("/receipts/verify", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found.keys() == {"valid", "state", "reason"}
    return found


async def test_its_own_receipts_hold_until_the_code_is_edited(ask: httpx.AsyncClient, own: Signer):
    receipt = receipt_of(own, {"solution.py": "x = 1\n"})
    assert (await verify(ask, receipt=receipt, source="x = 1"))["state"] == "fresh"
    assert (await verify(ask, receipt=receipt, files={"solution.py": "x = 1\n\n"}))["valid"] is True
    assert await verify(ask, receipt=receipt, source="x = 2") == {
        "valid": False,
        "state": "stale",
        "reason": "The code has changed since it was proved.",
    }
    assert (await verify(ask, receipt=receipt, source="x = 1", path="app.py"))["state"] == "stale"


async def test_the_context_is_checked_as_far_as_it_is_given(ask: httpx.AsyncClient, own: Signer):
    receipt = receipt_of(own, {"solution.py": "f()"}, ["def f(): ..."])
    asked = {"receipt": receipt, "source": "f()"}
    assert (await verify(ask, **asked))["valid"] is True
    assert (await verify(ask, **asked, context={"cells": ["def f(): ..."]}))["valid"] is True
    assert (await verify(ask, **asked, context={"cells": []}))["state"] == "other context"
    same = {"notebook": "a", "proved_in": "a"}
    assert (await verify(ask, **asked, context=same))["valid"] is True
    assert (await verify(ask, **asked, context=same | {"notebook": "b"}))["state"] == "other context"


async def test_a_colleagues_key_is_believed_once_it_lies_in_the_folder(
    ask: httpx.AsyncClient, signer: Signer, tmp_path: Path
):
    asked = {"receipt": receipt_of(signer, {"solution.py": "x = 1"}), "source": "x = 1"}
    assert (await verify(ask, **asked))["state"] == "unknown key"
    folder = tmp_path / "data" / "trusted-keys"
    folder.mkdir()
    (folder / "ada.json").write_text(published([signer.public_key]).model_dump_json())
    assert (await verify(ask, **asked))["state"] == "fresh"


async def test_a_forged_one_is_an_answer(ask: httpx.AsyncClient, own: Signer):
    receipt = receipt_of(own, {"solution.py": "x = 1"}) | {"quality_score": 3}
    assert (await verify(ask, receipt=receipt, source="x = 1"))["state"] == "forged"
    assert (await verify(ask, receipt={}, source="x = 1"))["state"] == "forged"


async def test_a_wrong_body_is_named(ask: httpx.AsyncClient):
    for body, names in [
        ({}, "receipt"),
        ({"receipt": []}, "receipt"),
        ({"receipt": {}}, "source"),
        ({"receipt": {}, "files": {}}, "source"),
        ({"receipt": {}, "source": 1}, "source"),
        ({"receipt": {}, "source": "", "context": {"cell": []}}, "context.cell"),
    ]:
        answer = await ask.post("/receipts/verify", json=body)
        assert (answer.status_code, answer.json()["reason"]) == (400, "invalid_input"), body
        assert names in answer.json()["message"]


async def test_the_public_key_can_be_had(ask: httpx.AsyncClient, own: Signer):
    assert (await ask.get("/receipts/keys")).json() == published([own.public_key]).model_dump()
