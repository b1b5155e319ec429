"""The magics in a kernel that reaches no server, only the notebook's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.discovery import find_endpoint
from jupyter_coding_agent.client.page import Page
from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.magics import register
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.page import FakePage

from .conftest import LiveKernel, Paper

Run = Callable[[str], Any]


@pytest.fixture
def there(fake: Running) -> FakePage:
    return FakePage(f"http://127.0.0.1:{fake.port}")


@pytest.fixture
def session(there: FakePage, shell: InteractiveShell, paper: Paper) -> Iterator[Session]:
    page = Page()
    page.opened(there, {})
    session = Session(AgentClient(lambda: find_endpoint(None, page=page)), LiveKernel(shell, True), paper)
    register(shell, session)
    yield session
    session.close()


def test_the_cell_returns_at_once_and_its_result_comes(session: Session, run: Run, paper: Paper):
    run("%%agent\nadd")
    session.join(10)
    result = paper.shown[0][MIME]
    assert (result["status"], result["insert"]) == ("passed", "asked")


def test_a_failing_cell_is_mended_the_same_way(
    session: Session, run: Run, shell: InteractiveShell, fake: Running, paper: Paper
):
    shell.run_cell("1 / 0", store_history=True)
    run("%agent fix")
    session.join(10)
    assert fake.engine.prompts[-1]["fix"]["cell"] == "1 / 0"
    assert MIME in paper.shown[0]


@pytest.mark.parametrize("option", ["--wait", "--run"])
def test_what_would_wait_in_the_cell_says_so(
    session: Session, run: Run, paper: Paper, there: FakePage, option: str
):
    run(f"%%agent {option}\nadd")
    assert "Leave out --wait and --run" in paper.text
    assert there.asked == []


@pytest.mark.parametrize("command", ["status", "history", "validate 1", "chat hello"])
def test_other_commands_say_what_works_here(
    session: Session, run: Run, paper: Paper, there: FakePage, command: str
):
    run("x = 1")
    run(f"%agent {command}")
    assert "This kernel reaches no Jupyter server, so it asks through this page" in paper.text
    assert there.asked == []


def test_what_goes_wrong_later_is_said_in_the_cells_place(
    session: Session, run: Run, paper: Paper, there: FakePage
):
    there.close()
    run("%%agent\nadd")
    session.join(10)
    assert [bundle["text/plain"] for bundle in paper.shown] == [
        "The engine can't be reached. Ask again, or see %agent doctor."
    ]
