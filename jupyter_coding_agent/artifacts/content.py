"""The files of artifacts: staged beside where they are kept, then renamed into place, one per user and content.

::

    <root>/owner                     which data directory this is, where it lies elsewhere
    <root>/incoming/<random>         being written, or left by an engine that was killed
    <root>/<user>/<aa>/<sha256>      kept; `user` is a hash of the user's name

Contents are shared among one user's artifacts only, so that nobody learns from it what another has.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..core.errors import SettingError, StorageFull, StorageUnavailable, TooLarge

MIB = 1024 * 1024
_INCOMING = "incoming"
_OWNER = "owner"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_USER = re.compile(r"u_[0-9a-f]{40}")
_SHARD = re.compile(r"[0-9a-f]{2}")
_CONTENT = re.compile(r"[0-9a-f]{64}")


@contextmanager
def storing() -> Iterator[None]:
    """Maps what the operating system says of a disk to a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "The disk that holds the artifacts is full. Delete some, or free space, and try again."
            ) from error
        raise StorageUnavailable(f"The artifacts' folder can't be used: {error.strerror}.") from error


class Staged:
    """A file that is being written. Nobody sees it before `Contents.keep`."""

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.size = 0
        self._limit = limit
        self._hash = hashlib.sha256()
        with storing():
            self._file = os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb"
            )

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Append. Raises TooLarge, StorageFull, StorageUnavailable."""
        self.size += len(data)
        if self.size > self._limit:
            raise TooLarge(f"A file may have at most {self._limit // MIB} MiB.", field="file")
        self._hash.update(data)
        with storing():
            self._file.write(data)

    def seal(self) -> None:
        """All of it is on the disk when this returns."""
        with storing():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Remove what was written, unless it was kept."""
        # Closing writes what is buffered, and on a full disk can't.
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


class Contents:
    """The folder of one data directory's artifacts. Every method blocks.

    `owner` names the data directory where the folder lies elsewhere; one inside of it needs no mark, and may have
    come from a backup of another.

    Raises StorageFull and StorageUnavailable.
    """

    def __init__(self, root: Path, owner: str | None = None) -> None:
        self.root = root
        self._owner = owner

    def open(self) -> None:
        """Make the folder, private. Raises SettingError where it is another data directory's."""
        with storing():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._mark()
            (self.root / _INCOMING).mkdir(mode=0o700, exist_ok=True)

    def _mark(self) -> None:
        if self._owner is None:
            return
        mark = self.root / _OWNER
        if not mark.exists():
            mark.write_text(self._owner)
        elif mark.read_text() != self._owner:
            raise SettingError(
                f"{self.root} holds the artifacts of another data directory. "
                "Set ArtifactSettings.storage_path to a folder of its own."
            )

    def stage(self, limit: int) -> Staged:
        """A new file, of at most `limit` bytes."""
        return Staged(self.root / _INCOMING / secrets.token_hex(16), limit)

    def path(self, user: str, sha256: str) -> Path:
        """Where a user's content is kept."""
        return self.root / _folder(user) / sha256[:2] / sha256

    def keep(self, user: str, staged: Staged) -> None:
        """Move a sealed file into place; one of the same content takes the place of the one before."""
        target = self.path(user, staged.sha256)
        with storing():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            staged.path.replace(target)
            for folder in (target.parent, target.parent.parent, self.root):
                _sync(folder)

    def is_whole(self, user: str, sha256: str) -> bool:
        """Whether a content is there and as it was kept; reads all of it."""
        try:
            with self.path(user, sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def remove(self, user: str, sha256: str) -> None:
        """Remove a content that no artifact has any more."""
        # Its folders stay: another content may be about to be moved into them.
        with storing():
            self.path(user, sha256).unlink(missing_ok=True)

    def sweep(self, known: Collection[tuple[str, str]]) -> int:
        """Remove what is being written and every content but the `known` (user, sha256); returns how many.

        Only while nothing is uploaded. What does not look like ours stays.
        """
        kept = {(_folder(user), sha256) for user, sha256 in known}
        lost = list((self.root / _INCOMING).iterdir())
        for user in self.root.iterdir():
            if _USER.fullmatch(user.name):
                lost += [path for path in _contents(user) if (user.name, path.name) not in kept]
        for path in lost:
            with suppress(OSError):
                path.unlink()
        self._prune()
        return len(lost)

    def _prune(self) -> None:
        """Remove folders of ours that are empty."""
        for user in self.root.iterdir():
            if _USER.fullmatch(user.name):
                for folder in [*user.iterdir(), user]:
                    with suppress(OSError):
                        folder.rmdir()


def _contents(user: Path) -> Iterator[Path]:
    for shard in user.iterdir():
        if _SHARD.fullmatch(shard.name):
            yield from (path for path in shard.iterdir() if _CONTENT.fullmatch(path.name))


def _folder(user: str) -> str:
    """A name of fixed length in lower case: users' names may be anything, and differ in case only."""
    return f"u_{hashlib.sha256(user.encode(errors='surrogatepass')).hexdigest()[:40]}"


def _sync(folder: Path) -> None:
    """A rename is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
