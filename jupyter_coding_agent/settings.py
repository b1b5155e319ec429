"""Every room's settings, for the help and to find a wrong value before anything is started."""

from __future__ import annotations

import os
from collections.abc import Mapping

from traitlets.config import Config

from .agents.settings import AgentSettings
from .artifacts.settings import ArtifactSettings
from .core.settings import Settings
from .executions.settings import ExecutionSettings
from .llm.settings import ModelSettings
from .notebooks.settings import NotebookSettings
from .policy.settings import PolicySettings
from .receipts.settings import ReceiptSettings
from .retention.settings import RetentionSettings
from .runner.settings import RunnerSettings
from .sessions.settings import SessionSettings
from .templates.settings import TemplateSettings
from .users.settings import UserSettings
from .validation.settings import ValidationSettings

ALL: list[type[Settings]] = [
    AgentSettings,
    ArtifactSettings,
    ExecutionSettings,
    ModelSettings,
    NotebookSettings,
    PolicySettings,
    ReceiptSettings,
    RetentionSettings,
    RunnerSettings,
    TemplateSettings,
    SessionSettings,
    UserSettings,
    ValidationSettings,
]


def check(config: Config, environ: Mapping[str, str] = os.environ) -> None:
    """Raise SettingError, naming it, for the first setting that has a wrong value."""
    for settings in ALL:
        settings(config=config, environ=environ)
