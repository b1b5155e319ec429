"""Files that the user names."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..core.errors import InvalidInput


def save(content: bytes, path: Path) -> None:
    """Never over something that is there, and no part of it where the disk is full."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise InvalidInput(f"{path} is there already: name another file.") from None
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise InvalidInput(f"{path} can't be written: {error.strerror}.") from error
