"""Unfinished files and folders of backups: who writes one holds its lock, so what a killed process left is known."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_PREFIX, _SUFFIX = ".coding-agent-backup-", ".part"


@contextmanager
def draft_file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file with mode 0600 in `folder`; removed at the end, where another link to it may stay."""
    while True:
        path = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        if _held(fd, path):
            break
        os.close(fd)
    try:
        with os.fdopen(fd, "wb") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def draft_folder() -> Iterator[Path]:
    """A new folder for temporary files with mode 0700; removed with its contents at the end."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX))
        with suppress(FileNotFoundError):
            fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            if _held(fd, path):
                break
            os.close(fd)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(fd)


def left_over(folders: list[Path], *, remove: bool) -> int:
    """How many drafts of this user's lie in `folders` and where temporary files do, and nobody writes them any more."""
    found = {path for folder in {*folders, Path(tempfile.gettempdir())} for path in _drafts(folder)}
    return sum(_is_left(path, remove) for path in found)


def _drafts(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [path for path in folder.iterdir() if path.match(f"{_PREFIX}*{_SUFFIX}")]
    return []


def _is_left(path: Path, remove: bool) -> bool:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        status = os.fstat(fd)
        if status.st_uid != os.geteuid() or not (
            stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        ):
            return False
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if remove:
            shutil.rmtree(path) if stat.S_ISDIR(status.st_mode) else path.unlink()
    except OSError:
        return False  # Its writer holds it, or it can't be told on this file system.
    finally:
        os.close(fd)
    return True


def _held(fd: int, path: Path) -> bool:
    """Whether it is ours now: it may have been removed before it was locked, as nobody held it."""
    with suppress(OSError):
        fcntl.flock(fd, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
