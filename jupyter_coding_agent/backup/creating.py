"""The data directory into one archive."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import IO

from .. import __version__
from ..artifacts.content import Contents
from ..core.clock import iso, now
from ..core.errors import InvalidInput, NotFound, StorageUnavailable
from ..storage import snapshot
from ..storage.drafts import draft_file, draft_folder, left_over
from .parts import ARTIFACTS, DATABASE, FOLDERS, KEYS, MANIFEST, Manifest, Member, Places

_ATTEMPTS = 5
_PASSING = (f"{ARTIFACTS}/incoming/", f"{ARTIFACTS}/owner")
"""What is being written, and the mark of the data directory: neither means anything in another one."""


def create(data: Path, target: Path, *, elsewhere: Path | None = None) -> Manifest:
    """Write everything but the keys to `target`, which appears when it is whole. What a killed backup left there goes.

    The database is copied first, then the files, which are there before their rows and go after them. Where an
    artifact of the copy is deleted meanwhile, all is done again, so that database and files belong together.

    `elsewhere` is where the artifacts lie if not in the data directory.

    Raises:
        NotFound: there is nothing to back up.
        InvalidInput: `target` exists, or lies where the backup would contain itself.
        StorageUnavailable: the database is damaged, or the archive can't be written.
    """
    if not (data / DATABASE).exists():
        raise NotFound(f"There is nothing to back up in {data}.")
    places = Places(data, elsewhere)
    _check(places, target)
    for attempt in range(1, _ATTEMPTS + 1):
        with draft_folder() as folder:
            copied = folder / DATABASE
            snapshot.take(data / DATABASE, copied)
            # What is missing again and again was not deleted just now.
            bearable = attempt == _ATTEMPTS
            with suppress(_Deleted):
                return _write(target, [(DATABASE, copied), *_files(places, FOLDERS)], _kept(copied), bearable)
    raise AssertionError("the last attempt bears everything")


def create_keys(data: Path, target: Path) -> Manifest:
    """Write the keys, which sign receipts, to a file of their own with mode 0600. Raises as `create` does."""
    places = Places(data)
    _check(places, target)
    files = list(_files(places, [KEYS]))
    if not files:
        raise NotFound(f"There are no keys in {data}.")
    return _write(target, files)


class _Deleted(Exception):
    """An artifact was deleted between the copy of its row and the copy of its file."""


def _kept(database: Path) -> set[str]:
    """Where the archive must have the files of the artifacts that the copied database has."""
    contents = Contents(Path(ARTIFACTS))
    return {contents.path(user, sha256).as_posix() for user, sha256 in snapshot.artifacts(database)}


def _check(places: Places, target: Path) -> None:
    if target.exists():
        raise InvalidInput(f"{target} exists already. Name another file.", field="target")
    if not target.parent.is_dir():
        raise InvalidInput(f"There is no folder {target.parent}.", field="target")
    if any(target.resolve().is_relative_to(places.of(part).resolve()) for part in (*FOLDERS, KEYS)):
        raise InvalidInput(f"{target} lies in a folder that is backed up. Name another.", field="target")


def _files(places: Places, parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Regular files only: what a link points to is not ours to take along."""
    for part in parts:
        root = places.of(part)
        for path in sorted(root.rglob("*")):
            name = f"{part}/{path.relative_to(root).as_posix()}"
            if path.is_file() and not path.is_symlink() and not name.startswith(_PASSING):
                yield name, path


def _write(
    target: Path, files: Iterable[tuple[str, Path]], needed: Set[str] = frozenset(), bearable: bool = False
) -> Manifest:
    left_over([target.parent], remove=True)
    try:
        with draft_file(target.parent) as (draft, out):
            manifest = _pack(out, files, needed, bearable)
            out.flush()
            os.fsync(out.fileno())
            # A name that appeared meanwhile is not replaced.
            target.hardlink_to(draft)
    except FileExistsError as error:
        raise InvalidInput(f"{target} exists already. Name another file.", field="target") from error
    except OSError as error:
        raise StorageUnavailable(f"The backup {target} can't be written: {error.strerror}.") from error
    return manifest


def _pack(out: IO[bytes], files: Iterable[tuple[str, Path]], needed: Set[str], bearable: bool) -> Manifest:
    members: dict[str, Member] = {}
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for name, path in files:
            try:
                source = path.open("rb")
            except FileNotFoundError:
                continue  # Removed since the database was copied.
            with source:
                members[name] = _add(archive, name, source)
        missing = needed - members.keys()
        if missing and not bearable:
            raise _Deleted
        manifest = Manifest(version=__version__, created_at=iso(now()), files=members, missing=len(missing))
        text = manifest.model_dump_json(indent=1).encode()
        archive.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
    return manifest


def _add(archive: tarfile.TarFile, name: str, source: IO[bytes]) -> Member:
    size = os.fstat(source.fileno()).st_size
    hashing = _Hashing(source)
    archive.addfile(_entry(name, size), hashing)
    return Member(size=size, sha256=hashing.digest.hexdigest())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Hashing(io.RawIOBase):
    """Hashes what is read through it, so that the hash is of exactly the bytes in the archive."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data
