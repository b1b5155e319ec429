"""The receipt in an archive that `%agent zip` has saved, and in whatever else shows one."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.errors import InvalidInput
from .proofs import FILE, Claim, claims, plain, read, unicode
from .words import printable

RECEIPT = "receipt.json"
_MOST_FILES = 2000
_MOST_BYTES = 64 * 1024 * 1024


def claims_in(path: Path) -> list[Claim]:
    """The receipts in a notebook or an archive. Raises InvalidInput where it is neither."""
    if path.is_file() and zipfile.is_zipfile(path):
        return _of_archive(path)
    return claims(read(path), path.parent, path.name)


def _of_archive(path: Path) -> list[Claim]:
    files = _texts(path)
    if RECEIPT not in files:
        return []
    try:
        receipt = json.loads(files[RECEIPT])
    except (ValueError, RecursionError):
        receipt = None
    code = {name: text for name, text in files.items() if name.endswith(".py") and not _tests(name)}
    request: dict[str, Any] = {"receipt": plain(receipt), "files": code or {FILE: ""}}
    if FILE in code:
        # Other Python files may be what it was given to work with.
        request |= {"source": code[FILE], "path": FILE}
    return [Claim(RECEIPT, None, None, None, printable(", ".join(code))[:200], request)]


def _tests(name: str) -> bool:
    file = PurePosixPath(name).name
    return file == "conftest.py" or file.startswith("test_") or file.endswith("_test.py")


def _texts(path: Path) -> dict[str, str]:
    """Path below the archive's one folder → text. What is unpacked is bounded before, and while, it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
                raise InvalidInput(f"{printable(str(path))} is larger than any archive of the agent's.")
            return {
                unicode(member.filename.partition("/")[2]): archive.read(member).decode(errors="replace")
                for member in members
                if member.filename.endswith((".py", RECEIPT))
            }
    # Besides its own error, zipfile raises these for what it can't read: encrypted, cut off, an unknown method.
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise InvalidInput(f"{printable(str(path))} is an archive that can't be read.") from error
