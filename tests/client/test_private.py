"""The private socket: found, or an engine started, also by several at once; nobody else's socket is used."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from jupyter_coding_agent.client.private import listens, private_endpoint, start_engine
from jupyter_coding_agent.core.errors import EngineUnavailable
from jupyter_coding_agent.core.paths import socket_path
from tests.fake_engine import running

# Stands in for `python -m jupyter_coding_agent`: `serve` writes down its environment and answers as its first
# argument says.
STUB = """
import os, sys
say = sys.argv[1]
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
with open("started", "a") as file:
    file.write(os.environ.get("GROQ_API_KEY", "") + os.getcwd() + "\\n")
if say == "crash":
    sys.exit("KeyError: what went wrong")
os.write(int(options["--ready-fd"]), (say + "\\n").encode())
"""


def stub(answer: str) -> list[str]:
    return [sys.executable, "-c", STUB, answer]


def test_a_running_engine_is_used(tmp_path: Path):
    with running(socket_path(tmp_path)):
        assert private_endpoint(tmp_path, start=False).socket == socket_path(tmp_path)


def test_no_engine_is_a_sentence_with_the_command_that_starts_one(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="jupyter coding-agent serve"):
        private_endpoint(tmp_path, start=False)


def test_what_an_engine_left_behind_is_not_taken_for_one(tmp_path: Path):
    with running(socket_path(tmp_path)) as server:
        assert listens(socket_path(tmp_path))
        os.link(socket_path(tmp_path), tmp_path / "left")
        server.stop()
    assert not listens(tmp_path / "left")


def test_a_file_is_no_socket(tmp_path: Path):
    socket_path(tmp_path).write_text("")
    assert not listens(socket_path(tmp_path))


def test_a_socket_where_others_can_put_one_is_not_used(tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir()
    with running(shared / "engine.sock"):
        assert listens(shared / "engine.sock")
        shared.chmod(0o777)
        assert not listens(shared / "engine.sock")


def test_an_engine_is_started_with_the_environment_and_beside_the_notebook(tmp_path: Path):
    start_engine(tmp_path / "data", {**os.environ, "GROQ_API_KEY": "key"}, stub('{"ready": true}'))
    assert (tmp_path / "data" / "started").read_text() == f"key{tmp_path / 'data'}\n"
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "serve.log").stat().st_mode & 0o077 == 0


def test_what_the_engine_says_is_the_error(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="The disk is full"):
        start_engine(tmp_path, command=stub('{"error": "The disk is full."}'))


def test_an_engine_that_ends_while_starting_is_a_sentence_with_its_last_words(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match=r"KeyError: what went wrong.*serve\.log"):
        start_engine(tmp_path, command=stub("crash"))


def test_a_program_that_can_not_be_started_is_a_sentence(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="could not be started"):
        start_engine(tmp_path, command=[str(tmp_path / "nothing")])


def test_the_log_is_kept_and_bounded(tmp_path: Path):
    log = tmp_path / "serve.log"
    log.write_text("before\n")
    with pytest.raises(EngineUnavailable):
        start_engine(tmp_path, command=stub("crash"))
    assert log.read_text().startswith("before\n")
    log.write_bytes(b"x" * 2_000_000)
    with pytest.raises(EngineUnavailable, match="KeyError"):
        start_engine(tmp_path, command=stub("crash"))
    assert log.stat().st_size < 1000


def test_two_may_start_at_once(tmp_path: Path):
    problems: list[Exception] = []

    def start() -> None:
        try:
            start_engine(tmp_path, command=stub('{"ready": true}'))
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len((tmp_path / "started").read_text().splitlines()) == 3


def test_no_file_descriptor_is_left(tmp_path: Path):
    start_engine(tmp_path, command=stub('{"ready": true}'))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        start_engine(tmp_path, command=stub('{"ready": true}'))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
