"""Body of the limits endpoint."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..users.models import Tier


class Limits(BaseModel):
    """GET /limits. None where nothing is limited."""

    model_config = ConfigDict(extra="forbid")

    user: str
    tier: Tier
    executions_per_day: int
    executions_used: int
    """Of the last 24 hours."""
    posts_per_minute: int | None
    kept_days: int
    """How long an execution is kept."""
    kept_executions: int
    """How many of the latest are kept."""
    allowed_models: list[str] | None
    blocked_models: list[str]
    blocked_imports: list[str]
    allowed_outputs: list[str]
    security_scan_forced: bool
    samples_welcome: bool
    """Whether a kernel may send values of the user's data: every model that may be asked is allowed to see them."""
    cost_per_execution_usd: float | None
    cost_per_month_usd: float | None
    """Of all users together."""
