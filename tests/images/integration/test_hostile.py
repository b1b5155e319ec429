"""Code that misbehaves: the run ends as it must and the harness always has the last word."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.runner.models import Limits
from tests.images.integration.driver import Run, run_tests

pytestmark = pytest.mark.engine

PASSING = "import solution\n\ndef test_a(): ...\n"


def hostile(code: str, tests: str = PASSING, **limits: object) -> Run:
    """Run the code with a short timeout."""
    return run_tests(code, tests, limits=Limits(**{"timeout_seconds": 6, **limits}))


@pytest.mark.parametrize("where", ["import", "test"])
def test_an_early_exit_is_a_death(where: str) -> None:
    leave = "import os\nos._exit(0)\n"
    run = (
        hostile(leave)
        if where == "import"
        else hostile("", "def test_a():\n    import os\n    os._exit(0)\n")
    )
    assert (run.exit["reason"], run.exit["code"]) == ("died", 0)
    assert "exited with status 0" in run.exit["detail"]
    assert run.reports == {}


def test_a_crash_names_the_signal() -> None:
    run = hostile("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    assert (run.exit["reason"], run.exit["code"]) == ("died", -11)
    assert "SIGSEGV" in run.exit["detail"]


def test_what_was_printed_before_a_death_is_kept() -> None:
    run = hostile("import os\nprint('last words')\nos._exit(3)\n")
    assert run.output["stdout"] == b"last words\n"


def test_sleeping_through_sigterm_ends_by_timeout() -> None:
    run = hostile(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)\n",
        timeout_seconds=1,
    )
    assert run.exit["reason"] == "timeout"
    assert run.seconds < 5


def test_printing_forever_is_stopped() -> None:
    run = hostile("while True:\n    print('y' * 1000)\n", output_kill_bytes=2 * 1024 * 1024)
    assert run.exit["reason"] == "output_limit"
    assert len(run.output["stdout"]) == 256 * 1024
    assert run.dropped > 1024 * 1024


def test_the_channel_to_the_host_is_out_of_reach() -> None:
    run = hostile(
        "",
        """
import glob, os

def test_a():
    mine = {str(os.getpid()), "self", "thread-self"}
    reached = []
    guessed = [f"/proc/{pid}/fd/{n}" for pid in range(1, 20) for n in range(3)]
    for path in guessed + glob.glob("/proc/[0-9]*/fd/*") + glob.glob("/proc/[0-9]*/mem"):
        if path.split("/")[2] in mine:
            continue
        try:
            with open(path, "r+b", buffering=0) as file:
                file.write(b"x")
            reached.append(path)
        except OSError:
            pass
    assert reached == []

def test_b():
    parents = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    for name in parents:
        try:
            os.kill(int(name), 9)
        except PermissionError:
            continue
        assert False, name
    assert parents
""",
    )
    assert run.outcomes == {"test_a": "passed", "test_b": "passed"}
    assert run.exit["reason"] == "finished"


def test_only_its_own_descriptors_are_open() -> None:
    run = hostile(
        "",
        """
import os

