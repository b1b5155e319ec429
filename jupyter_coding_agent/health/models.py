"""Bodies of the health endpoints."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["ok", "degraded", "missing"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Check(_Model):
    """One part: how it is, in a sentence, and what to do about it where something should be done."""

    state: State
    sentence: str
    fix: str | None = None
    commands: list[str] = Field(default_factory=list)
    """What to type for it, in a terminal of the machine that the server runs on."""


class Checks(_Model):
    """Every part."""

    storage: Check
    runner: Check
    models: Check
    search: Check
    browser: Check


class Health(_Model):
    """GET /health. `status` is the worst of the parts that the main job needs: storage, runner, models."""

    status: State
    version: str
    checks: Checks


class LanguageStats(_Model):
    """The ended executions of one language."""

    language: str | None
    executions: int
    passed: int
    mean_attempts: float | None
    mean_quality: float | None
    mean_seconds: float | None


class ModelStats(_Model):
    """The calls that one model served."""

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    mean_latency_ms: float


class DayStats(_Model):
    """The executions of one day (UTC), by when they were asked for."""

    day: str
    executions: int
    passed: int
    mean_quality: float | None
    cost_usd: float


class Stats(_Model):
    """GET /stats: everything of the user's that is stored. None where nothing could be measured yet."""

    executions: int
    by_status: dict[str, int]
    pass_rate: float | None
    """Passed among those that ran to an end; cancelled ones don't count."""
    mean_attempts: float | None
    mean_seconds: float | None
    """From start to end."""
    median_seconds: float | None
    mean_quality: float | None
    input_tokens: int
    output_tokens: int
    cost_usd: float
    by_language: list[LanguageStats]
    by_model: list[ModelStats]
    by_day: list[DayStats]
    """The last 30 days that have any."""
