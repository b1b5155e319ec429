"""Unified diffs between two versions of a solution."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from pydantic import BaseModel

_NO_NEWLINE = "\\ No newline at end of file\n"


class Changes(BaseModel):
    """What a diff amounts to, in files and lines."""

    files: int
    added: int
    removed: int


def unified(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The unified diff between two sets of files, in the form that ``git apply`` reads.

    A file that only one side has is compared with ``/dev/null``. Equal sets give the empty string.
    """
    return "".join(
        _file_diff(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    )


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """How many files differ, and how many lines were added and removed in them."""
    differing = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    added = removed = 0
    for path in differing:
        # Past the two header lines every line's first character says what it is.
        for line in _file_diff(path, before.get(path), after.get(path)).splitlines()[2:]:
            added += line.startswith("+")
            removed += line.startswith("-")
    return Changes(files=len(differing), added=added, removed=removed)


def _file_diff(path: str, old: str | None, new: str | None) -> str:
    lines = difflib.unified_diff(
        _lines(old or ""),
        _lines(new or ""),
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def _lines(text: str) -> list[str]:
    # Not str.splitlines: it also splits at form feeds and Unicode separators, which are part of a line here.
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
