"""Settings of the artifacts room."""

from __future__ import annotations

from traitlets import Int, Unicode

from ..core.settings import Settings


class ArtifactSettings(Settings):
    """Where artifacts lie, how large they may be and how long they are kept."""

    storage_path = Unicode(
        "", help="The folder that artifacts are kept in. Empty: `artifacts` in the data directory."
    ).tag(config=True, env="ARTIFACT_STORAGE_PATH")
    max_size_mb = Int(
        50, min=1, max=4096, help="MiB that a file, or a bundle of files in one upload, may have at most."
    ).tag(config=True, env="ARTIFACT_MAX_SIZE_MB")
    retention_days = Int(
        30,
        min=1,
        max=36_500,
        help="Days that an artifact is kept, longer where a kept execution refers to it.",
    ).tag(config=True, env="ARTIFACT_RETENTION_DAYS")

    @property
    def max_bytes(self) -> int:
        """`max_size_mb` in bytes."""
        return int(self.max_size_mb) * 1024 * 1024
