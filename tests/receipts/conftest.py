from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.validation.receipts import Signer


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.load(tmp_path / "signer")
