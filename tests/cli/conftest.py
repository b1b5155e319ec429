from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_coding_agent.core.paths import socket_path
from tests.fake_engine import Running, running

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def fake(data: Path) -> Iterator[Running]:
    """An engine that owns the data directory."""
    with running(socket_path(data)) as server:
        yield server


@pytest.fixture
def environ(data: Path) -> dict[str, str]:
    return {**os.environ, "CODING_AGENT_DATA_DIR": str(data)}


@pytest.fixture
def cli(environ: dict[str, str], tmp_path: Path) -> Cli:
    """Runs a command as a user does, in a working directory of its own."""
    work = tmp_path / "work"
    work.mkdir()

    def call(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jupyter_coding_agent", *map(str, arguments)]
        return subprocess.run(
            command, cwd=work, env=environ | more, capture_output=True, text=True, timeout=60
        )

    return call
