"""Models for the other rooms: a reply through the chain, its cost kept, its limits held."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from typing import get_args

from ..core.errors import AgentError
from ..policy.service import Policy
from ..storage.database import Database
from .budget import Budget
from .catalog import Catalog, ModelInfo
from .models import (
    Completion,
    ConfiguredModel,
    Hop,
    Listener,
    ModelRequest,
    ModelsReport,
    ModelStatus,
    TierName,
    TierStatus,
)
from .providers.base import ModelProvider
from .providers.litellm import LiteLLMProvider
from .providers.prices import price_of
from .providers.templates import Library, TemplateProvider
from .reachability import Reachability
from .router import Router
from .settings import TEMPLATES, ModelSettings
from .store import CallStore

log = logging.getLogger(__name__)


class ModelService:
    """The models of one engine. Without a database nothing is recorded and no monthly limit holds."""

    def __init__(
        self,
        settings: ModelSettings,
        library: Library,
        database: Database | None = None,
        *,
        environ: Mapping[str, str] = os.environ,
        provider: ModelProvider | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._settings = settings
        self._catalog = Catalog(settings, environ, (policy or Policy()).model_refused)
        self._provider = provider or LiteLLMProvider(settings)
        self._router = Router(settings, self._catalog, self._provider, TemplateProvider(library))
        self._store = CallStore(database) if database else None
        self._budget = Budget(settings, self._store)
        self._reachability = Reachability()

    async def complete(self, request: ModelRequest, listener: Listener | None = None) -> Completion:
        """A usable reply; `listener` hears it as it comes.

        Raises ModelUnavailable, NoTemplateFits, or QuotaExceeded at the monthly limit.
        """
        alert = await self._budget.check() if await self._may_cost(request) else None
        hops: list[Hop] = []
        try:
            completion = await self._router.complete(request, hops, listener)
        except asyncio.CancelledError:
            await asyncio.shield(self._record(request, hops, None, "cancelled"))
            raise
        except Exception:
            await self._record(request, hops, None, "failed")
            raise
        if alert:
            last = completion.hops[-1]
            last.reason = f"{last.reason}; {alert}" if last.reason else alert
        await asyncio.shield(self._record(request, completion.hops, completion, "served"))
        return completion

    async def tiers(self) -> list[TierStatus]:
        """Every tier's chain in order, with what could answer now."""
        return [await self._tier(tier) for tier in get_args(TierName)]

    async def report(self) -> ModelsReport:
        """Tiers, and what this month cost."""
        spent, alert = await self._budget.spent(), await self._budget.alert()
        return ModelsReport(tiers=await self.tiers(), month_cost_usd=spent, alert=alert)

    async def alert(self) -> str | None:
        """A sentence where this month's cost has passed the alert threshold or the limit."""
        return await self._budget.alert()

    async def execution_cost(self, execution_id: str) -> float:
        """What one execution's calls cost, in US dollars."""
        return await self._store.execution_cost(execution_id) if self._store else 0.0

    async def served(self, execution_id: str) -> dict[str, list[str]]:
        """Tier → the models that served one execution's calls, each once; ``templates`` for any template."""
        found: dict[str, list[str]] = {}
        for tier, name in await self._store.served(execution_id) if self._store else []:
            model = TEMPLATES if name.startswith(f"{TEMPLATES}/") else name
            if model not in found.setdefault(tier, []):
                found[tier].append(model)
        return found

    def configured(self, tier: TierName) -> list[ConfiguredModel]:
        """The tier's models in order as they are set up, whether reachable or not; the built-in templates last."""
        models = [
            ConfiguredModel(model=m.name, address=m.address, local=m.local, missing=m.missing)
            for m in self._catalog.chain(tier)
        ]
        return [*models, ConfiguredModel(model=TEMPLATES, address="", local=True, missing=None)]

    def samples_welcome(self) -> bool:
        """Whether every model that may be asked is allowed to see samples of data.

        It takes only one that is not: code that a model wrote after it saw them may quote them to the next.
        """
        chains = [self._catalog.chain(tier) for tier in get_args(TierName)]
        models = [model for chain in chains for model in chain if not model.missing]
        return bool(models) and (
            self._settings.share_samples_with_remote_models or all(model.local for model in models)
        )

    async def close(self) -> None:
        """Close connections and background tasks."""
        await self._reachability.close()
        await self._provider.close()

    async def _may_cost(self, request: ModelRequest) -> bool:
        """Whether any model that could be called is not free; an unknown price counts as one."""
        models = [model for model in self._router.chain(request) if not model.missing]
        # The first look reads the table of prices: other requests of the server must not wait for it.
        return await asyncio.to_thread(self._any_costs, models)

    def _any_costs(self, models: Sequence[ModelInfo]) -> bool:
        overrides = self._settings.prices
        prices = (price_of(model.name, local=model.local, overrides=overrides) for model in models)
        return any(price is None or max(price) > 0 for price in prices)

    async def _tier(self, tier: TierName) -> TierStatus:
        models = [await self._status(name) for name in self._settings.chain(tier)]
        if all(model.model != TEMPLATES for model in models):
            models.append(_templates_status())
        return TierStatus(tier=tier, models=models)

    async def _status(self, name: str) -> ModelStatus:
        if name == TEMPLATES:
            return _templates_status()
        model = self._catalog.describe(name)
        available, reason = await self._reachability.of(model)
        if available and (resting := self._router.resting(name)):
            available, reason = False, resting
        price = await asyncio.to_thread(price_of, name, local=model.local, overrides=self._settings.prices)
        return ModelStatus(
            model=name,
            available=available,
            reason=reason,
            local=model.local,
            input_cost_per_million=price.input if price else None,
            output_cost_per_million=price.output if price else None,
        )

    async def _record(
        self, request: ModelRequest, hops: Sequence[Hop], completion: Completion | None, outcome: str
    ) -> None:
        """Keep the call. A reply that was paid for is not thrown away where that fails."""
        if self._store is None:
            return
        try:
            await self._store.record(request, hops, completion, outcome)
        except AgentError as error:
            log.error(
                "A call of %s was not recorded: %s", hops[-1].model if hops else "no model", error.message
            )


def _templates_status() -> ModelStatus:
    return ModelStatus(
        model=TEMPLATES,
        available=True,
        reason="built in: answers from the template library where no model does",
        local=True,
        input_cost_per_million=0,
        output_cost_per_million=0,
    )
