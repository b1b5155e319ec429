"""Bodies of the cleanup endpoint."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CleanupRequest(_Model):
    """POST /cleanup."""

    dry_run: bool = False
    """Only say what would go."""


class CleanupReport(_Model):
    """What went, or would go."""

    dry_run: bool
    removed: dict[str, int]
    """Kind (executions, attempts, events, …) → how many; kinds of which nothing went are left out."""
    problems: list[str] = Field(default_factory=list)
    """Sentences: what could not be cleaned up, and why."""
