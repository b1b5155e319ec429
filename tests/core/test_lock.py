"""One owner at a time, whatever ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.core.lock import OwnerLock

HOLD = """
import sys
from pathlib import Path
from jupyter_coding_agent.core.lock import OwnerLock
assert OwnerLock.acquire(Path(sys.argv[1]), "eng_other", wait=False)
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_gets_nothing_until_the_first_lets_go(tmp_path: Path):
    path = tmp_path / "engine.lock"
    first = OwnerLock.acquire(path, "eng_1", wait=False)
    assert first is not None
    assert json.loads(path.read_text()) == {"pid": os.getpid(), "engine_id": "eng_1"}
    assert OwnerLock.acquire(path, "eng_2", wait=False) is None
    assert json.loads(path.read_text())["engine_id"] == "eng_1"
    first.release()
    second = OwnerLock.acquire(path, "eng_longer_name", wait=False)
    assert second is not None
    assert json.loads(path.read_text())["engine_id"] == "eng_longer_name"
    second.release()


def test_who_waits_gets_it_the_moment_its_holder_is_killed(tmp_path: Path):
    path = tmp_path / "engine.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        got: list[OwnerLock | None] = []
        waiting = threading.Thread(
            target=lambda: got.append(OwnerLock.acquire(path, "eng_me", wait=True)), daemon=True
        )
        waiting.start()
        assert OwnerLock.acquire(path, "eng_third", wait=False) is None
        other.kill()
        waiting.join(timeout=10)
    assert got
    assert got[0] is not None
    assert got[0].orphaned
    got[0].release()
    after = OwnerLock.acquire(path, "eng_after", wait=False)
    assert after is not None
    assert not after.orphaned
    after.release()


def test_a_removed_file_is_no_way_to_a_second_owner_of_a_new_one(tmp_path: Path):
    path = tmp_path / "engine.lock"
    first = OwnerLock.acquire(path, "eng_1", wait=False)
    assert first is not None
    got: list[OwnerLock | None] = []
    waiting = threading.Thread(
        target=lambda: got.append(OwnerLock.acquire(path, "eng_2", wait=True)), daemon=True
    )
    waiting.start()
    path.unlink()
    first.release()
    waiting.join(timeout=10)
    assert got[0] is not None
    assert json.loads(path.read_text())["engine_id"] == "eng_2"
    assert OwnerLock.acquire(path, "eng_3", wait=False) is None
    got[0].release()


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path):
    with pytest.raises(StorageUnavailable, match="can't be opened"):
        OwnerLock.acquire(tmp_path, "eng_1", wait=False)
