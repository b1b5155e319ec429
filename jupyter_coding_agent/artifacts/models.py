"""Bodies of the artifact endpoints, and what an execution is given of artifacts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ArtifactType = Literal["uploaded", "generated", "output", "screenshot", "preview"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UploadOptions(_Model):
    """The fields of POST /artifacts/upload beside its files."""

    session_id: str | None = Field(default=None, min_length=1, max_length=200)
    unpack: bool = False
    """Each file is a ZIP whose entries become artifacts, all of them or none."""


class ListQuery(_Model):
    """The query of GET /artifacts."""

    session_id: str | None = None
    execution_id: str | None = None
    type: ArtifactType | None = None
    language: str | None = None
    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)


class ArtifactView(_Model):
    """GET /artifacts/{id}."""

    artifact_id: str
    name: str
    """Safe to show and to save as; parts of a folder are separated by ``/``."""
    type: ArtifactType
    size: int
    """Bytes."""
    indexed: bool
    """Whether GET /search/code finds it."""
    has_thumbnail: bool
    """Whether GET /artifacts/{id}/thumbnail has a small picture of it."""
    language: str | None
    media_type: str
    sha256: str
    session_id: str | None
    execution_id: str | None
    """The execution that left it."""
    created_at: str
    expires_at: str
    """When it may go; later where a kept execution refers to it."""


class Uploaded(ArtifactView):
    """POST /artifacts/upload: the first file's artifact, and every file's in order."""

    artifacts: list[ArtifactView]


class ArtifactList(_Model):
    """GET /artifacts, newest first."""

    artifacts: list[ArtifactView]
    total: int
    page: int


class LeftFile(_Model):
    """A file that an execution's code left."""

    name: str
    content: bytes
    thumbnail: bytes | None = None
    """A PNG of at most 256 pixels."""


class ContextFile(_Model):
    """A file that an execution works with."""

    artifact_id: str
    path: str
    """Where it lies in the working directory."""
    size: int
    sha256: str
    location: Path
    """Where it lies on this machine."""
    description: str
    """Type, size, names and types of columns or keys: what any model may see."""
    head: str
    """Its beginning where it is text: for models on this machine only."""
