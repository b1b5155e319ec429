"""Where things lie."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_coding_agent.core.paths import data_dir, socket_path


def test_the_data_directory_is_the_settings_else_the_environments_else_jupyters(tmp_path: Path):
    environ = {"CODING_AGENT_DATA_DIR": str(tmp_path / "from-env")}
    assert data_dir(str(tmp_path / "set"), environ) == tmp_path / "set"
    assert data_dir("", environ) == tmp_path / "from-env"
    assert data_dir("", {}).name == "coding-agent"
    assert data_dir("~/x", {}) == (Path.home() / "x").resolve()


def test_a_socket_path_never_exceeds_what_the_kernel_takes(tmp_path: Path):
    assert socket_path(tmp_path) == tmp_path / "engine.sock"
    deep = tmp_path / ("d" * 90)
    moved = socket_path(deep)
    assert len(os.fsencode(moved)) < 107
    assert moved == socket_path(deep)
    assert moved != socket_path(tmp_path / ("e" * 90))
    assert moved.parent != moved.parent.parent
