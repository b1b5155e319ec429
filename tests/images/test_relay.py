"""Only well-formed, capped messages reach the host."""

from __future__ import annotations

import base64
import json

import pytest
from agent_sandbox import relay

REPORT = {
    "t": "report",
    "id": "test_a.py::test_a",
    "outcome": "passed",
    "duration_ms": 1.5,
    "message": "",
    "traceback": "",
    "locals": {},
    "answers": [],
}


class Host:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict] = []
        self.lines = relay.Lines(self.sent.append, {"solution.py"})

    def tell(self, *messages: object) -> Host:
        for message in messages:
            line = message if isinstance(message, bytes) else json.dumps(message).encode()
            self.lines.feed(line + b"\n")
        return self


def test_a_report_passes_through() -> None:
    assert Host().tell(REPORT).sent == [REPORT]


def test_lines_may_come_in_pieces() -> None:
    host = Host()
    for byte in json.dumps(REPORT).encode() + b"\n":
        host.lines.feed(bytes([byte]))
    assert host.sent == [REPORT]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"[" * 100_000,
        [],
        {},
        {"t": "_line"},
        {"t": 5},
        {"t": "exit", "reason": "finished"},
        {**REPORT, "outcome": "wonderful"},
        {**REPORT, "id": 5},
        {**REPORT, "locals": []},
        {**REPORT, "answers": [5]},
        {**REPORT, "message": None},
        {"t": "lines", "path": "other.py", "lines": [1]},
        {"t": "effect", "kind": "magic", "target": "x", "path": None, "line": None},
        {"t": "collected", "ids": [5]},
    ],
)
def test_what_is_not_as_agreed_is_dropped(message: object) -> None:
    assert Host().tell(message).sent == []


def test_values_are_cut_and_cleaned() -> None:
    odd = {**REPORT, "id": "\ud800" + "x" * 5000, "duration_ms": float("nan"), "message": "m" * 5000}
    (sent,) = Host().tell(odd).sent
    assert sent["id"].startswith("?x") and len(sent["id"]) == 1000
    assert sent["duration_ms"] == 0.0
    assert len(sent["message"]) == 1000


def test_executed_lines_are_sorted_numbers() -> None:
    host = Host().tell({"t": "lines", "path": "solution.py", "lines": [3, 1, 1, "x", -1, True]})
    assert host.sent == [{"t": "lines", "path": "solution.py", "lines": [1, 3]}]


def test_a_line_that_is_too_long_is_skipped_and_the_next_is_read() -> None:
    host = Host()
    for _ in range(6):
        host.lines.feed(b"x" * 1_000_000)
    assert host.tell(b"", REPORT).sent == [REPORT]


def test_too_much_in_all_is_ignored() -> None:
    host = Host().tell(*[b"x" * 1_000_000] * 40, REPORT)
    assert host.sent == []


def test_collection_errors_are_told_even_when_collection_did_not_end() -> None:
    host = Host().tell({"t": "collection_error", "text": "broken"})
    host.lines.finish()
    assert host.sent == [{"t": "collected", "ids": [], "errors": ["broken"]}]


def test_done_carries_the_status() -> None:
    assert Host().tell({"t": "done", "status": 1}).lines.status == 1
    assert Host().tell({"t": "done", "status": "1"}).lines.status is None


def test_output_is_capped_and_counted() -> None:
    sent: list[dict] = []
    stream = relay.Stream("stdout", sent.append, {"output_bytes": 5, "output_kill_bytes": 20})
    for _ in range(3):
        stream.feed(b"abcd")
    assert b"".join(base64.b64decode(frame["data"]) for frame in sent) == b"abcda"
    assert (stream.dropped, stream.over) == (7, False)
    stream.feed(b"x" * 9)
    assert stream.over
