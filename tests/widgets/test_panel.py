"""The kernel's side of a panel: what it tells the page, and what the page may ask."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from jupyter_coding_agent.client.models import Event
from jupyter_coding_agent.core.errors import Conflict, InvalidInput
from jupyter_coding_agent.widgets.panel import VIEW, Panel


class Heard(Panel):
    """Keeps what it would send to the page."""

    def __init__(self, *given: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answered = threading.Event()
        super().__init__(*given)

    def send(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.sent.append(content)
        self.answered.set()

    def asks(self, content: Any) -> list[dict[str, Any]]:
        self._asked(self, content, None)
        assert self.answered.wait(10)
        return self.sent


def test_a_bundle_names_the_model_and_events_are_told_without_what_is_not_shown():
    panel = Panel("progress", {"execution_id": "exe_1"})
    assert panel.view[VIEW]["model_id"] == panel.model_id
    panel.tell(Event(3, "diff", {"attempt": 1, "unified_diff": "long", "execution_id": "exe_1"}))
    assert panel.get_state()["events"] == [
        {"id": 3, "kind": "diff", "data": {"attempt": 1, "execution_id": "exe_1"}, "of": "exe_1"}
    ]


def test_what_takes_long_is_done_in_a_thread_and_answered_by_its_number():
    where = []
    answers = {"diff": lambda question: lambda: where.append(threading.current_thread()) or question["from"]}
    assert Heard("diff", {}, answers).asks({"number": 4, "ask": "diff", "from": 1}) == [
        {"to": 4, "answer": 1}
    ]
    assert where != [threading.main_thread()]


def refuse(_question: Any) -> Any:
    raise InvalidInput("Say which.")


def fail() -> Any:
    raise Conflict("It has ended.")


def break_() -> Any:
    raise RuntimeError("/home/ada/secret")


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        ("refuse", "Say which."),
        ("fail", "It has ended."),
        ("break", "This failed; the kernel's log has the details."),
        ("other", "There is no such question."),
    ],
)
def test_what_goes_wrong_is_a_sentence(ask: str, sentence: str):
    answers = {"refuse": refuse, "fail": lambda _: fail, "break": lambda _: break_}
    assert Heard("chat", {}, answers).asks({"number": 1, "ask": ask}) == [{"to": 1, "error": sentence}]


@pytest.mark.parametrize("content", [None, [], {"ask": "diff"}, {"number": "1", "ask": "diff"}])
def test_what_is_no_question_is_not_answered(content: Any):
    panel = Heard("diff", {}, {"diff": refuse})
    panel._asked(panel, content, None)
    assert panel.sent == []
