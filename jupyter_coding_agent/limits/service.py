"""Puts together what limits a user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..agents.settings import AgentSettings
from ..executions.settings import ExecutionSettings
from ..llm.settings import ModelSettings
from ..policy.settings import PolicySettings
from ..retention.settings import RetentionSettings
from ..users.models import Tier
from .models import Limits


class LimitsService:
    """Shows the settings as they are in force.

    Args:
        tier_of: a user's tier.
        used: how many executions a user has asked for in the last 24 hours.
        samples_welcome: whether every model that may be asked is allowed to see samples of data.
    """

    def __init__(
        self,
        policy: PolicySettings,
        executions: ExecutionSettings,
        agents: AgentSettings,
        models: ModelSettings,
        retention: RetentionSettings,
        *,
        tier_of: Callable[[str], Tier],
        used: Callable[[str], Awaitable[int]],
        samples_welcome: Callable[[], bool],
    ) -> None:
        self._policy = policy
        self._executions = executions
        self._agents = agents
        self._models = models
        self._retention = retention
        self._tier_of = tier_of
        self._used = used
        self._samples_welcome = samples_welcome

    async def of(self, user: str) -> Limits:
        """The user's limits."""
        tier = self._tier_of(user)
        return Limits(
            user=user,
            tier=tier,
            executions_per_day=self._executions.daily_limit,
            executions_used=await self._used(user),
            posts_per_minute=self._policy.posts_per_minute or None,
            kept_days=self._retention.days(tier),
            kept_executions=self._retention.executions_per_user,
            allowed_models=self._policy.allowed_models or None,
            blocked_models=self._policy.blocked_models,
            blocked_imports=self._policy.blocked_imports,
            allowed_outputs=self._policy.allowed_outputs,
            security_scan_forced=self._policy.force_security_scan,
            samples_welcome=self._samples_welcome(),
            cost_per_execution_usd=self._agents.max_cost_usd or None,
            cost_per_month_usd=self._models.cost_limit_monthly,
        )
