"""Receipts beside the notebook: where no front end writes them into a cell's metadata.

``.coding-agent/receipts/<hash of the source>.json`` in the notebook's folder holds a list, the newest last, of what
would stand in the metadata (``execution_id``, ``path``, ``role``, ``receipt``), each with the notebook's file name.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..core.digest import source_sha256

FOLDER = Path(".coding-agent", "receipts")
NAME = "notebook_name"
_MOST = 20
_MOST_BYTES = 4 * 1024 * 1024

Mark = dict[str, Any]
"""What a cell's metadata say under ``coding_agent``."""


def keep(folder: Path, notebook_name: str | None, source: str, mark: Mapping[str, Any]) -> Path:
    """Keep what belongs to a cell with this source; returns the file. Raises OSError.

    The file is there wholly or not at all. What was kept for the same notebook is replaced.
    """
    path = _path(folder, source)
    others = [kept for kept in _read(path) if kept.get(NAME) != notebook_name]
    content = json.dumps([*others[1 - _MOST :], {**mark, NAME: notebook_name}], indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        draft.write_text(content, encoding="utf-8")
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    return path


def find(folder: Path, notebook_name: str | None, source: str) -> Mark | None:
    """What is kept for a cell with this source: of this notebook, else of an unnamed one, else the newest.

    What is found in the file is anybody's word; only the receipt in it is signed.
    """
    kept = _read(_path(folder, source))
    for name in (notebook_name, None):
        found = next((one for one in reversed(kept) if one.get(NAME) == name), None)
        if found is not None:
            return found
    return kept[-1] if kept else None


def _path(folder: Path, source: str) -> Path:
    return folder / FOLDER / f"{source_sha256(source)}.json"


def _read(path: Path) -> list[Mark]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return []
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in kept if isinstance(one, dict)] if isinstance(kept, list) else []
