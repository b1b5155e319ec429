"""A folder that comes as a ZIP: unpacked wholly, or refused with the name of the entry that is why.

Nothing of the archive's own words is believed: names are checked and made safe, sizes are counted, and only plain
files are written, each to a place that its name has no part in.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import IO

from ..core.errors import TooLarge, Unprocessable
from .content import MIB, Staged
from .names import MAX_PATH_BYTES, Paths, safe_path
from .receiving import Received

MAX_ENTRIES = 1000
MAX_DEPTH = 10
MAX_RATIO = 200
# What is small can't do harm, and a few repeated bytes are packed well.
_RATIO_FROM_BYTES = 1 * MIB
_DIRECTORY_BYTES = 2 * MIB
_PIECE_BYTES = 64 * 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for bytes that are not as they must be; NotImplementedError for a later version of the format.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def unpack(
    archives: Sequence[Received], stage: Callable[[], Staged], entries: list[Received], max_bytes: int
) -> None:
    """Append the archives' files to `entries`, sealed; those that are there when it raises are the caller's to drop.

    Raises Unprocessable and TooLarge, naming the entry.
    """
    paths = Paths()
    left = max_bytes
    for archive in archives:
        with archive.staged.path.open("rb") as raw:
            left = _Bundle(archive.name, raw, paths).unpack(stage, entries, left, max_bytes)
    if not entries:
        raise Unprocessable("The ZIP has no files in it.", field="unpack")


class _Bundle:
    def __init__(self, name: str, raw: IO[bytes], paths: Paths) -> None:
        self._name = name
        self._raw = raw
        self._paths = paths

    def unpack(self, stage: Callable[[], Staged], entries: list[Received], left: int, max_bytes: int) -> int:
        """Returns how many of `left` bytes are left."""
        try:
            opened = _Bounded(self._raw)
            with zipfile.ZipFile(opened) as archive:
                opened.limit = None
                files = self._checked(archive.infolist(), left, max_bytes)
                for info, path in files:
                    received = Received(path, stage())
                    entries.append(received)
                    self._copy(archive, info, received.staged)
                return left - sum(info.file_size for info, _ in files)
        except _BROKEN as error:
            raise Unprocessable(
                f"{self._name} is not a ZIP that can be read: {error}.", field="file"
            ) from error

    def _checked(
        self, infos: list[zipfile.ZipInfo], left: int, max_bytes: int
    ) -> list[tuple[zipfile.ZipInfo, str]]:
        if len(infos) > MAX_ENTRIES:
            raise TooLarge(
                f"{self._name} has {len(infos)} entries: at most {MAX_ENTRIES} are unpacked.", field="file"
            )
        files = []
        for info in infos:
            path = self._path(info)
            left -= info.file_size
            if left < 0:
                raise TooLarge(
                    f"{self._name}: with {_shown(info)} it unpacks to more than {max_bytes // MIB} MiB.",
                    field="file",
                )
            if not info.is_dir():
                files.append((info, path))
        return files

    def _path(self, info: zipfile.ZipInfo) -> str:
        """The entry's safe path. Raises Unprocessable."""
        if why := _refusal(info):
            raise self._refused(info, why)
        path = safe_path(info.orig_filename.rstrip("/"))
        if len(path.encode()) > MAX_PATH_BYTES:
            raise self._refused(info, f"its path is longer than {MAX_PATH_BYTES} bytes")
        if why := self._paths.add(path, info.orig_filename, folder=info.is_dir()):
            raise self._refused(info, why)
        return path

    def _copy(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, staged: Staged) -> None:
        try:
            with archive.open(info) as source:
                # Ends at the size that the archive names, which was counted: more is never unpacked.
                while piece := source.read(_PIECE_BYTES):
                    staged.write(piece)
        except _BROKEN as error:
            raise self._refused(info, f"it can't be unpacked ({error})") from error
        if staged.size != info.file_size:
            raise self._refused(info, "it is not as large as the archive says")
        staged.seal()

    def _refused(self, info: zipfile.ZipInfo, why: str) -> Unprocessable:
        return Unprocessable(
            f"{self._name}: {_shown(info)} is refused: {why}. Nothing was kept.", field="file"
        )


class _Bounded(io.RawIOBase):
    """A file that doesn't hand out more at once than a table of contents may have, until `limit` is None.

    zipfile reads the whole table, whatever size the archive claims it has.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.limit: int | None = _DIRECTORY_BYTES

    def read(self, size: int | None = -1) -> bytes:
        wanted = -1 if size is None else size
        if self.limit is not None and (wanted < 0 or wanted > self.limit):
            data = self._raw.read(self.limit + 1)
            if len(data) > self.limit:
                raise TooLarge(f"The ZIP has more than {MAX_ENTRIES} entries.", field="file")
            return data
        return self._raw.read(wanted)

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile("it points before its beginning")
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why an entry is not unpacked, in words; empty where it may be."""
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not name.strip("/") or any(ord(character) < 32 for character in name):
        return "its name is empty or holds a control character"
    if "\\" in name:
        return "its name holds a backslash"
    if name.startswith("/") or _DRIVE.match(name):
        return "its path is absolute"
    if ".." in parts:
        return "its path leaves the folder by '..'"
    if "" in parts or "." in parts:
        return "its path has an empty or '.' part"
    if len(parts) > MAX_DEPTH:
        return f"it is more than {MAX_DEPTH} folders deep"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if kind == stat.S_IFLNK:
        return "it is a symbolic link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > info.is_dir():
        return "it is not a plain file"
    if info.compress_type not in _METHODS:
        return "it is packed by another method than deflate"
    if info.is_dir() and info.file_size:
        return "it is a folder with content"
    if info.file_size > _RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"it unpacks to more than {MAX_RATIO} times its size"
    return ""


def _shown(info: zipfile.ZipInfo) -> str:
    return ascii(info.orig_filename[:120])
