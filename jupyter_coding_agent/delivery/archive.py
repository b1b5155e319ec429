"""A ZIP archive whose bytes depend on its content alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from ..core.errors import TooLarge

MAX_BYTES = 50 * 1024 * 1024
"""Of all files together, before compression."""

# The earliest time that the format knows: when it was packed is nobody's business.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3


def pack(files: Mapping[str, str | bytes], folder: str) -> bytes:
    """The files (relative POSIX path → content) below `folder`, sorted by path.

    Stored and not compressed: what a compressor makes of the same bytes changes with its version.

    Raises:
        TooLarge: over 50 MiB.
    """
    contents = {
        f"{folder}/{path}": content.encode() if isinstance(content, str) else content
        for path, content in files.items()
    }
    if sum(map(len, contents.values())) > MAX_BYTES:
        raise TooLarge(f"The files have more than {MAX_BYTES // 1024**2} MiB together.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(contents):
            info = zipfile.ZipInfo(path, _TIME)
            info.create_system, info.external_attr = _UNIX, _MODE
            archive.writestr(info, contents[path])
    return packed.getvalue()
