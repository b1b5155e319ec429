"""The private unix socket: listened on at once, served when there is someone to serve."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from ..core.errors import StorageUnavailable
from .peer import peer_uid

BACKLOG = 128


def listen(path: Path) -> socket.socket:
    """A listening socket that only its owner can reach. Only for whoever owns the data directory.

    What a dead engine left at `path` is removed. Raises StorageUnavailable.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_private(path.parent)
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Before anybody can connect: the mode is the socket's own until it listens.
        listener.bind(os.fspath(path))
        path.chmod(0o600)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        raise StorageUnavailable(f"The engine's socket {path} can't be made: {error.strerror}.") from error
    return listener


def _check_private(folder: Path) -> None:
    status = folder.stat()
    if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StorageUnavailable(
            f"Others can write in {folder}, so the engine's socket would not be safe there. "
            "Make it yours alone (chmod 700), or set another data directory."
        )


class PrivateServer(HTTPServer):
    """Serves connections of its own user's processes only."""

    owner = os.getuid()

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Refuse whoever got past the socket's mode."""
        if peer_uid(stream.socket) not in (None, self.owner):
            stream.close()
            return
        super().handle_stream(stream, address)
