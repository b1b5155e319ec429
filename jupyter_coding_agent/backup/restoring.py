"""An archive back into a data directory."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from ..core.clock import iso, new_id, now
from ..core.errors import Conflict, InvalidInput, StorageUnavailable
from ..core.lock import OwnerLock
from ..core.paths import lock_path, restoring_path
from ..storage import snapshot
from .parts import DATABASE, FOLDERS, FORMAT, KEYS, MANIFEST, Manifest, Places

CHUNK = 1024 * 1024
MAX_MANIFEST = 256 * 1024 * 1024
_BESIDE_THE_DATABASE = (f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")


@dataclass(frozen=True)
class Restored:
    """What was done."""

    manifest: Manifest
    aside: Path | None
    """Where what was there before is kept."""


def restore(
    data: Path,
    source: Path,
    *,
    keys: Path | None = None,
    replace: bool = False,
    elsewhere: Path | None = None,
) -> Restored:
    """Put a backup in place of what is there, which is kept in the data directory in ``replaced-…``.

    `elsewhere` is where the artifacts go if not into the data directory.

    All is unpacked and examined before anything is moved. Killed in the middle of moving, no engine starts until a
    restore has ended well.

    Raises:
        Conflict: an engine uses the data directory, or there is data and `replace` is not set.
        InvalidInput: `source` or `keys` is no backup, or was cut off or changed.
        StorageUnavailable: the database in it is damaged or newer, or the disk is full.
    """
    places = Places(data, elsewhere)
    with _writing(data), _alone(data):
        if _occupied(places) and not replace and not restoring_path(data).exists():
            raise Conflict(f"There is data in {data}. To put it aside and go on, say --replace.")
        unpacked = data / ".unpacking"
        try:
            shutil.rmtree(unpacked, ignore_errors=True)
            manifest = _unpack(source, unpacked, (DATABASE, *FOLDERS))
            snapshot.examine(unpacked / DATABASE)
            if keys is not None:
                _unpack(keys, unpacked, (KEYS,))
            aside = _exchange(places, unpacked)
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    return Restored(manifest, aside)


@contextmanager
def _writing(data: Path) -> Iterator[None]:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except OSError as error:
        raise StorageUnavailable(f"{data} can't be written: {error.strerror or error}.") from error


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    lock = OwnerLock.acquire(lock_path(data), new_id("eng"), wait=False)
    if lock is None:
        raise Conflict(f"An engine uses {data}. End its Jupyter servers and engines (see engine.lock) first.")
    try:
        yield
    finally:
        lock.release()


def _occupied(places: Places) -> bool:
    return any(places.of(part).exists() for part in (DATABASE, *FOLDERS))


def _unpack(source: Path, target: Path, parts: tuple[str, ...]) -> Manifest:
    """Every file below `target`, as the manifest says. Raises InvalidInput."""
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, "r:gz") as archive:
            for entry in archive:
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is None:
                    raise InvalidInput(f"{source} has an entry that is no file: {entry.name!r}.")
                if entry.name == MANIFEST:
                    manifest = Manifest.model_validate_json(content.read(MAX_MANIFEST))
                else:
                    found[entry.name] = _copy(content, target / _safe(entry.name, parts, source))
    except FileNotFoundError as error:
        raise InvalidInput(f"There is no file {source}.") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValidationError) as error:
        raise InvalidInput(f"{source} is no backup, or was cut off.") from error
    if manifest is None or manifest.format != FORMAT:
        raise InvalidInput(f"{source} is no backup that this version can read, or was cut off.")
    if found != {name: (member.size, member.sha256) for name, member in manifest.files.items()}:
        raise InvalidInput(
            f"{source} was changed since it was made: its files are not those of its manifest."
        )
    if parts[0] == DATABASE and DATABASE not in found:
        raise InvalidInput(f"{source} is a backup of keys only. Give it with --keys.")
    return manifest


def _safe(name: str, parts: tuple[str, ...], source: Path) -> Path:
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] not in parts:
        raise InvalidInput(f"{source} has an entry that doesn't belong to it: {name!r}.")
    return path


def _copy(content: IO[bytes], target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _exchange(places: Places, unpacked: Path) -> Path | None:
    """Move aside what is there, then what was unpacked into its place; from the first move on, marked."""
    data = places.data
    restoring_path(data).touch()
    _sync(data)
    aside = data / f"replaced-{iso(now()).replace(':', '')}"
    parts = [DATABASE, *_BESIDE_THE_DATABASE, *FOLDERS]
    if (unpacked / KEYS).exists():
        parts.append(KEYS)
    for part in parts:
        if places.of(part).exists():
            aside.mkdir(exist_ok=True, mode=0o700)
            shutil.move(places.of(part), aside / part)
    for part in parts:
        if (unpacked / part).exists():
            shutil.move(unpacked / part, places.of(part))
    _sync(data)
    restoring_path(data).unlink()
    return aside if aside.exists() else None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
