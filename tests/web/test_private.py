"""Who can reach the private socket."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.web.handlers import NotFoundHandler, application
from jupyter_coding_agent.web.peer import peer_uid
from jupyter_coding_agent.web.private import PrivateServer, listen
from jupyter_coding_agent.web.upstream import Refused, connect
from tests.serving import private_client


class SomeoneElses(PrivateServer):
    owner = os.getuid() + 1


@pytest.mark.parametrize(("kind", "answered"), [(PrivateServer, True), (SomeoneElses, False)])
async def test_only_its_own_user_is_answered(tmp_path: Path, kind: type[PrivateServer], answered: bool):
    server = kind(application([], Activity(), NotFoundHandler))
    server.add_sockets([listen(tmp_path / "s")])
    async with private_client(tmp_path / "s") as client:
        if answered:
            assert (await client.get("/")).status_code == 404
        else:
            with pytest.raises(httpx.TransportError):
                await client.get("/")
    server.stop()


def test_the_socket_is_its_owners_alone(tmp_path: Path):
    path = tmp_path / "new" / "s"
    with listen(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_socket_that_cannot_be_made_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="can't be made"):
        listen(tmp_path / "file" / "s")


def test_the_other_ends_user_is_known():
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_uid(one) == os.getuid()


async def test_where_nobody_listens_nothing_is_sent(tmp_path: Path):
    with pytest.raises(Refused):
        await connect(tmp_path / "missing")
    listen(tmp_path / "stale").close()
    with pytest.raises(Refused):
        await connect(tmp_path / "stale")
    with listen(tmp_path / "live"):
        stream = await connect(tmp_path / "live")
        stream.close()
    await asyncio.sleep(0)
