"""Bodies of the execution endpoints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..agents.models import ContextCell
from ..llm.models import DataSample, Preference

Status = Literal["pending", "running", "passed", "failed", "partial", "cancelled"]
FINAL: frozenset[str] = frozenset({"passed", "failed", "partial", "cancelled"})
EventKind = Literal[
    "queued", "started", "plan", "tests", "code", "run", "signal", "diff", "retry", "completed", "error"
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NotebookContext(_Model):
    """What the notebook door sends along: schemas and cells, samples only for local models."""

    variables: dict[str, str] = Field(default_factory=dict, max_length=500)
    cells: list[ContextCell] = Field(default_factory=list, max_length=500)
    samples: list[DataSample] = Field(default_factory=list, max_length=50)
    kernel_python: str | None = Field(default=None, pattern=r"^3\.\d{1,2}(\.\d+)?$")
    packages: list[str] = Field(default_factory=list, max_length=5000)
    """Distributions installed in the kernel's environment."""


class ExecuteRequest(_Model):
    """POST /execute."""

    prompt: str = Field(min_length=1, max_length=100_000)
    language: str | None = None
    session_id: str | None = None
    context_artifacts: list[str] = Field(default_factory=list)
    context: NotebookContext = Field(default_factory=NotebookContext)
    github_repo: str | None = None
    llm_preference: Preference = "balanced"
    output_preference: Literal["snippet", "zip", "pr"] = "snippet"
    template_id: str | None = None
    enable_security_scan: bool = True
    max_attempts: int = Field(default=5, ge=1, le=5)
    tier: Literal["simple", "medium", "complex"] | None = None
    timeout_seconds: float | None = Field(default=None, gt=0, le=600)


class RetryRequest(_Model):
    """POST /execute/{id}/retry."""

    custom_prompt: str | None = Field(default=None, min_length=1, max_length=100_000)


class Event(_Model):
    """One progress event; `id` grows over the whole database and never repeats."""

    id: int
    execution_id: str
    kind: EventKind
    data: dict[str, Any]
    at: str
