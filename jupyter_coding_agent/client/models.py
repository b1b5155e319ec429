"""What the engine answers, as far as the doors look at it. Shapes only: nothing is validated twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from .outputs import KeptOutput

FINAL: frozenset[str] = frozenset({"passed", "failed", "partial", "cancelled"})
LAST_EVENTS: frozenset[str] = frozenset({"completed", "error"})


@dataclass(frozen=True)
class Event:
    """One progress event of an execution; `id` is what a reconnect resumes from."""

    id: int
    kind: str
    data: dict[str, Any]


class QualityPart(TypedDict):
    """One deduction of the quality score."""

    name: str
    points: float
    reason: str


class CellChange(TypedDict):
    """A cell of the notebook as it was and as it should be."""

    cell_id: str | None
    name: str
    path: str
    before: str
    after: str
    unified_diff: str


class Output(TypedDict, total=False):
    """What the run of an execution's best attempt left: printed text and the signals."""

    stdout: str
    stderr: str
    test_results: dict[str, Any] | None
    lint_results: dict[str, Any] | None
    security_results: dict[str, Any] | None
    data_results: dict[str, Any] | None


class Execution(TypedDict, total=False):
    """GET /execute/{id}."""

    execution_id: str
    status: str
    prompt: str
    language: str
    attempt: int
    code: str | None
    files: dict[str, str]
    tests: dict[str, str]
    output: Output
    outputs: list[KeptOutput]
    changes: list[CellChange]
    effects: dict[str, Any]
    quality_score: float | None
    quality_parts: list[QualityPart]
    model: str | None
    cost: float
    receipt: dict[str, Any] | None
    artifact_id: str | None
    explanation: str
    error: dict[str, str] | None
    replay_of: str | None
    differs: list[dict[str, Any]]
    cached_from: str | None
    created_at: str


class Accepted(TypedDict, total=False):
    """POST /execute and POST /execute/{id}/retry."""

    execution_id: str
    status: str
    estimated_time_seconds: float
    cached_from: str | None


class Replayed(TypedDict):
    """POST /executions/{id}/replay."""

    new_execution_id: str
    differs: list[dict[str, Any]]
    """Why it is not exact: each has a `message`."""


class ExecutionPage(TypedDict):
    """GET /executions."""

    executions: list[Execution]
    total: int
    page: int


class Difference(TypedDict):
    """GET /execute/{id}/diff."""

    unified_diff: str
    changes_summary: dict[str, Any]


class Verdict(TypedDict, total=False):
    """POST /validate."""

    status: str
    signals: dict[str, Any]
    effects: dict[str, Any]
    quality_score: float | None
    quality_parts: list[QualityPart]
    duration_ms: float
    isolation: dict[str, Any] | None
    receipt: dict[str, Any] | None
    explanation: str
    stdout: str
    stderr: str


class Vulnerability(TypedDict):
    """One finding of a security scan."""

    path: str
    line: int
    severity: str
    confidence: str
    type: str
    message: str
    fix_suggestion: str


class SecurityReport(TypedDict):
    """POST /security/scan and GET /security/scan/{execution_id}: the gravest first."""

    vulnerabilities: list[Vulnerability]
    risk_score: float
    passed: bool
    scanned_at: str


class Check(TypedDict):
    """One part: its state (``ok``, ``degraded`` or ``missing``), a sentence, what to do about it and what to type."""

    state: str
    sentence: str
    fix: str | None
    commands: list[str]


class Health(TypedDict):
    """GET /health."""

    status: str
    version: str
    checks: dict[str, Check]
