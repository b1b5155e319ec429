"""What an execution would be carried out with now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, get_args

from .. import __version__
from ..agents.analyzer import detect_language
from ..agents.models import Conversation
from ..core.errors import AgentError
from ..core.settings import Settings
from ..llm.models import ConfiguredModel, TierName
from ..llm.settings import TEMPLATES
from ..validation.receipts import sha256_of
from .models import ExecuteRequest
from .provenance import Provenance

_NOT_COUNTED = frozenset(
    {
        "concurrency",
        "daily_limit",
        "warm_plain",
        "warm_data",
        "warm_plot",
        "warm_memory_mb",
        "cache_size",
        "cost_alert_threshold",
        "cost_limit_monthly",
        "posts_per_minute",
    }
)
"""Settings that decide when something comes out and what it may cost, but not what."""


class Models(Protocol):
    """What is asked of the models' room."""

    def configured(self, tier: TierName) -> list[ConfiguredModel]:
        """The tier's models in order as they are set up."""

    async def served(self, execution_id: str) -> dict[str, list[str]]:
        """Tier → the models that served an execution's calls."""


class Surroundings:
    """Everything beside the request that decides what comes of it.

    Args:
        models: the models' room.
        image_digest: language → digest of its image; raises AgentError where there is none.
        prompts_version: which prompts the models are given.
        settings: every room's settings that have a say.
        templates: a fingerprint of the user's own templates; may read files.
    """

    def __init__(
        self,
        models: Models,
        image_digest: Callable[[str], Awaitable[str]],
        prompts_version: str,
        settings: Sequence[Settings],
        product_version: str = __version__,
        templates: Callable[[], str] = str,
    ) -> None:
        self._models = models
        self._image_digest = image_digest
        self._prompts_version = prompts_version
        self._product_version = product_version
        self._templates = templates
        self._settings = {type(one).__name__: _fingerprint(one) for one in settings}

    async def of(self, request: ExecuteRequest) -> Provenance:
        """What `request` would be carried out with now."""
        language = language_of(request)
        parameters = request.model_dump(mode="json", exclude={"prompt", "context", "fresh"})
        return Provenance(
            parameters=parameters,
            context_sha256=sha256_of(request.context.hashed),
            language=language,
            image_digest=await self._digest(language),
            prompts_version=self._prompts_version,
            product_version=self._product_version,
            settings=self._settings | {"templates of your own": await asyncio.to_thread(self._templates)},
            chains_sha256=self._chains_fingerprint(),
            first_models={tier: self._first(tier, request) for tier in get_args(TierName)},
        )

    async def served(self, execution_id: str) -> dict[TierName, list[str]]:
        """Tier → the models that served an execution's calls, by the account of the calls."""
        served = await self._models.served(execution_id)
        return {tier: served[tier] for tier in get_args(TierName) if tier in served}

    def missing(self, model: str) -> str | None:
        """Why `model` can't be asked any more: it is in no tier, or something it needs is not set. None: it can."""
        for tier in get_args(TierName):
            for one in self._models.configured(tier):
                if one.model == model:
                    return one.missing
        return "it is not configured any more"

    async def _digest(self, language: str) -> str | None:
        try:
            return await self._image_digest(language)
        except AgentError:
            return None

    def _first(self, tier: TierName, request: ExecuteRequest) -> str:
        if request.template_variables is not None:
            return TEMPLATES
        return next(one.model for one in self._models.configured(tier) if one.missing is None)

    def _chains_fingerprint(self) -> str:
        """A key that was set meanwhile lets another model serve, without any setting of ours having changed."""
        chains = {
            tier: [one.model_dump() for one in self._models.configured(tier)] for tier in get_args(TierName)
        }
        return sha256_of(chains)


def conversation_sha256(said: Conversation) -> str:
    """The same for what tells a model the same."""
    return sha256_of(said.model_dump(mode="json"))


def language_of(request: ExecuteRequest) -> str:
    """The language that the request names or is for."""
    kernel = "python" if request.context.kernel_python else None
    return request.language or detect_language(request.prompt, kernel).language


def _fingerprint(settings: Settings) -> str:
    values = {
        name: value for name, value in settings.trait_values(config=True).items() if name not in _NOT_COUNTED
    }
    # A value that JSON has no form for still has one that tells it from others.
    return sha256_of(json.loads(json.dumps(values, default=repr)))
