"""Artifacts whose files were changed or taken away behind the database's back."""

from __future__ import annotations

from ..artifacts.service import ArtifactService
from .models import Damage

PART = "artifacts"


class ArtifactExaminer:
    """Reads every file once: what is not as it was uploaded is of no use to anybody."""

    def __init__(self, artifacts: ArtifactService) -> None:
        self._artifacts = artifacts

    async def examine(self, *, mend: bool) -> list[Damage]:
        """A file can't be had back: its artifact goes, unless an execution is about to work with it."""
        found = await self._artifacts.damaged(mend=mend)
        damages = []
        if found.artifacts:
            sentence = (
                "Artifacts had a file that was gone or changed. Upload them again, or restore a backup."
            )
            mended = not found.left
            damages.append(Damage(part=PART, sentence=sentence, items=found.artifacts, mended=mended))
        if found.thumbnails:
            sentence = (
                "Small pictures of artifacts were gone or changed; the files themselves can be downloaded."
            )
            damages.append(Damage(part=PART, sentence=sentence, items=found.thumbnails, mended=mend))
        return damages
