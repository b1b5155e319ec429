"""A file that is made once and never changed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def made_once(path: Path, content: Callable[[], bytes]) -> bytes:
    """What is in the file, made with `content` and mode 0600 where there is none. Raises OSError.

    It is there wholly or not at all, and whoever comes second takes the first one's. What somebody left who was
    killed while making it is removed.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(16)}.part")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb"
        ) as file:
            file.write(content())
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces what another has made meanwhile, who may have removed this draft.
        with suppress(FileExistsError, FileNotFoundError):
            path.hardlink_to(draft)
    # Once the file is there, no draft is of any use, whosever it is.
    made = path.read_bytes()
    for draft in path.parent.glob(f".{path.name}.*.part"):
        draft.unlink(missing_ok=True)
    return made
