"""What is known about a model from its name and the settings, before anybody is called."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from .models import TierName
from .settings import TEMPLATES, ModelSettings

KEY_VARIABLES = {
    "anthropic": "ANTHROPIC_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "together_ai": "TOGETHERAI_API_KEY",
    "xai": "XAI_API_KEY",
}
"""Provider → variable of its key. Of a provider that is not listed, litellm looks for the key itself."""

NO_KEY = "not-needed"
"""Sent to a server of the user's own that wants no key: litellm would send the provider's real one."""


@dataclass(frozen=True)
class ModelInfo:
    """One model: where it is and what is needed to call it.

    `local` means on this machine, so that samples of data may be sent; `missing` says what has to be set
    before it can be called at all, or who forbids that.
    """

    name: str
    provider: str
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    local: bool = False
    missing: str | None = None

    @property
    def address(self) -> str:
        """`api_base` for people: without a user's name or password in it."""
        return re.sub(r"//[^/@]*@", "//", self.api_base or "")


class Catalog:
    """The chains of the settings, with what is needed to call each model; `refused` says why one may not be."""

    def __init__(
        self,
        settings: ModelSettings,
        environ: Mapping[str, str],
        refused: Callable[[str], str | None] = lambda model: None,
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._refused = refused

    def chain(self, tier: TierName) -> list[ModelInfo]:
        """The tier's models in the order in which they are asked, without the built-in templates."""
        return [self.describe(name) for name in self._settings.chain(tier) if name != TEMPLATES]

    def describe(self, name: str) -> ModelInfo:
        """What is known of the model `name` (``provider/model``)."""
        model = self._found(name)
        return replace(model, missing=self._refused(name) or model.missing)

    def _found(self, name: str) -> ModelInfo:
        provider = name.partition("/")[0]
        if name in self._settings.api_base:
            base = _url(self._settings.api_base[name])
            return ModelInfo(name, provider, base, self._own_key(name), _on_this_machine(name, base))
        if provider in ("ollama", "ollama_chat"):
            base = _url(self._settings.ollama_base_url)
            return ModelInfo(name, provider, base, local=_on_this_machine(name, base))
        shared = self._openai_base() if provider == "openai" else None
        if shared:
            key = self._environ.get("OPENAI_API_KEY") or NO_KEY
            return ModelInfo(name, provider, shared, key, _on_this_machine(name, shared))
        variable = KEY_VARIABLES.get(provider)
        own = self._environ.get(variable) if variable else None
        missing = f"{variable} is not set" if variable and not own else None
        return ModelInfo(name, provider, api_key=own, missing=missing)

    def _own_key(self, name: str) -> str:
        """The key for an address from the settings: the provider's own is not for others."""
        variable = self._settings.api_key_env.get(name)
        return (self._environ.get(variable) if variable else None) or NO_KEY

    def _openai_base(self) -> str | None:
        base = self._environ.get("OPENAI_BASE_URL") or self._environ.get("OPENAI_API_BASE")
        return _url(base) if base else None


def _url(base: str) -> str:
    """The address with a scheme: Ollama's users write ``localhost:11434``."""
    return base if "//" in base else f"http://{base}"


def _on_this_machine(name: str, base: str) -> bool:
    """Whether the model itself runs here. Ollama passes models tagged ``cloud`` on to its makers' servers."""
    if name.startswith("ollama") and name.endswith((":cloud", "-cloud")):
        return False
    try:
        host = urlsplit(base).hostname or ""
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
