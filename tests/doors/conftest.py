from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_coding_agent.core.paths import socket_path
from tests.doors.front_end import data_in
from tests.fake_engine import Running, running


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return data_in(tmp_path, monkeypatch)


@pytest.fixture
def fake(data: Path) -> Iterator[Running]:
    """An engine that owns the data directory."""
    with running(socket_path(data)) as server:
        yield server
