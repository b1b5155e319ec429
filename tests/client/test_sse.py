from __future__ import annotations

from jupyter_coding_agent.client.models import Event
from jupyter_coding_agent.client.sse import events

STREAM = (
    b': stream\n\nid: 3\nevent: code\ndata: {"lines": 2}\n\n'
    b": keep-alive\n\nid: 4\r\nevent: run\r\ndata: {}\r\n\r\n"
)
EXPECTED = [Event(3, "code", {"lines": 2}), Event(4, "run", {})]


def test_events_are_the_same_however_the_bytes_are_cut():
    for size in range(1, len(STREAM) + 1):
        chunks = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
        assert list(events(chunks)) == EXPECTED


def test_an_event_that_is_cut_off_is_not_told():
    assert list(events([STREAM[:-2]])) == EXPECTED[:1]


def test_line_separators_of_unicode_stay_in_the_data():
    assert list(events(['id: 1\nevent: code\ndata: {"x": "a\u2028b"}\n\n'.encode()])) == [
        Event(1, "code", {"x": "a\u2028b"})
    ]
