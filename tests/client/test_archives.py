"""The receipt in an archive of a result."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.client.archives import claims_in
from jupyter_coding_agent.core.errors import InvalidInput
from jupyter_coding_agent.delivery.archive import pack
from jupyter_coding_agent.receipts.models import VerifyRequest
from jupyter_coding_agent.receipts.service import verification
from jupyter_coding_agent.validation.receipts import Signer
from tests.receipts.notebooks import receipt_of

OURS = {
    "README.md": "#",
    "conftest.py": "",
    "test_solution.py": "assert",
    "tests/more_test.py": "assert",
    "orders.csv": "a,b",
}


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.load(tmp_path / "data")


def state(path: Path, signer: Signer) -> str:
    (claim,) = claims_in(path)
    request = VerifyRequest.model_validate(claim.request)
    return verification(request, {signer.key_id: signer.public_key}).state


def archive(path: Path, files: dict[str, str], receipt: Any = None) -> Path:
    more = {} if receipt is None else {"receipt.json": json.dumps(receipt)}
    path.write_bytes(pack({**OURS, **files, **more}, "exe-1"))
    return path


@pytest.mark.parametrize(
    "files", [{"solution.py": "x = 1\n"}, {"app/main.py": "import app.models\n", "app/models.py": "x = 1\n"}]
)
def test_it_holds_for_the_code_in_it(signer: Signer, tmp_path: Path, files: dict[str, str]):
    receipt = receipt_of(signer, files)
    assert state(archive(tmp_path / "a.zip", files, receipt), signer) == "fresh"
    edited = {path: f"{text}y = 2\n" for path, text in files.items()}
    assert state(archive(tmp_path / "b.zip", edited, receipt), signer) == "stale"
    assert state(archive(tmp_path / "c.zip", files, {**receipt, "attempts": 2}), signer) == "forged"


def test_a_module_that_the_code_was_given_is_not_the_code(signer: Signer, tmp_path: Path):
    receipt = receipt_of(signer, {"solution.py": "import helper"})
    files = {"solution.py": "import helper", "helper.py": "x = 1"}
    assert state(archive(tmp_path / "a.zip", files, receipt), signer) == "fresh"


def test_one_without_a_receipt_or_with_something_else_for_one(signer: Signer, tmp_path: Path):
    assert claims_in(archive(tmp_path / "a.zip", {"solution.py": "x"})) == []
    assert state(archive(tmp_path / "b.zip", {}, ["passed"]), signer) == "forged"


def test_a_bomb_or_a_torn_one_is_a_sentence(tmp_path: Path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/solution.py", bytes(65 * 1024**2))
    with pytest.raises(InvalidInput, match="larger than any"):
        claims_in(bomb)
    whole = archive(tmp_path / "a.zip", {"solution.py": "x" * 100}).read_bytes()
    (tmp_path / "torn.zip").write_bytes(whole.replace(b"x" * 100, b"y" * 100))
    with pytest.raises(InvalidInput, match="can't be read"):
        claims_in(tmp_path / "torn.zip")
