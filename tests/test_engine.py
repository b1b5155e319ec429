from __future__ import annotations

import threading
from pathlib import Path

from jupyter_coding_agent.engine import owner_of


def test_a_data_directory_keeps_its_name_and_shares_it_with_nobody(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert owner_of(first) == owner_of(first) != owner_of(second)
    assert [path.name for path in first.iterdir()] == ["owner"]


def test_those_who_ask_at_once_get_one_name(tmp_path: Path):
    ready = threading.Barrier(8)
    names: set[str] = set()

    def ask() -> None:
        ready.wait()
        names.add(owner_of(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1
