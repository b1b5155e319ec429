"""What a file is by its name: its media type and the programming language."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
_LANGUAGES = {
    ".py": "python",
    ".ipynb": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".java": "java",
    ".go": "go",
    ".cs": "csharp",
    ".sql": "sql",
}
# Not left to the machine's own tables: the same file has the same type everywhere.
_TYPES = mimetypes.MimeTypes()
for _suffix, _type in {
    ".csv": "text/csv",
    ".go": "text/plain",
    ".ipynb": "application/x-ipynb+json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".sql": "application/sql",
    ".ts": "text/plain",
    ".tsv": "text/tab-separated-values",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}.items():
    _TYPES.add_type(_type, _suffix)


def media_type(name: str) -> str:
    """E.g. ``text/csv``; what is not known, or is compressed, is a stream of bytes."""
    guessed, encoding = _TYPES.guess_type(PurePosixPath(name).name, strict=True)
    if encoding == "gzip":
        return "application/gzip"
    return guessed if guessed and encoding is None else UNKNOWN


def language(name: str) -> str | None:
    """The programming language that a file of this name is written in."""
    return _LANGUAGES.get(PurePosixPath(name).suffix.lower())
