"""What leaves the kernel, and how it is shown, in a real shell against a scripted engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_coding_agent.magics.sent import MAX_SHOWN_CELL, shown
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.magics.conftest import Paper

Run = Callable[[str], Any]
TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


def test_what_would_be_sent_is_shown_and_nothing_is_sent(
    session: Session, run: Run, paper: Paper, fake: Running, tmp_path: Path
):
    run("prices = [7331]")
    (tmp_path / "a.csv").write_text("a\n1\n")
    run(f"%%agent --context show --context {tmp_path}/a.csv\nsum the prices")
    assert fake.engine.prompts == []
    assert not [path for _, path, _ in fake.engine.requests if "artifacts" in path or "execute" in path]
    assert "This would be sent; nothing was." in paper.shown[0]["text/html"]
    for piece in (
        "sum the prices",
        "list: 1 items of int",
        "prices = [7331]",
        f"  {tmp_path}/a.csv: the file as it is",
    ):
        assert piece in paper.text
    assert "installed packages" in paper.text


def test_what_was_sent_can_be_looked_at(session: Session, run: Run, paper: Paper, fake: Running):
    run("prices = [7331]\nhtml = '<b>'")
    run("%%agent\nsum the prices")
    run("%agent show --context")
    shown = paper.shown[-1]
    assert "\n  prices: list: 1 items of int\n" in shown["text/plain"]
    assert "\nCells, the oldest first\n  1:\n  prices = [7331]\n  html = '<b>'\n" in shown["text/plain"]
    assert '<pre tabindex="0">prices = [7331]\nhtml = &#39;&lt;b&gt;&#39;</pre>' in shown["text/html"]
    run("%%agent --context off\nsum the prices")
    run(f"%agent show {session.last} --context")
    assert "Nothing of the notebook's variables and cells." in paper.shown[-1]["text/plain"]
    assert "7331" not in paper.shown[-1]["text/plain"]


def test_values_are_sent_where_every_model_may_see_them(session: Session, run: Run, fake: Running):
    run("prices = [7331]")
    run("%%agent\nsum the prices")
    fake.engine.samples_welcome = True
    run("%%agent\nsum the prices again")
    run("%%agent --context off\nsum the prices once more")
    first, second, third = fake.engine.prompts
    assert "samples" not in first["context"]
    assert second["context"]["samples"] == [{"name": "prices", "text": "7331"}]
    assert third["context"] == {}
    asked = [path for _, path, _ in fake.engine.requests if path.endswith("/limits")]
    assert len(asked) == 2


def test_a_secret_leaves_the_kernel_in_no_way_and_the_user_is_told(
    session: Session, run: Run, paper: Paper, fake: Running
):
    run(f"token = '{TOKEN}'\nrows = fetch(token) if 0 else []  # ask ada@corp.io")
    run(f"%%agent\nCount the rows, log in with {TOKEN}")
    run(f"%agent retry Use {TOKEN} instead")
    run(f"%agent replay --add 'use {TOKEN}'")
    sent = json.dumps(fake.engine.requests)
    assert sent.count("<redacted: GitHub token>") >= 4
    assert TOKEN not in sent
    assert "corp.io" not in sent
    assert TOKEN not in json.dumps(paper.shown)
    told = "Replaced before anything was sent: 2 GitHub tokens, 1 e-mail address. In your request: 1 GitHub token."
    assert told in paper.text


def test_what_is_carried_into_the_sandbox_is_told_with_what_is_not():
    notebook = {
        "before": ["import math\n\x1b[2J" + "x" * MAX_SHOWN_CELL],
        "values": {"df": {"description": "DataFrame: 2 x 1", "content": "[1, 2]"}},
        "missing": {"lock": "it is a lock"},
    }
    text = shown({"prompt": "sum", "context": {"notebook": notebook}}, "Sent")["text/plain"]
    assert "and 16 characters more" in text
    assert "\x1b" not in text
    assert "DataFrame: 2 x 1 (6 characters)" in text
    assert "[1, 2]" not in text
    assert "\n  not lock: it is a lock" in text
    assert "\n  runs before:\n  import math\n" in text


def test_the_cells_for_the_sandbox_leave_without_secrets(session: Session, run: Run, fake: Running):
    run(f"def ask(path):\n    return path, '{TOKEN}'")
    run("%%agent\ncall `ask` for every path")
    (sent,) = fake.engine.prompts
    assert sent["context"]["notebook"]["before"] == [
        "def ask(path):\n    return path, '<redacted: GitHub token>'"
    ]
