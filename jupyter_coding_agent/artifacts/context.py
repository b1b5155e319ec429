"""What an execution is told of a file that it works with: names, columns and types; its beginning apart from that.

The beginning is data of the user's: who passes it on sends it to models on this machine only.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .models import ArtifactView, ContextFile

_LOOKED_AT = 64 * 1024
_HEAD_LINES = 20
_HEAD_CHARACTERS = 2000
_ROWS = 50
_COLUMNS = 100
_NAME = 60
_TABLES = {".csv": ",", ".tsv": "\t"}


def describe(view: ArtifactView, path: Path) -> ContextFile:
    """Looks at the first 64 KiB of the file; blocks."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    text = _text(start, whole=view.size <= _LOOKED_AT)
    about = [view.media_type, f"{view.size} bytes"]
    if text is not None:
        about += filter(None, [_shape(view, text)])
    return ContextFile(
        artifact_id=view.artifact_id,
        path=view.name,
        size=view.size,
        sha256=view.sha256,
        location=path,
        description=", ".join(about),
        head=_head(text) if text else "",
    )


def _text(start: bytes, *, whole: bool) -> str | None:
    """The bytes as text, without a character that is cut; None where they are none."""
    if b"\0" in start:
        return None
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = not whole and error.start > len(start) - 4
        return start[: error.start].decode("utf-8-sig") if cut else None


def _head(text: str) -> str:
    return "\n".join(text.splitlines()[:_HEAD_LINES])[:_HEAD_CHARACTERS]


def _shape(view: ArtifactView, text: str) -> str:
    suffix = Path(view.name).suffix.lower()
    try:
        if suffix in _TABLES:
            return _table(text, _TABLES[suffix], whole=view.size <= _LOOKED_AT)
        if suffix == ".json" and view.size <= _LOOKED_AT:
            return _value(json.loads(text))
        if suffix == ".jsonl":
            return f"a line: {_value(json.loads(text.partition(chr(10))[0]))}"
    except (ValueError, RecursionError, csv.Error):
        return "not well-formed"
    return ""


def _table(text: str, usual: str, *, whole: bool) -> str:
    lines = text.splitlines()
    if not whole:
        lines = lines[:-1]  # it is cut
    if not lines:
        return "empty"
    delimiter = max((usual, ";", "\t", ","), key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(lines[: _ROWS + 1])), delimiter=delimiter))
    names, values = rows[0][:_COLUMNS], rows[1:]
    columns = [
        f"{name[:_NAME]!r} {_column(row[place] for row in values if place < len(row))}"
        for place, name in enumerate(names)
    ]
    more = f" and {len(rows[0]) - _COLUMNS} more" if len(rows[0]) > _COLUMNS else ""
    by = "" if delimiter == usual else f" separated by {delimiter!r}"
    return f"columns{by}: {', '.join(columns)}{more}"


def _column(values: Iterable[str]) -> str:
    """The type that fits all values."""
    given = [value for value in values if value.strip()]
    for kind, read in (("integer", int), ("number", float)):
        if given and _all_read(read, given):
            return kind
    return "text" if given else "empty"


def _all_read(read: type[int] | type[float], values: Sequence[str]) -> bool:
    try:
        for value in values:
            read(value[:_NAME])
    except ValueError:
        return False
    return True


def _value(value: Any) -> str:
    """A JSON value's type; of objects the keys, of lists what the first is."""
    if isinstance(value, dict):
        keys = [f"{key[:_NAME]!r} {type(inner).__name__}" for key, inner in list(value.items())[:_COLUMNS]]
        return f"an object with {', '.join(keys) or 'nothing'}"
    if isinstance(value, list):
        return f"a list of {len(value)}" + (f", the first {_value(value[0])}" if value else "")
    return f"a {type(value).__name__}"
