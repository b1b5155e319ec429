"""Bodies of the execution endpoints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..agents.models import Attempt, CellChange, ContextCell, Fix, Judgement, OwnTests
from ..llm.models import DataSample, Preference
from ..validation.models import (
    DataSignal,
    Effects,
    Example,
    LintSignal,
    Notebook,
    QualityPart,
    Receipt,
    SecuritySignal,
    Signals,
    TestsSignal,
)
from .differences import ChangesSummary
from .provenance import Deviation, Mode, Provenance

Status = Literal["pending", "running", "passed", "failed", "partial", "cancelled"]
FINAL: frozenset[str] = frozenset({"passed", "failed", "partial", "cancelled"})
EventKind = Literal[
    "queued",
    "started",
    "plan",
    "tests",
    "code",
    "run",
    "signal",
    "diff",
    "challenge",
    "alternative",
    "quarantine",
    "retry",
    "reused",
    "completed",
    "error",
    "answer",
    "answered",
    "changed",
]
PROMPT_LENGTH = 100_000
PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


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
    notebook: Notebook | None = None
    """What the code will find in the notebook: it is proved there. Nothing of it is ever shown to a model."""

    @property
    def hashed(self) -> dict[str, Any]:
        """What a hash of it is taken over: of the values, which may be megabytes, their digest."""
        rest = self.model_dump(mode="json", exclude={"notebook"})
        return rest if self.notebook is None else rest | {"notebook": self.notebook.digest}


class ExecuteOptions(_Model):
    """What a request for code may say beside what it asks for."""

    language: str | None = Field(default=None, max_length=50)
    session_id: str | None = Field(default=None, min_length=1, max_length=200)
    """The session whose conversation this goes on: what was said there is taken into account."""
    context_artifacts: list[str] = Field(default_factory=list, max_length=100)
    """Ids of artifacts: files that lie in the working directory when code and tests run."""
    context: NotebookContext = Field(default_factory=NotebookContext)
    github_repo: str | None = None
    llm_preference: Preference = "balanced"
    output_preference: Literal["snippet", "zip", "pr"] = "snippet"
    template_id: str | None = Field(default=None, min_length=1, max_length=100)
    """A template to adapt: a model's starting point, or without a model the answer itself."""
    template_variables: dict[str, Any] | None = Field(default=None, max_length=100)
    """The template as it is, with these values and its defaults: no model is asked."""
    enable_security_scan: bool = True
    max_attempts: int = Field(default=5, ge=1, le=5)
    tier: Literal["simple", "medium", "complex"] | None = None
    timeout_seconds: float | None = Field(default=None, gt=0, le=600)
    approved_packages: list[PackageName] = Field(default_factory=list, max_length=100)
    """Names that the user trusts: generated code may have them installed although they are not well known."""


class ExecuteRequest(ExecuteOptions):
    """POST /execute."""

    prompt: str = Field(min_length=1, max_length=PROMPT_LENGTH)
    fresh: bool = False
    """Carry it out even where the same was asked before and has passed."""
    fix: Fix | None = None
    """A cell that fails: it is mended until it runs, in place of new code. `prompt` says what it should do."""
    own_tests: OwnTests | None = None
    """A cell to write tests for, in place of new code; it is judged as it is."""


class Modifications(ExecuteOptions):
    """What a replay does differently; only what is given counts."""

    prompt_suffix: str | None = Field(default=None, min_length=1, max_length=PROMPT_LENGTH)
    """Words that are added to the prompt."""


class ReplayRequest(_Model):
    """POST /executions/{id}/replay."""

    mode: Mode = "again"
    """again: the same request to the same models. from_recording: the delivered code is proved again, and no
    model is asked."""
    modifications: Modifications = Field(default_factory=Modifications)


class Replayed(_Model):
    """Stored durably: it will run."""

    new_execution_id: str
    differs: list[Deviation]
    """Why it is not exact; empty where it is."""


class RetryRequest(_Model):
    """POST /execute/{id}/retry."""

    custom_prompt: str | None = Field(default=None, min_length=1, max_length=PROMPT_LENGTH)
    approved_packages: list[PackageName] = Field(default_factory=list, max_length=100)
    """Beyond those that were approved before."""


class ListQuery(_Model):
    """The query of GET /executions."""

    session_id: str | None = None
    status: Status | None = None
    language: str | None = None
    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)


