"""What a backup consists of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

DATABASE = "coding-agent.sqlite3"
ARTIFACTS = "artifacts"
FOLDERS = (ARTIFACTS, "templates", "index")
"""Below the data directory; what is not there is left out."""
KEYS = "keys"
MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Places:
    """Where the parts lie."""

    data: Path
    elsewhere: Path | None = None
    """The artifacts, where a setting keeps them outside of the data directory."""

    def of(self, part: str) -> Path:
        """The file or folder of a part."""
        return self.elsewhere if part == ARTIFACTS and self.elsewhere else self.data / part


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
    missing: int = 0
    """Artifacts whose files were not there when it was made."""
