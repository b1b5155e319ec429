"""Settings: traitlets whose value may also come from an environment variable.

A trait tagged ``env="DATA_DIR"`` is also read from ``CODING_AGENT_DATA_DIR``; a tag that starts with ``=``
names the variable as it is (what belongs to a provider keeps its bare name).
Configuration files and the command line win over the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from traitlets import TraitError, TraitType
from traitlets.config import Config, Configurable

from .errors import SettingError

PREFIX = "CODING_AGENT_"


def variable_name(tag: str) -> str:
    """The environment variable that a trait's ``env`` tag stands for."""
    return tag[1:] if tag.startswith("=") else PREFIX + tag


class Settings(Configurable):
    """Base of every room's settings. Raises SettingError, naming the setting, where a value can't be used."""

    def __init__(
        self, config: Config | None = None, environ: Mapping[str, str] = os.environ, **values: Any
    ) -> None:
        try:
            super().__init__(config=config or Config(), **values)
        except TraitError as error:
            raise SettingError(f"{type(self).__name__}: {error}") from error
        for name, trait in self.traits(env=lambda tag: tag is not None).items():
            if name in values or self.configured(name):
                continue
            variable = variable_name(trait.metadata["env"])
            text = environ.get(variable)
            if text:
                self._set_from_text(name, trait, variable, text)

    def configured(self, name: str) -> bool:
        """Whether a configuration file or the command line says it."""
        return name in self._find_my_config(self.config)

    def _set_from_text(self, name: str, trait: TraitType[Any, Any], variable: str, text: str) -> None:
        try:
            setattr(self, name, trait.from_string(text))
        except (TraitError, ValueError) as error:
            raise SettingError(
                f"{variable}={text!r} can't be used for {type(self).__name__}.{name}: {error}"
            ) from error
