"""The command line on a real engine and real containers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from jupyter_coding_agent.core.paths import lock_path
from jupyter_coding_agent.engine import owner_of

pytestmark = pytest.mark.engine

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory; its engine, if one was started, is ended."""
    folder = tmp_path / "data"
    yield folder
    if lock_path(folder).exists() and containers(folder):
        end(folder, signal.SIGTERM)


@pytest.fixture
def cli(data: Path, tmp_path: Path) -> Cli:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "jupyter_coding_agent", *arguments],
            cwd=tmp_path,
            env=os.environ | {"CODING_AGENT_LLM_PROVIDER": "templates", "CODING_AGENT_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
        )

    return call


def containers(data: Path) -> list[str]:
    """The containers of a data directory, whatever their state."""
    client = docker.from_env()
    try:
        label = f"coding-agent.owner={owner_of(data)}"
        found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
        return [container.id for container in found]
    finally:
        client.close()


def end(data: Path, number: int) -> None:
    """Send the engine a signal and wait until it is gone."""
    pid = json.loads(lock_path(data).read_text())["pid"]
    os.kill(pid, number)
    subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], timeout=60, check=True)


def test_validate_starts_an_engine_and_says_its_verdict(cli: Cli, tmp_path: Path):
    code, tests = tmp_path / "doubling.py", tmp_path / "test_doubling.py"
    code.write_text("def double(x):\n    return x * 2\n")
    tests.write_text("from doubling import double\n\n\ndef test_it():\n    assert double(2) == 4\n")
    passed = cli("validate", code.name, "--tests", tests.name)
    assert passed.returncode == 0, passed.stderr
    assert "1 of 1 test passed" in passed.stdout
    code.write_text("def double(x):\n    return x * 3\n")
    failed = cli("validate", code.name, "--tests", tests.name, "--json")
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["signals"]["tests"]["results"][0]["outcome"] == "failed"
    assert cli("validate", code.name).returncode == 0


def test_a_request_is_answered(cli: Cli):
    done = cli(
        "run", "Describe a list of numbers: mean and median, in a function called describe_it", "--json"
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["receipt"]["signature"]
    assert "def describe_it" in result["files"]["solution.py"]


def test_cleanup_removes_what_a_killed_engine_left_and_nothing_else(cli: Cli, data: Path, tmp_path: Path):
    (tmp_path / "code.py").write_text("x = 1\n")
    assert cli("validate", "code.py").returncode == 0
    living = containers(data)
    assert living
    assert cli("cleanup").stdout == "Nothing was left behind.\n"
    assert set(living) <= set(containers(data))
    end(data, signal.SIGKILL)
    left = containers(data)
    done = cli("cleanup")
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == sorted(f"removed container {name[:12]}" for name in left)
    assert containers(data) == []


def test_images_are_ready(cli: Cli):
    done = cli("images", "build")
    assert done.returncode == 0, done.stderr
    assert "python     ready" in done.stdout