class DiffQuery(_Model):
    """The query of GET /execute/{id}/diff; attempt 0 is nothing at all."""

    from_attempt: int | None = Field(default=None, ge=0)
    """The one before `to_attempt` unless given."""
    to_attempt: int | None = Field(default=None, ge=0)
    """The latest unless given."""
    with_execution: str | None = Field(default=None, min_length=1, max_length=200)
    """Another execution: from what the first came to (or `from_attempt`) to what this came to (or `to_attempt`),
    tests included."""


class Accepted(_Model):
    """Stored durably: it will run, unless there is a result already."""

    execution_id: str
    status: Literal["queued", "passed"] = "queued"
    """passed: the same was asked before, and its result is there already."""
    cached_from: str | None = None
    """The execution whose result this is."""
    estimated_time_seconds: float
    """From the latest executions' durations and the queue; until it ends, not until it begins."""


class StatusView(_Model):
    """What POST /execute/{id}/cancel answers."""

    status: Status


class Fault(_Model):
    """Why an execution could not be carried out: what an error's body says."""

    message: str
    reason: str


class Output(_Model):
    """What the shown attempt printed and how it was judged."""

    stdout: str = ""
    stderr: str = ""
    test_results: TestsSignal | None = None
    lint_results: LintSignal | None = None
    security_results: SecuritySignal | None = None
    data_results: DataSignal | None = None


class KeptOutput(_Model):
    """A file that the delivered code wrote: an artifact."""

    artifact_id: str
    name: str
    size: int
    """Bytes."""
    has_thumbnail: bool


class ExecutionView(_Model):
    """GET /execute/{id}: the delivered attempt; while it runs, the latest."""

    execution_id: str
    status: Status
    prompt: str
    language: str | None
    session_id: str | None
    attempt: int | None
    """The number of the attempt shown."""
    attempts: int
    code: str | None
    """The text of solution.py."""
    files: dict[str, str] | None
    requirements: list[str]
    tests: dict[str, str] | None
    examples: list[Example]
    """The user's own, found in the request and the cells."""
    output: Output
    outputs: list[KeptOutput] = Field(default_factory=list)
    """The files that the delivered code wrote, once it has ended."""
    changes: list[CellChange] = Field(default_factory=list)
    """Of a fix: the cells that the shown attempt changes."""
    signals: Signals
    effects: Effects | None
    error_class: str | None
    quality_score: float | None
    quality_parts: list[QualityPart]
    artifact_id: str | None = None
    """Of the archive, where `output_preference` is zip."""
    pr_url: str | None = None
    model: str | None
    cost: float
    """US dollars."""
    receipt: Receipt | None
    judgement: Judgement
    """What is known of the tests and of further solutions."""
    explanation: str
    error: Fault | None
    retry_of: str | None
    replay_of: str | None
    differs: list[Deviation]
    """Of a replay: why it is not exact."""
    cached_from: str | None
    """The execution whose result this is: the same was asked before, so nothing was run."""
    provenance: Provenance | None
    """What it was carried out with."""
    created_at: str
    started_at: str | None
    finished_at: str | None


class ExecutionSummary(_Model):
    """One row of GET /executions."""

    execution_id: str
    status: Status
    prompt: str
    """The first 200 characters."""
    language: str | None
    session_id: str | None
    attempts: int
    quality_score: float | None
    cost: float
    created_at: str
    finished_at: str | None


class ExecutionList(_Model):
    """GET /executions, newest first."""

    executions: list[ExecutionSummary]
    total: int
    page: int


class AttemptList(_Model):
    """GET /execute/{id}/attempts."""

    execution_id: str
    tests: dict[str, str] | None
    attempts: list[Attempt]


class ContextView(_Model):
    """GET /execute/{id}/context: what was sent about the notebook, as it was sent."""

    execution_id: str
    prompt: str
    context: NotebookContext
    context_artifacts: list[str]
    """Ids of the files that were given."""


class DiffView(_Model):
    """GET /execute/{id}/diff."""

    unified_diff: str
    changes_summary: ChangesSummary


class Event(_Model):
    """One progress event; `id` grows over the whole database and never repeats; 0 of what is not stored."""

    id: int
    execution_id: str | None
    """None for what belongs to no execution: an answer in a session."""
    kind: EventKind
    data: dict[str, Any]
    at: str
