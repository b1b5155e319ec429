from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.endpoint import Endpoint
from jupyter_coding_agent.magics import register
from jupyter_coding_agent.magics.kernel import ShellKernel
from jupyter_coding_agent.magics.runs import Failure, Runs
from jupyter_coding_agent.magics.screen import Area, Bundle
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running, running


class Paper:
    """A screen that keeps what is shown on it; an area shows its last content."""

    def __init__(self) -> None:
        self.shown: list[Bundle] = []
        self.steps: list[str] = []

    def show(self, bundle: Bundle) -> None:
        self.shown.append(bundle)

    def area(self, bundle: Bundle) -> Area:
        self.shown.append(bundle)
        return _PaperArea(self, len(self.shown) - 1)

    @property
    def text(self) -> str:
        return "\n".join(bundle["text/plain"] for bundle in self.shown)


class _PaperArea:
    def __init__(self, paper: Paper, index: int) -> None:
        self._paper, self._index = paper, index

    def update(self, bundle: Bundle, line: str = "") -> None:
        self._paper.steps += [line] if line else []
        self._paper.shown[self._index] = bundle

    def finish(self, bundle: Bundle) -> None:
        self._paper.shown[self._index] = bundle


class LiveKernel:
    """A real shell whose liveness the test chooses."""

    def __init__(self, shell: InteractiveShell, live: bool) -> None:
        self._real = ShellKernel(shell, served=lambda: live)
        self.is_live = live
        self.has_panels = False

    def panels(self) -> bool:
        return self.has_panels

    def live(self) -> bool:
        return self.is_live

    def namespace(self) -> Mapping[str, Any]:
        return self._real.namespace()

    def hidden(self) -> Sequence[str]:
        return self._real.hidden()

    def cells(self) -> Sequence[str]:
        return self._real.cells()

    def runs(self) -> Runs:
        return self._real.runs()

    def failure(self) -> Failure | None:
        return self._real.failure()

    def insert(self, source: str) -> None:
        self._real.insert(source)

    def notebook(self) -> Path | None:
        return self._real.notebook()

    def folder(self) -> Path | None:
        """As `is_live` goes: a terminal's shell has no notebook's folder."""
        notebook = self.notebook()
        return (notebook.parent if notebook else Path.cwd()) if self.is_live else None

    def run(self, source: str) -> None:
        self._real.run(source)


@pytest.fixture
def fake() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def shell(tmp_path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    # A kernel keeps receipts in its working directory.
    monkeypatch.chdir(tmp_path)
    return InteractiveShell(config=Config(HistoryManager={"enabled": False}))


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def connect(fake: Running, shell: InteractiveShell, paper: Paper) -> Iterator[Callable[..., Session]]:
    """Sets the magics up in the shell, speaking to the fake."""
    sessions: list[Session] = []

    def connect(*, live: bool = False) -> Session:
        client = AgentClient(lambda: Endpoint("socket", f"http://127.0.0.1:{fake.port}"), patience=1)
        session = Session(client, LiveKernel(shell, live), paper)
        sessions.append(session)
        register(shell, session)
        return session

    yield connect
    for session in sessions:
        session.close()


@pytest.fixture
def session(connect: Callable[..., Session]) -> Session:
    return connect()


@pytest.fixture
def run(shell: InteractiveShell) -> Callable[[str], Any]:
    """Runs a cell, as a user does; a cell that raises fails the test."""

    def run(source: str) -> Any:
        result = shell.run_cell(source, store_history=True)
        result.raise_error()
        return result.result

    return run
