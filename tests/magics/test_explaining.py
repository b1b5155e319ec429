"""``%agent explain``: a question about a cell of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.session_engine import session_engine

from .conftest import Paper


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Running]:
    with session_engine(tmp_path / "sessions.sqlite3") as server:
        server.engine.answers = [
            {"reply": f"Answer {n}.", "model": "fake", "execution_id": None} for n in (1, 2)
        ]
        yield server


def test_a_failure_or_a_cell_is_explained(
    session: Session, shell: InteractiveShell, run: Callable[[str], Any], fake: Running, paper: Paper
):
    run("sizes = {}")
    assert not shell.run_cell("sizes['a']", store_history=True).success
    run("%agent explain")
    first = fake.engine.said[0]
    assert first["intent"] == "question"
    assert (
        "It failed with KeyError: 'a'" in first["message"]
        and "In [2] line 1: `sizes['a']`" in first["message"]
    )
    assert [cell["source"] for cell in first["context"]["cells"]] == ["sizes = {}", "sizes['a']"]
    assert first["context"]["variables"] == {"sizes": "dict: 0 items → "}
    assert "Answer 1." in paper.text
    run("%agent explain 1 why empty")
    assert fake.engine.said[1]["message"].endswith("Explain what it does, step by step. why empty")
    assert fake.engine.said[1]["session_id"] == "ses_new", "it is one conversation"
