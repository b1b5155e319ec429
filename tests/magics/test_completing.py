"""What Tab offers, through IPython's own completer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.magics import unregister
from jupyter_coding_agent.magics.commands import COMMANDS
from jupyter_coding_agent.magics.completing import Known, offers
from jupyter_coding_agent.magics.options import ARGUMENTS, COMMAND_OPTIONS
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running

Run = Callable[[str], Any]


def tab(shell: InteractiveShell, text: str) -> list[str]:
    """The whole lines that Tab offers for `text`, the cursor at its end."""
    with provisionalcompleter():
        found = [*shell.Completer.completions(text, len(text))]
    return [text[: one.start] + one.text + text[one.end :] for one in found]


def test_every_table_is_about_commands_that_exist():
    assert COMMAND_OPTIONS.keys() | ARGUMENTS.keys() <= COMMANDS.keys()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%agent do", ["doctor"]),
        ("%agent help li", ["limits"]),
        ("%%agent --ti", ["--tier", "--timeout"]),
        ("%%agent --wait --tier ", ["simple", "medium", "complex"]),
        ("%%agent --tier=s", ["simple"]),
        ("%%agent --context o", ["on", "off"]),
        ("%%agent --lang ", ["python"]),
        ("%%agent --tier simple --fr", ["--fresh"]),
        ("%%agent add two --ti", []),
        ("%agent replay exe_1 --rec", ["--recorded"]),
        ("%agent validate --", ["--tests"]),
        ("%agent artifacts up", ["upload"]),
        ("%agent sessions re", ["resume", "rename"]),
        ("%agent nonsense ", []),
        ("x = %agent do", []),
    ],
)
def test_words_that_need_no_engine(line: str, offered: list[str]):
    assert offers(line, None)[1] == offered


def test_files_are_offered_and_hidden_ones_only_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("orders.csv", ".orders", "two words.csv"):
        (tmp_path / name).touch()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "orders.csv").touch()
    assert offers("%%agent --context ", None)[1] == ["on", "off", "show", "old/", "orders.csv"]
    assert offers("%agent artifacts upload old/o", None)[1] == ["old/orders.csv"]
    assert offers("%agent artifacts upload .o", None)[1] == [".orders"]
    assert offers("%agent artifacts upload nowhere/o", None)[1] == []


def test_ids_are_offered_once_an_engine_was_spoken_to(
    session: Session, run: Run, shell: InteractiveShell, fake: Running
):
    assert tab(shell, "%agent show exe") == []
    assert fake.engine.requests == []
    run("%%agent\nadd")
    (name,) = fake.engine.executions
    assert tab(shell, "%agent show exe") == [f"%agent show {name}"]
    assert tab(shell, "x = 1\n%agent diff ") == [f"x = 1\n%agent diff {name}"]
    assert tab(shell, "%%agent --template a") == ["%%agent --template adder"]


def test_elsewhere_tab_is_ipythons(session: Session, shell: InteractiveShell):
    shell.user_ns["a_long_name"] = 1
    assert "a_long_name" in tab(shell, "a_long_n")
    assert tab(shell, "%%agent sum a_long_n") == ["%%agent sum a_long_name"]
    assert tab(shell, "%%agent\nsum a_long_n") == ["%%agent\nsum a_long_name"]


def test_an_unloaded_extension_offers_nothing(session: Session, shell: InteractiveShell):
    unregister(shell)
    assert shell.Completer.custom_matchers == []


class Slow(AgentClient):
    """An engine that takes its time."""

    def __init__(self) -> None:
        super().__init__(lambda: pytest.fail("nothing is to be found"))
        self.let_go = threading.Event()
        self.asked = 0

    @property
    def connected(self) -> bool:
        return True

    def executions(self, **_asked: Any) -> Any:
        self.asked += 1
        self.let_go.wait(10)
        return {"executions": [{"execution_id": f"exe_{self.asked}"}], "total": 1, "page": 1}


def test_a_slow_engine_holds_nobody_up_and_is_asked_once_at_a_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jupyter_coding_agent.magics.completing.WAIT_SECONDS", 0.01)
    now = [0.0]
    client = Slow()
    known = Known(client, lambda: now[0])
    assert known.names("execution") == known.names("execution") == []
    assert client.asked == 1
    client.let_go.set()
    known._kinds["execution"].asking.join()
    assert known.names("execution") == ["exe_1"]
    assert client.asked == 1
    now[0] += 10
    known.names("execution")
    known._kinds["execution"].asking.join()
    assert known.names("execution") == ["exe_2"]
