"""What a backup consists of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

DATABASE = "coding-agent.sqlite3"
FOLDERS = ("artifacts", "templates", "index")
"""Below the data directory; what is not there is left out."""
KEYS = "keys"
MANIFEST = "manifest.json"
FORMAT = 1


class Member(BaseModel):
    """One file of the archive."""

    model_config = ConfigDict(extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """What the archive says of itself."""

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    version: str
    """Of the package that made it."""
    created_at: str
    files: dict[str, Member]
    """Path in the archive → what must be found there."""
