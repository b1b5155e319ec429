"""Bodies of the security endpoints."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ..runner.models import SecurityFinding

MOST_CODE = 1024 * 1024


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScanRequest(_Model):
    """POST /security/scan."""

    code: str = Field(min_length=1, max_length=MOST_CODE)
    language: str = "python"


class SecurityReport(_Model):
    """What a scan found, the gravest first."""

    vulnerabilities: list[SecurityFinding]
    risk_score: float
    """0 to 10."""
    passed: bool
    """False where something was found that keeps code from passing."""
    scanned_at: str
