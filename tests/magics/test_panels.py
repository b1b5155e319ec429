"""Which outputs are live panels, what stands in their place afterwards, and what their pages may ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.magics import panels
from jupyter_coding_agent.magics.session import Session
from jupyter_coding_agent.widgets.panel import VIEW, Panel
from tests.fake_engine import Running
from tests.magics.conftest import LiveKernel, Paper
from tests.session_engine import session_engine

Run = Callable[[str], Any]
SECONDS = 10


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Running]:
    with session_engine(tmp_path / "sessions.sqlite3") as server:
        yield server


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Panel]:
    """The panels that are made, with what each would have sent to its page in `sent`."""
    found: list[Panel] = []
    begin = Panel.__init__

    def kept(self: Any, *given: Any) -> None:
        begin(self, *given)
        self.sent, self.answered = [], threading.Event()
        found.append(self)

    def send(self: Any, content: Any, buffers: Any = None) -> None:
        self.sent.append(content)
        self.answered.set()

    monkeypatch.setattr(Panel, "__init__", kept)
    monkeypatch.setattr(Panel, "send", send)
    return found


@pytest.fixture
def session(connect: Callable[..., Session]) -> Session:
    session = connect()
    assert isinstance(session.kernel, LiveKernel)
    session.kernel.has_panels = True
    return session


def ask(panel: Any, **question: Any) -> Any:
    panel._asked(panel, {"number": 1, **question}, None)
    assert panel.answered.wait(SECONDS)
    panel.answered.clear()
    return panel.sent.pop()


def test_progress_is_a_panel_and_the_result_stands_in_its_place(
    session: Session, run: Run, paper: Paper, made: list[Panel], monkeypatch: pytest.MonkeyPatch
):
    closed: list[Panel] = []
    monkeypatch.setattr(Panel, "close", lambda panel: closed.append(panel))
    run("%%agent --no-insert\nadd <b>two</b>")
    (panel,) = made
    assert panel.about == {"execution_id": session.last, "request": "add <b>two</b>"}
    assert [event["kind"] for event in panel.events][-1] == "completed"
    assert closed == [], "a page that was closed meanwhile finds it when it is opened again"
    session.close()
    assert closed == [panel]
    # Nothing that needs a kernel is left in the notebook, and the output was changed once, not for each step.
    (bundle,) = paper.shown
    assert MIME in bundle
    assert VIEW not in bundle
    assert paper.steps == []


def test_what_can_not_be_asked_is_said_where_the_panel_would_have_been(
    session: Session, run: Run, paper: Paper, made: list[Panel]
):
    run("%%agent --context nowhere.csv\nadd")
    assert [bundle["text/plain"] for bundle in paper.shown] == [
        "--context takes on, off, a file or an artifact's id: there is no file 'nowhere.csv'."
    ]
    assert made == []


def test_the_page_cancels_through_the_kernel_where_it_reaches_no_server(
    session: Session, run: Run, fake: Running, made: list[Panel]
):
    name = session.client.execute({"prompt": "hang please"})["execution_id"]
    panel = panels.progress(session.client, name, "hang please")
    assert ask(panel, ask="cancel") == {"to": 1, "answer": "cancelled"}
    assert fake.engine.executions[name]["status"] == "cancelled"
    assert "ended already" in ask(panel, ask="cancel")["error"]


def test_a_difference_is_a_panel_with_html_and_text_beside_it(
    session: Session, run: Run, paper: Paper, made: list[Panel]
):
    run("%%agent --no-insert\npartially add")
    run("%agent diff 1 2")
    bundle = paper.shown[-1]
    panel = made[-1]
    assert bundle[VIEW]["model_id"] == panel.model_id
    assert {"text/html", "text/plain"} <= bundle.keys()
    assert [one["number"] for one in panel.about["attempts"]] == [0, 1, 2]
    assert (panel.about["from"], panel.about["to"]) == (1, 2)
    assert ask(panel, ask="diff", **{"from": 0, "to": 1})["answer"].startswith("--- a/solution.py")
    assert "by their numbers" in ask(panel, ask="diff", **{"from": "0", "to": None})["error"]


def test_a_chat_keeps_its_session_and_follows_what_it_becomes(
    session: Session, run: Run, fake: Running, paper: Paper, made: list[Panel]
):
    answer = {"reply": "Because.", "model": "scripted", "execution_id": None}
    fake.engine.answers += [answer, {"reply": None, "model": None, "execution_id": True}]
    run("%agent chat")
    (panel,) = made
    assert VIEW in paper.shown[-1]
    assert ask(panel, ask="chat", message=" why? ") == {"to": 1, "answer": None}
    assert session.coding_session == panel.session_id == "ses_new"
    session.coding_session = None
    ended = threading.Event()
    panel.observe(lambda change: change.new[-1]["kind"] == "completed" and ended.set(), "events")
    ask(panel, ask="chat", message="make it faster")
    assert [body.get("session_id") for body in fake.engine.said] == [None, "ses_new"]
    assert fake.engine.said[0]["context"]
    name = panel.turns[-1]["execution_id"]
    assert [(turn["role"], turn["text"]) for turn in panel.turns] == [
        ("user", "why?"),
        ("assistant", "Because."),
        ("user", "make it faster"),
        ("assistant", ""),
    ]
    assert session.last == name
    assert ended.wait(SECONDS)
    assert ask(panel, ask="chat", message="  ")["error"] == "Write what you want to say."


def test_a_chat_shows_what_was_said_before(session: Session, run: Run, made: list[Panel]):
    run("%agent sessions new Orders")
    run("%agent sessions note Amounts are in cents.")
    run("%agent chat")
    assert made[-1].session_id == session.coding_session
    assert [turn["text"] for turn in made[-1].turns] == ["Amounts are in cents."]


def test_without_widgets_a_chat_needs_a_message(connect: Callable[..., Session], run: Run, paper: Paper):
    connect()
    run("%agent chat")
    assert "Write what you want to say" in paper.text
