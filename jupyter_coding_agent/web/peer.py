"""Who is at the other end of a unix socket."""

from __future__ import annotations

import socket
import struct

_UCRED = struct.Struct("3i")


def peer_uid(connection: socket.socket) -> int | None:
    """The user id of the process at the other end; None where the system does not tell it.

    There the modes of the socket and its folder are the only guard.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    _pid, uid, _gid = _UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return int(uid)
