"""What a model is told of a conversation."""

from __future__ import annotations

from itertools import count

import pytest

from jupyter_coding_agent.agents.conversation.fencing import tokens
from jupyter_coding_agent.core.errors import Conflict
from jupyter_coding_agent.sessions.composing import compose
from jupyter_coding_agent.sessions.models import MessageView
from jupyter_coding_agent.sessions.pins import check_pins, size

_numbers = count()


def said(role: str, text: str, execution: str | None = None, **fields) -> MessageView:
    given = {"files": {}, "pinned": False, "status": None, "created_at": "", "execution_id": execution}
    return MessageView(message_id=f"m{next(_numbers)}", role=role, text=text, **{**given, **fields})


def turn(number: int, text: str = "word " * 30) -> list[MessageView]:
    name = f"exe_{number}"
    answer = said("assistant", "Five lines. " * 20, name, status="passed", files={"a.py": f"# {number}"})
    return [said("user", f"Request {number}: {text}", name), answer]


def test_a_short_conversation_is_told_whole_and_in_order():
    note = said("system", "We use polars.")
    told = compose([*turn(1, "sort"), note, *turn(2, "faster")], 4000)
    lines = told.text.split("\n\n")
    assert [line.split(":")[0] for line in lines] == [
        "User",
        "Agent (passed)",
        "Note",
        "User",
        "Agent (passed)",
    ]
    assert lines[0] == "User: Request 1: sort"
    assert lines[2] == "Note: We use polars."
    assert (told.files, told.status) == ({"a.py": "# 2"}, "passed")


def test_older_turns_are_a_line_with_the_request_and_the_outcome():
    told = compose([message for n in range(8) for message in turn(n, "word " * 50)], 1000)
    assert tokens(told.text) <= 1000
    lines = told.text.split("\n\n")
    assert lines[0].startswith("User: Request 0: word word")
    assert lines[0].endswith("… → passed")
    assert lines[-1].endswith("Five lines.")
    assert "left out" not in told.text


def test_what_does_not_even_fit_as_a_line_is_counted():
    told = compose([message for n in range(100) for message in turn(n)], 500)
    assert tokens(told.text) <= 520
    first, *_ = told.text.split("\n\n")
    assert first.endswith("older turns are left out.)")
    omitted = int(first[1:].split()[0])
    assert f"Request {omitted}:" in told.text
    assert f"Request {omitted - 1}:" not in told.text


@pytest.mark.parametrize("piece", ["word ", "漢", "(", "x"])
@pytest.mark.parametrize("budget", [200, 4000])
def test_the_budget_holds_for_any_text(piece: str, budget: int):
    messages = [message for n in range(30) for message in turn(n, piece * 20_000)]
    assert tokens(compose(messages, budget).text) <= budget + 20


def test_what_is_pinned_stays_whole_however_old():
    rule = "Never use pandas: " + "because " * 60
    messages = [said("user", rule, pinned=True), *[m for n in range(100) for m in turn(n)]]
    told = compose(messages, 500)
    assert f"User: {rule.strip()}" in told.text
    assert "left out" in told.text
    assert tokens(told.text) <= 520


def test_a_long_message_that_is_new_is_shortened_and_not_lost():
    told = compose([said("user", "begin " + "x" * 50_000 + " end")], 1000)
    assert "characters left out" in told.text
    assert told.text.startswith("User: begin")
    assert told.text.endswith("end")


def test_what_belongs_to_the_request_itself_is_not_told_again():
    told = compose([*turn(1), said("user", "now", "exe_now")], 4000, without="exe_now")
    assert "now" not in told.text
    assert compose([said("user", "now", "exe_now")], 4000, without="exe_now").text == ""


def test_answers_that_were_imported_belong_to_the_message_before():
    old = [said("user", "sort a list"), said("assistant", "Done. " * 60, status="passed")]
    told = compose([*old, *[m for n in range(3) for m in turn(n)]], 450)
    assert told.text.split("\n\n")[0] == "User: sort a list → passed"


def test_the_last_result_is_the_latest_with_code():
    failed = said("assistant", "No.", "exe_9", status="failed")
    told = compose([*turn(1), said("user", "more", "exe_9"), failed], 4000)
    assert told.files == {"a.py": "# 1"}


def test_control_characters_do_not_reach_a_model():
    assert compose([said("user", "a\x1b[31m\x00b\r\nc")], 1000).text == "User: ab\nc"


def test_as_much_may_be_pinned_as_can_be_told():
    text = "word " * 100
    check_pins([text, text], 2 * size(text))
    with pytest.raises(Conflict, match="Unpin another one") as refused:
        check_pins([text, text], 2 * size(text) - 1)
    assert refused.value.field == "pinned"
