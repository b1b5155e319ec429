from __future__ import annotations

import json
import struct

import pytest

from jupyter_coding_agent.runner.wire import STDERR, STDOUT, Demultiplexer, FrameDecoder, WireError, encode


def test_frames_survive_any_cutting() -> None:
    frames = [{"t": "ready"}, {"text": "ünïcode 🙂 \ud83d\ude00"}, {"n": [1, 2.5, None]}]
    data = b"".join(map(encode, frames))
    for size in (1, 3, 7, len(data)):
        decoder = FrameDecoder()
        found = [
            frame for start in range(0, len(data), size) for frame in decoder.feed(data[start : start + size])
        ]
        assert found == [json.loads(json.dumps(frame)) for frame in frames]
        assert decoder.noise == 0


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not json",
        b"[1]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\uDC00": 1}',
        b'{"a": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_json_object_is_noise(payload: bytes) -> None:
    decoder = FrameDecoder()
    assert decoder.feed(struct.pack(">I", len(payload)) + payload + encode({"t": "end"})) == [{"t": "end"}]
    assert decoder.noise == 1


def test_a_length_over_the_limit_ends_it() -> None:
    decoder = FrameDecoder(limit=10)
    assert decoder.feed(encode({})) == [{}]
    with pytest.raises(WireError, match="4294967295 bytes"):
        decoder.feed(b"\xff\xff\xff\xff")


def chunk(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", stream, len(data)) + data


def test_demultiplexing_survives_any_cutting() -> None:
    data = chunk(STDOUT, b"one") + chunk(STDERR, b"oops") + chunk(STDOUT, b"") + chunk(STDOUT, b"two")
    for size in (1, 5, len(data)):
        demultiplexer = Demultiplexer()
        found = {STDOUT: b"", STDERR: b""}
        for start in range(0, len(data), size):
            for stream, part in demultiplexer.feed(data[start : start + size]):
                found[stream] += part
        assert found == {STDOUT: b"onetwo", STDERR: b"oops"}
