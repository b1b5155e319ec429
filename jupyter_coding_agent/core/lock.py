"""The lock that says which process owns a data directory. The kernel gives it back when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from .errors import StorageUnavailable


class OwnerLock:
    """Held from construction by `acquire` until `release` or the end of the process.

    `orphaned`: the holder before this one ended without letting go, so that it may have left things behind.
    """

    def __init__(self, fd: int, *, orphaned: bool) -> None:
        self._fd = fd
        self.orphaned = orphaned

    @classmethod
    def acquire(cls, path: Path, engine_id: str, *, wait: bool) -> OwnerLock | None:
        """The lock, or None where another process has it; with `wait`, block until that one has let go.

        Raises StorageUnavailable where the file can't be opened or the file system has no locks.
        """
        while True:
            try:
                fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise StorageUnavailable(f"The lock {path} can't be opened: {error.strerror}.") from error
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                if not _still_there(fd, path):
                    # Someone removed the file meanwhile: a lock on it would guard nothing.
                    os.close(fd)
                    continue
                orphaned = os.fstat(fd).st_size > 0
                os.ftruncate(fd, 0)
                os.pwrite(fd, json.dumps({"pid": os.getpid(), "engine_id": engine_id}).encode(), 0)
            except BlockingIOError:
                os.close(fd)
                return None
            except OSError as error:
                os.close(fd)
                raise StorageUnavailable(f"{path} can't be locked: {error.strerror}.") from error
            return cls(fd, orphaned=orphaned)

    def release(self) -> None:
        """Let the next one have it."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)


def _still_there(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
