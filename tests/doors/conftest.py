from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_coding_agent.core.paths import socket_path
from tests.fake_engine import Running, running


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of kernels and servers started here; they share nothing with the user's own."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    monkeypatch.setenv("CODING_AGENT_DATA_DIR", str(data))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    # Whoever runs the tests may run them from a notebook.
    for name in ("JPY_PARENT_PID", "JUPYTERHUB_SERVICE_URL"):
        if name in os.environ:
            monkeypatch.delenv(name)
    return data


@pytest.fixture
def fake(data: Path) -> Iterator[Running]:
    """An engine that owns the data directory."""
    with running(socket_path(data)) as server:
        yield server
