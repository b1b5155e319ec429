"""Settings, each with where its value is from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from traitlets import TraitType, Undefined

from ..core.settings import Settings, variable_name
from .models import Configuration, Setting, Source

HIDDEN = "(set)"
_SECRET = re.compile(r"(^|_)(key|secret|token|password|credentials?)(_|$)", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+(?=@)")


class ConfigService:
    """Shows what the settings of an engine came to. Of the variables `secrets` it says whether they are set."""

    def __init__(
        self, settings: Iterable[Settings], environ: Mapping[str, str], *, secrets: Iterable[str] = ()
    ) -> None:
        self._settings = [*settings]
        self._environ = environ
        self._secrets = [*secrets]

    def show(self) -> Configuration:
        """Every setting, by name."""
        shown = [
            self._shown(settings, name, trait)
            for settings in self._settings
            for name, trait in settings.traits(config=True).items()
        ]
        return Configuration(
            settings=sorted(shown, key=lambda one: one.name),
            secrets={name: bool(self._environ.get(name)) for name in self._secrets},
        )

    def _shown(self, settings: Settings, name: str, trait: TraitType[Any, Any]) -> Setting:
        tag = trait.metadata.get("env")
        variable = variable_name(tag) if tag else None
        secret = _SECRET.search(name) is not None
        default = trait.default(settings)
        return Setting(
            name=f"{type(settings).__name__}.{name}",
            value=_plain(getattr(settings, name), secret),
            default=_plain(None if default is Undefined else default, secret),
            source=self._source(settings, name, variable),
            variable=variable,
            help=str(trait.help or ""),
        )

    def _source(self, settings: Settings, name: str, variable: str | None) -> Source:
        if settings.configured(name):
            return "configuration"
        return "environment" if variable and self._environ.get(variable) else "default"


def _plain(value: Any, secret: bool) -> Any:
    """The value as JSON has it, without a secret and without the user and password of an address."""
    if secret and value:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): _plain(one, bool(_SECRET.search(str(key)))) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, False) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _IN_ADDRESS.sub("…", str(value))
