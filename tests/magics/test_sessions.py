"""``%agent sessions`` and ``%%agent --session`` in a real shell, against the real endpoints of sessions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.magics.conftest import Paper
from tests.session_engine import session_engine

Run = Callable[[str], Any]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Running]:
    with session_engine(tmp_path / "sessions.sqlite3") as server:
        yield server


@pytest.fixture
def say(session: Session, run: Run, paper: Paper) -> Callable[[str], str]:
    """Runs a line; what it has shown, as text."""

    def say(line: str) -> str:
        before = len(paper.shown)
        run(line)
        return "\n".join(bundle["text/plain"] for bundle in paper.shown[before:])

    return say


def sent(fake: Running) -> list[str | None]:
    """The session of each request."""
    return [body.get("session_id") for body in fake.engine.prompts]


def test_requests_stand_alone_until_a_session_is_begun_and_after_it_is_left(fake: Running, session, say):
    say("%%agent\nfirst")
    begun = say("%agent sessions new Clean orders")
    say("%%agent\nsecond")
    say("%%agent\nthird")
    say("%agent sessions leave")
    say("%%agent\nfourth")
    (listed,) = session.client.sessions.list()["sessions"]
    name = listed["session_id"]
    assert name in begun
    assert listed["title"] == "Clean orders"
    assert sent(fake) == [None, name, name, None]


def test_a_request_may_begin_or_name_a_session(fake: Running, session: Session, say):
    say("%%agent --session new first")
    (first,) = [one["session_id"] for one in session.client.sessions.list()["sessions"]]
    second = session.client.sessions.create("Plots")["session_id"]
    say("%%agent --session plots second")
    say("%%agent third")
    say(f"%%agent --session {first[:10]} fourth")
    assert sent(fake) == [first, second, second, first]
    assert "There is no session 'nope'" in say("%%agent --session nope fifth")
    assert len(sent(fake)) == 4


def test_sessions_are_listed_searched_and_shown(session: Session, say):
    assert "No session yet" in say("%agent sessions")
    say("%agent sessions new Orders")
    say("%agent sessions note use polars everywhere")
    session.client.sessions.create("Plots")
    listed = say("%agent sessions list")
    assert "Orders" in listed
    assert "1 message" in listed
    assert listed.count("▸") == 1
    assert "use polars everywhere" in say("%agent sessions search polars")
    assert "No session has 'pandas'" in say("%agent sessions search pandas")
    assert "use polars everywhere" in say("%agent sessions show")
    assert "0 messages" in say("%agent sessions show Plots")


def test_messages_are_pinned_and_deleted_by_the_beginning_of_their_id(session: Session, say):
    say("%agent sessions new")
    say("%agent sessions note one")
    say("%agent sessions note two")
    name = session.coding_session
    assert name is not None

    def messages() -> list[tuple[str, bool]]:
        found = session.client.sessions.get(name)["messages"]
        return [(message["text"], message["pinned"]) for message in found]

    first, second = [m["message_id"] for m in session.client.sessions.get(name)["messages"]]
    say(f"%agent sessions pin {first[:12]}")
    assert messages() == [("one", True), ("two", False)]
    assert "pinned" in say("%agent sessions show")
    say(f"%agent sessions unpin {first[4:12]}")
    say(f"%agent sessions forget {second}")
    assert messages() == [("one", False)]
    assert "has no message 'xyz'" in say("%agent sessions pin xyz")
    assert "see %agent sessions show" in say("%agent sessions pin")


def test_an_ambiguous_beginning_is_not_guessed(session: Session, say):
    say("%agent sessions new same")
    say("%agent sessions new same")
    say("%agent sessions note one")
    say("%agent sessions note two")
    assert "may be 2 sessions" in say("%agent sessions delete same")
    assert "begins the id of 2 messages" in say("%agent sessions forget msg")
    assert session.client.sessions.list()["total"] == 2


def test_renaming_and_deleting(session: Session, say):
    say("%agent sessions new old")
    assert "“a new title”" in say("%agent sessions rename old a new title")
    assert "rename S TITLE" in say("%agent sessions rename old")
    assert "is deleted" in say("%agent sessions delete a new title")
    assert session.coding_session is None
    assert session.client.sessions.list()["total"] == 0


def test_a_session_goes_out_and_comes_back(session: Session, say, tmp_path: Path):
    say("%agent sessions new Orders")
    say("%agent sessions note keep me")
    for file in ("kept.json", "kept.ipynb"):
        path = tmp_path / file
        assert "Saved as" in say(f"%agent sessions export {path}")
        assert "is there already" in say(f"%agent sessions export {session.coding_session} {path}")
        assert "Imported as" in say(f"%agent sessions import {path}")
    nbformat.validate(nbformat.read(tmp_path / "kept.ipynb", as_version=4))
    assert json.loads((tmp_path / "kept.json").read_bytes())["title"] == "Orders"
    titles = [(one["title"], one["message_count"]) for one in session.client.sessions.list()["sessions"]]
    assert titles == [("Orders", 1)] * 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read: No such file"),
        ("{not json", "is not JSON"),
        ("[]", "is neither an exported session nor a notebook"),
        ("{}", "has no 'format'"),
        ("[" * 200_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_session_is_a_sentence(session: Session, say, tmp_path: Path, content, sentence):
    path = tmp_path / "a file.json"
    if content is not None:
        path.write_text(content)
    assert sentence in say(f"%agent sessions import {path}")
    assert session.client.sessions.list()["total"] == 0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("show", "go on in one first"),
        ("note x", "go on in one first"),
        ("search", "Say what to look for"),
        ("resume", "Name the session"),
        ("delete", "Name the session"),
        ("import", "Name the file"),
        ("explode", "does not know 'explode'. It knows list, search"),
    ],
)
def test_what_is_missing_is_a_sentence(say, line: str, sentence: str):
    assert sentence in say(f"%agent sessions {line}")


def test_an_answer_is_shown_as_text_and_its_session_goes_on(
    fake: Running, session: Session, say, paper: Paper
):
    name = session.client.sessions.create("Talk")["session_id"]
    fake.engine.answers = [
        {"reply": "Use <b>`sorted`</b>:\x1b[2J\n```\nsorted(x)\n```", "model": "fake", "execution_id": None}
    ]
    shown = say("%%agent --chat --session talk\nHow do I sort?")
    assert fake.engine.said[0]["message"] == "How do I sort?"
    assert fake.engine.said[0]["session_id"] == session.coding_session == name
    assert "Use <b>`sorted`</b>:[2J" in shown
    assert "is not run or tested" in shown
    assert "<b>" not in paper.shown[-1]["text/html"]


def test_a_request_in_a_chat_is_seen_through(fake: Running, session: Session, say):
    fake.engine.answers = [{"reply": None, "model": None, "execution_id": "exe"}]
    assert "def add(a, b)" in say("%agent chat add two numbers")
    assert session.coding_session == "ses_new"
    assert "Write what you want to say" in say("%agent chat")


def test_help_names_it(say):
    text = say("%agent help")
    assert "%agent sessions" in text
    assert "--session ID|TITLE|new" in text
