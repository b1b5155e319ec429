"""Artifacts whose time is over, with their files."""

from __future__ import annotations

from datetime import datetime

from ..artifacts.service import ArtifactService


class ExpiringArtifacts:
    """Counts what the artifacts' room takes away by its own rules."""

    def __init__(self, artifacts: ArtifactService) -> None:
        self._artifacts = artifacts

    async def expire(self, now: datetime, dry_run: bool) -> dict[str, int]:
        """See `protocol.Expiring`."""
        return {"artifacts": len((await self._artifacts.expire(now, dry_run)).artifacts)}
