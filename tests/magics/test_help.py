"""What ``?`` and ``%agent help`` show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.magics.commands import COMMANDS
from jupyter_coding_agent.magics.options import ASK_OPTIONS
from jupyter_coding_agent.magics.session import Session
from tests.magics.conftest import Paper


def test_a_question_mark_shows_commands_options_and_examples(
    session: Session, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
):
    shell.run_cell("%agent?")
    shown = capsys.readouterr().out
    assert all(f"%agent {name}" in shown for name in COMMANDS)
    assert "Examples:" in shown
    shell.run_cell("%%agent?")
    shown = capsys.readouterr().out
    assert all(name in shown for name in ASK_OPTIONS)
    assert "Examples:" in shown


def test_help_about_one_command(session: Session, run: Callable[[str], Any], paper: Paper):
    run("%agent help replay")
    assert "--recorded" in paper.text
    assert "--tests" not in paper.text
    run("%agent help nonsense")
    assert "%agent does not know 'nonsense'" in paper.text