def test_a():
    for number in range(100):
        try:
            print(number, os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
""",
    )
    opened = dict(line.split() for line in run.output["stdout"].decode().splitlines())
    pipes = [number for number, target in opened.items() if target.startswith("pipe:")]
    # Its two output streams and the line to the harness.
    assert len(pipes) == 3
    assert pipes[:2] == ["1", "2"]
    assert {target for number, target in opened.items() if number not in pipes} == {"/dev/null"}


def test_the_code_has_no_rights() -> None:
    run = hostile(
        "",
        """
import os, pathlib

def test_a():
    assert os.getresuid() == (1000, 1000, 1000)
    assert os.getresgid() == (1000, 1000, 1000)
    assert os.getgroups() == []
    status = pathlib.Path("/proc/self/status").read_text()
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert f"{name}:\\t0000000000000000" in status
    assert "NoNewPrivs:\\t1" in status

def test_b():
    for path in ("/opt/agent/x", "/etc/x", "/usr/lib/x", "/root/x"):
        try:
            open(path, "w")
        except OSError:
            continue
        assert False, path
""",
    )
    assert run.outcomes == {"test_a": "passed", "test_b": "passed"}


def test_sources_cannot_be_swapped_renamed_or_deleted() -> None:
    run = run_tests(
        {"solution.py": "X = 1\n", "pkg/mod.py": "Y = 1\n"},
        """
import os, pytest

@pytest.mark.parametrize("path", ["solution.py", "test_solution.py", "pkg/mod.py"])
def test_a(path):
    for attempt in (
        lambda: open(path, "a"),
        lambda: os.remove(path),
        lambda: os.rename(path, "elsewhere"),
        lambda: os.replace(os.devnull, path),
        lambda: os.chmod(path, 0o777),
        lambda: os.rename("pkg", "gkp"),
    ):
        with pytest.raises(OSError):
            attempt()
""",
    )
    assert set(run.outcomes.values()) == {"passed"}
    assert len(run.outcomes) == 3


def test_a_fork_bomb_is_ended() -> None:
    run = hostile(
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n",
        timeout_seconds=2,
    )
    assert run.exit["reason"] == "timeout"


def test_exhausted_processes_do_not_stop_the_report() -> None:
    run = hostile(
        "",
        """
import os, time

def test_a():
    try:
        while True:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
    except OSError:
        pass
    open("left.txt", "w").write("here")
""",
        pids=64,
    )
    assert run.outcomes == {"test_a": "passed"}
    assert run.files == {"left.txt": b"here"}


def test_allocating_forever_is_a_memory_limit() -> None:
    run = hostile("hoard = []\nwhile True:\n    hoard.append(bytearray(10_000_000))\n", memory_mb=256)
    assert run.exit["reason"] == "memory_limit"
    assert "256 MiB" in run.exit["detail"]


def test_a_full_disk_is_the_codes_own_error() -> None:
    run = hostile(
        "",
        """
def test_a():
    with open("big", "wb") as file:
        while True:
            file.write(bytes(1_000_000))
""",
        workspace_mb=16,
    )
    assert run.exit["reason"] == "finished"
    assert "No space left" in run.reports["test_solution.py::test_a"]["message"]


def test_a_background_process_does_not_outlive_the_run() -> None:
    run = hostile(
        """
import subprocess
subprocess.Popen("trap '' TERM HUP; sleep 50", shell=True, start_new_session=True)
"""
    )
    assert run.outcomes == {"test_a": "passed"}
    assert run.seconds < 4


def test_rubbish_and_floods_in_the_report_line_are_dropped() -> None:
    run = hostile(
        """
import json, os

def lines():
    for number in range(3, 20):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("pipe:"):
                yield number
        except OSError:
            pass

for fd in list(lines()):
    try:
        os.write(fd, b"not json\\n[1]\\n{}\\n")
        os.write(fd, b'{"t": "report", "id": 5}\\n{"t":"effect","kind":"x"}\\n{"t":"_line"}\\n')
        os.write(fd, b'{"t":"report","id":"\\\\ud800","outcome":"passed","duration_ms":NaN,')
        os.write(fd, b'"message":"","traceback":"","locals":{},"answers":[]}\\n')
        os.write(fd, b"[" * 100_000 + b"\\n")
        for _ in range(30):
            os.write(fd, b"z" * 1_000_000)
        os.write(fd, b"\\n")
    except OSError:
        pass
"""
    )
    assert set(run.reports) <= {"?", "test_solution.py::test_a"}
    assert run.exit["reason"] in ("finished", "died")


def test_closing_every_descriptor_is_survived() -> None:
    run = hostile("import os\nos.closerange(0, 100)\n")
    assert run.exit["reason"] == "died"


def test_ten_thousand_files_are_not_all_taken() -> None:
    run = hostile(
        "",
        "def test_a():\n    for n in range(30_000):\n        open(f'f{n}', 'w').close()\n",
        timeout_seconds=15,
    )
    assert len(run.files) <= 50
    assert any(
        "rest was not looked at" in sentence or "Only the first" in sentence for sentence in run.refused
    )


def test_replacing_pytest_pieces_does_not_silence_the_harness() -> None:
    run = hostile(
        """
import os, sys
for name in list(sys.modules):
    if name.startswith("agent_sandbox"):
        for key, value in list(vars(sys.modules[name]).items()):
            if callable(value):
                setattr(sys.modules[name], key, lambda *a, **k: None)
"""
    )
    assert run.exit["reason"] in ("finished", "died")


def test_deleting_the_workspace_leaves_the_sources() -> None:
    run = hostile(
        "import shutil\nshutil.rmtree('/work', ignore_errors=True)\n",
        """
import os
import solution

def test_a():
    assert sorted(os.listdir("/work")) == ["solution.py", "test_solution.py"]
""",
    )
    assert run.outcomes == {"test_a": "passed"}


def test_killing_everything_in_reach_ends_only_itself() -> None:
    run = hostile("import os\nos.kill(-1, 9)\nos.kill(os.getpid(), 9)\n")
    assert (run.exit["reason"], run.exit["code"]) == ("died", -9)
