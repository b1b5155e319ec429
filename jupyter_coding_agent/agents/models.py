"""The loop's task, attempts and outcome."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..llm.models import Completion, Complexity, DataSample, Hop, Preference
from ..validation.models import Example, Verdict


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ContextCell(_Model):
    """A cell of the notebook that the request may build on."""

    source: str
    id: str | None = None


class Task(_Model):
    """One request, with all the loop may know of it."""

    execution_id: str
    user: str
    prompt: str
    language: str | None = None
    """None: to be found from the request."""
    preference: Preference = "balanced"
    tier: Literal["simple", "medium", "complex"] | None = None
    template_id: str | None = None
    cells: list[ContextCell] = Field(default_factory=list)
    variables: dict[str, str] = Field(default_factory=dict)
    """Name → type and shape or schema, never data."""
    samples: list[DataSample] = Field(default_factory=list)
    kernel_python: str | None = None
    max_attempts: int = 5
    security: bool = True
    timeout_seconds: float | None = None
    allowed_packages: list[str] = Field(default_factory=list)
    """What the user's kernel has or the user named, beyond the shipped list."""


class Plan(_Model):
    """What the analyzer found."""

    language: str
    language_sure: bool
    complexity: Complexity
    tier: Literal["simple", "medium", "complex"]
    examples: list[Example] = Field(default_factory=list)
    prompts_version: str = ""
    """Which prompts the models were given."""


class Attempt(_Model):
    """One try: its code, what was found, and what it cost."""

    number: int
    files: dict[str, str]
    requirements: list[str] = Field(default_factory=list)
    diff: str
    """Unified, from the attempt before (from nothing for the first)."""
    verdict: Verdict | None
    error_class: str | None = None
    error_message: str | None = None
    fix_applied: str | None = None
    """What was done about the attempt before, in a sentence."""
    notes: list[str] = Field(default_factory=list)
    """Sentences: what of the model's reply was dropped or assumed."""
    model: str = ""
    hops: list[Hop] = Field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    started_at: str
    finished_at: str


class History(_Model):
    """What is stored of an execution that was interrupted: none of it is done again."""

    tests: dict[str, str] = Field(default_factory=dict)
    tests_completion: Completion | None = None
    attempts: list[Attempt] = Field(default_factory=list)


class Outcome(_Model):
    """What the loop delivers: the best attempt, not the last."""

    status: Literal["passed", "partial", "failed"]
    plan: Plan
    tests: dict[str, str]
    attempts: list[Attempt]
    best: int | None
    """Number of the delivered attempt; None if no attempt has code."""
    explanation: str
    cost_usd: float = 0
