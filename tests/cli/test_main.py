from __future__ import annotations

import subprocess
import sys

import pytest

from jupyter_coding_agent import __version__
from tests.cli.conftest import Cli


def test_version(cli: Cli):
    done = cli("--version")
    assert (done.returncode, done.stdout) == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    "command",
    ["run", "validate", "verify", "keys", "doctor", "images", "serve", "cleanup", "backup", "restore"],
)
def test_every_command_has_help(cli: Cli, command: str):
    done = cli(command, "--help")
    assert done.returncode == 0
    assert "--data-dir" in done.stdout


def test_jupyter_finds_the_command(environ: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "coding-agent", "--version"],
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{__version__}\n", done.stderr


def test_a_wrong_command_is_named(cli: Cli):
    done = cli("frobnicate")
    assert done.returncode == 2
    assert "frobnicate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_directory_that_can_not_be_made_is_a_sentence(cli: Cli, tmp_path):
    (tmp_path / "file").write_text("")
    done = cli("run", "add", "--data-dir", tmp_path / "file" / "data")
    assert done.returncode == 2
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr
