from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.fake_engine import CODE, Running


def test_a_validated_result(cli: Cli, fake: Running):
    done = cli("run", "add two numbers", "--tier", "simple", "--attempts", "2")
    assert done.returncode == 0
    assert "✓ passed · quality 9/10 · 1 attempt · templates/add" in done.stdout
    assert CODE.rstrip() in done.stdout
    steps = done.stderr.splitlines()
    assert steps[0] == "queued"
    assert steps[-1] == "passed"
    (sent,) = fake.engine.prompts
    assert sent["tier"] == "simple"
    assert sent["max_attempts"] == 2
    assert list(sent["context"]) == ["kernel_python"]
    assert "fresh" not in sent
    cli("run", "add two numbers", "--fresh")
    assert fake.engine.prompts[-1]["fresh"] is True


def test_json_is_all_that_stdout_holds(cli: Cli, fake: Running):
    done = cli("run", "add", "--json")
    result = json.loads(done.stdout)
    assert result["status"] == "passed"
    assert result["files"] == {"solution.py": CODE}


@pytest.mark.parametrize("prompt", ["fail", "partially", "refuse"])
def test_what_is_not_validated_is_status_1(cli: Cli, fake: Running, prompt: str):
    done = cli("run", prompt)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_request_from_standard_input(environ: dict[str, str], fake: Running):
    command = [sys.executable, "-m", "jupyter_coding_agent", "run", "-"]
    subprocess.run(command, env=environ, input="add\nthem", text=True, check=True, capture_output=True)
    assert fake.engine.prompts[0]["prompt"] == "add\nthem"


def test_an_empty_request_is_a_sentence(cli: Cli, fake: Running):
    done = cli("run", " ")
    assert done.returncode == 2
    assert done.stderr == "The request is empty: say what you want, in your own words.\n"


def test_an_interrupt_cancels(environ: dict[str, str], fake: Running):
    command = [sys.executable, "-m", "jupyter_coding_agent", "run", "hang please"]
    process = subprocess.Popen(
        command,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        # A shell has its background jobs ignore it, and so would their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "queued\n"
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait(30) == 130, rest
    ((name, view),) = fake.engine.executions.items()
    assert f"{name} is cancelled.\nInterrupted.\n" in rest
    assert view["status"] == "cancelled"


def test_a_reader_that_has_enough_is_no_error(environ: dict[str, str], fake: Running):
    command = f"{sys.executable} -m jupyter_coding_agent run add | true"
    done = subprocess.run(["bash", "-c", command], env=environ, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_terminal_sees_progress_move(environ: dict[str, str], fake: Running, tmp_path: Path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "jupyter_coding_agent", "run", "add [red]x[/red]"]
    process = subprocess.Popen(
        command, env=environ | {"TERM": "xterm"}, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    assert process.wait(30) == 0
    assert b"\x1b[" in seen
    assert b"attempt 1: tests passed" in seen
