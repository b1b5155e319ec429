from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from jupyter_coding_agent.runner.backends.docker_stream import AttachedChannel
from jupyter_coding_agent.runner.wire import STDERR, STDOUT, WireError, encode


class Wire:
    """A channel and the engine's end of its socket."""

    def __init__(self, channel: AttachedChannel, engine: socket.socket) -> None:
        self.channel = channel
        self.engine = engine

    async def say(self, data: bytes, stream: int = STDOUT) -> None:
        chunk = struct.pack(">BxxxI", stream, len(data)) + data
        await asyncio.get_running_loop().sock_sendall(self.engine, chunk)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    ours, engine = socket.socketpair()
    engine.setblocking(False)
    channel = await AttachedChannel.over(ours)
    yield Wire(channel, engine)
    channel.close()
    engine.close()


async def test_both_directions(wire: Wire) -> None:
    await wire.channel.send({"op": "run"})
    assert await asyncio.get_running_loop().sock_recv(wire.engine, 100) == encode({"op": "run"})
    data = encode({"t": "ready"}) + encode({"t": "end"})
    await wire.say(data[:9])
    await wire.say(b"warning", STDERR)
    await wire.say(data[9:])
    assert [await wire.channel.receive(), await wire.channel.receive()] == [{"t": "ready"}, {"t": "end"}]
    assert wire.channel.diagnostics() == "warning"
    assert wire.channel.received_bytes == len(data) + 7 + 3 * 8


async def test_the_end(wire: Wire) -> None:
    await wire.say(encode({"t": "last"}))
    wire.engine.close()
    await wire.channel.closed
    assert await wire.channel.receive() == {"t": "last"}
    assert await wire.channel.receive() is None
    with pytest.raises(ConnectionError):
        await wire.channel.send({})


async def test_noise_and_a_broken_wire(wire: Wire) -> None:
    await wire.say(struct.pack(">I", 3) + b"{{{" + encode({"t": "good"}))
    assert await wire.channel.receive() == {"t": "good"}
    assert wire.channel.noise == 1
    await wire.say(b"\xff\xff\xff\xff")
    with pytest.raises(WireError):
        await wire.channel.receive()
    await wire.channel.closed


async def test_only_the_end_of_stderr_is_kept(wire: Wire) -> None:
    await wire.say(b"a" * 20_000 + b"end", STDERR)
    wire.engine.close()
    await wire.channel.closed
    assert len(wire.channel.diagnostics()) == 8192
    assert wire.channel.diagnostics().endswith("aend")


async def test_what_is_not_read_is_not_taken_without_end(wire: Wire) -> None:
    frame = encode({"text": "x" * (1 << 20)})
    sending = asyncio.ensure_future(_repeat(wire, frame, 64))
    done, _ = await asyncio.wait([sending], timeout=0.5)
    assert not done
    taken = wire.channel.received_bytes
    assert taken < 16 << 20
    for _ in range(64):
        assert await wire.channel.receive() == {"text": "x" * (1 << 20)}
    await sending


async def _repeat(wire: Wire, data: bytes, times: int) -> None:
    for _ in range(times):
        await wire.say(data)


async def test_sending_waits_for_a_container_that_does_not_read(wire: Wire) -> None:
    sending = asyncio.ensure_future(wire.channel.send({"data": "x" * (8 << 20)}))
    done, _ = await asyncio.wait([sending], timeout=0.2)
    assert not done
    wire.channel.close()
    await sending
