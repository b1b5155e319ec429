"""What is asked of a model and what it answered."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

TierName = Literal["simple", "medium", "complex"]
Preference = Literal["fast", "balanced", "quality"]
Purpose = Literal["tests", "code", "repair", "alternative", "strengthen", "chat"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(_Model):
    """One turn."""

    role: Literal["system", "user", "assistant"]
    content: str


class DataSample(_Model):
    """A few rows of a user's variable: only for models on this machine, unless a setting says otherwise."""

    name: str
    text: str


class ModelRequest(_Model):
    """A call through a tier's failover chain."""

    purpose: Purpose
    tier: TierName
    messages: list[Message]
    prompt: str
    """The user's own words: what the built-in template provider works from."""
    goes_on: bool = False
    """The code of an earlier result went along: the words may ask for a change of it."""
    language: str = "python"
    template_id: str | None = None
    template_variables: dict[str, Any] | None = None
    """If given, the named template with these values is the answer, and no model is asked."""
    models: list[str] = Field(default_factory=list)
    """Exactly these are asked, in order, instead of the tier's: a replay's, that is to be served as before."""
    samples: list[DataSample] = Field(default_factory=list)
    temperature: float = 0.0
    max_tokens: int = 4096
    execution_id: str | None = None
    """Whose account the call is recorded on."""
    user: str = "local"


class Listener(Protocol):
    """Hears an answer as it comes."""

    def begin(self) -> None:
        """A model begins to answer; what was heard of one before it is void."""

    def part(self, text: str) -> None:
        """The next piece."""


class Hop(_Model):
    """One model of the chain and what it said."""

    model: str
    outcome: Literal["served", "skipped", "failed"]
    reason: str = ""
    latency_ms: float = 0
    cost_usd: float = 0
    """What this model charged, also where its reply could not be used."""


class Completion(_Model):
    """A usable reply."""

    text: str
    model: str
    tier: TierName
    hops: list[Hop]
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    """Of all hops together."""
    latency_ms: float = 0
    truncated: bool = False
    note: str = ""
    """A sentence: what is to be said about the reply beside it, such as a template's values."""


class Complexity(_Model):
    """The score of a request and what it is made of."""

    score: float
    tier: TierName
    parts: dict[str, float]
    """Name → points: lines, files, dependencies, api, database, authentication, languages, ui."""
    expected_lines: int
    expected_files: int


class ModelStatus(_Model):
    """One model of a tier, for GET /models."""

    model: str
    available: bool
    reason: str
    local: bool
    input_cost_per_million: float | None = None
    output_cost_per_million: float | None = None


class ConfiguredModel(_Model):
    """One model of a tier as it is set up, before anybody is called."""

    model: str
    address: str
    """Of a server of the user's own; empty for the provider's."""
    local: bool
    missing: str | None
    """What has to be set before it can be called."""


class TierStatus(_Model):
    """A tier and its chain in order."""

    tier: TierName
    models: list[ModelStatus]


class ModelsReport(_Model):
    """The answer of GET /models."""

    tiers: list[TierStatus]
    month_cost_usd: float
    """What the calls of this calendar month (UTC) cost, of all users of the data directory."""
    alert: str | None = None
    """A sentence, where the month's cost has passed the alert threshold or the limit."""
