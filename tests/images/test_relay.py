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
FINDING = {"t": "data_finding", "kind": "row_count", "message": "m", "path": "solution.py", "line": 4}


MUTANT = {
    "t": "mutant",
    "number": 3,
    "failed": ["test_a.py::test_a"],
    "message": "AssertionError",
    "answers": {"test_b.py::test_b": ['{"int":"5"}']},
    "steps": 17,
    "cut": False,
    "died": True,
    "outputs": "0" * 64,
    "duration_ms": 2.5,
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


def test_a_mutant_passes_through() -> None:
    assert Host().tell(MUTANT).sent == [MUTANT]


def test_a_mutant_is_cut_and_cleaned() -> None:
    odd = {**MUTANT, "failed": ["x" * 5000] * 50, "cut": 1, "died": "yes", "outputs": "f" * 500}
    (sent,) = Host().tell(odd).sent
    assert [len(name) for name in sent["failed"]] == [1000] * 20
    assert (sent["cut"], sent["died"], len(sent["outputs"])) == (False, False, 64)


def test_findings_about_data_pass_through_up_to_a_number() -> None:
    assert Host().tell(FINDING).sent == [FINDING]
    long = {**FINDING, "message": "m" * 5000}
    sent = Host().tell(*[long] * 100).sent
    assert len(sent) == relay.MAX_DATA_FINDINGS
    assert len(sent[0]["message"]) == 300


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
        {**MUTANT, "number": -1},
        {**MUTANT, "number": True},
        {**MUTANT, "steps": 1.5},
        {**MUTANT, "failed": [5]},
        {**MUTANT, "answers": []},
        {**MUTANT, "answers": {"a": [5]}},
        {**MUTANT, "outputs": None},
        # Only the children of a challenge may say this.
        {"t": "observed", "steps": 1, "outputs": ""},
        {"t": "cut"},
        {**FINDING, "kind": "magic"},
        {**FINDING, "kind": ["row_count"]},
        {**FINDING, "path": "/etc/passwd"},
        {**FINDING, "path": None},
        {**FINDING, "line": 0},
        {**FINDING, "line": True},
        {**FINDING, "message": 5},
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


CELL = {
    "t": "cell_ends",
    "number": 2,
    "error": {"type": "NameError", "message": "m", "traceback": "t", "line": 3, "missing": "x"},
    "stdout": "out",
    "stdout_cut": True,
    "left_out": ["%pip install a"],
    "duration_ms": 1.5,
}


def test_a_notebooks_cells_pass_through() -> None:
    begins = {"t": "cell_begins", "number": 2}
    ran = CELL | {"error": None}
    assert Host().tell(begins, CELL, ran).sent == [begins, CELL, ran]


def test_what_is_said_of_a_cell_is_cut_and_cleaned() -> None:
    long = CELL | {"stdout": "x" * 10_000, "left_out": ["y" * 1000] * 50, "stdout_cut": "yes"}
    (sent,) = Host().tell(long).sent
    assert (len(sent["stdout"]), len(sent["left_out"]), len(sent["left_out"][0])) == (4000, 20, 200)
    assert sent["stdout_cut"] is False
    wrong = [CELL | {"number": -1}, CELL | {"number": True}, CELL | {"error": {}}, CELL | {"stdout": None}]
    assert Host().tell(*wrong, {"t": "cell_begins", "number": "0"}).sent == []
