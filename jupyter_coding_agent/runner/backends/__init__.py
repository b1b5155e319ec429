"""One adapter per container engine."""

from __future__ import annotations

from ...core.errors import SettingError
from ..settings import RunnerSettings
from .protocol import Backend


def create(settings: RunnerSettings, owner: str, engine_id: str) -> Backend:
    """The adapter that the settings name. Raises SettingError."""
    if settings.backend != "docker":
        raise SettingError(f"RunnerSettings.backend: {settings.backend!r} is not known; use 'docker'.")
    from .docker import DockerBackend

    return DockerBackend(settings, owner, engine_id)
