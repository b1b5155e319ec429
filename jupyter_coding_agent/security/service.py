"""Scans: of code as it is given, and of what an execution delivered."""

from __future__ import annotations

from typing import Protocol

from ..core.clock import iso, now
from ..core.errors import Conflict, Unprocessable
from ..executions.models import ExecutionView
from ..validation.models import SecuritySignal, ValidationRequest, Verdict
from .models import ScanRequest, SecurityReport

PATH = "solution.py"
_GRAVEST_FIRST = ("high", "medium", "low")


class Judge(Protocol):
    """Who has the security signal."""

    async def validate(self, request: ValidationRequest) -> Verdict:
        """The verdict."""


class Executions(Protocol):
    """Who has the executions."""

    async def view(self, user: str, execution_id: str) -> ExecutionView:
        """One of the user's. Raises NotFound."""


class SecurityService:
    """Nothing that is scanned is executed."""

    def __init__(self, judge: Judge, executions: Executions) -> None:
        self._judge = judge
        self._executions = executions

    async def scan(self, request: ScanRequest) -> SecurityReport:
        """Scan code that nobody has executed.

        Raises:
            InvalidInput: the language is not known, or the code is no text.
            Unprocessable: the administrator has switched the scan off.
            MissingPart: no container engine answers.
        """
        return await self._scanned({PATH: request.code}, request.language)

    async def of_execution(self, user: str, execution_id: str) -> SecurityReport:
        """What is dangerous about what an execution delivered.

        Raises:
            NotFound: there is no such execution.
            Conflict: it has delivered no code (yet).
        """
        view = await self._executions.view(user, execution_id)
        if not view.files:
            raise Conflict(f"{execution_id} has no code to scan: it is {view.status}.")
        if view.signals.security is not None:
            return _report(view.signals.security, view.finished_at or iso(now()))
        # It was made without the scan.
        return await self._scanned(view.files, view.language or "python")

    async def _scanned(self, files: dict[str, str], language: str) -> SecurityReport:
        asked = ValidationRequest(language=language, files=files, signals=["security"])
        found = (await self._judge.validate(asked)).signals.security
        if found is None:
            raise Unprocessable(
                "The security scan is switched off: see ValidationSettings.enable_security_scan."
            )
        return _report(found, iso(now()))


def _report(signal: SecuritySignal, scanned_at: str) -> SecurityReport:
    found = sorted(signal.findings, key=lambda one: (_GRAVEST_FIRST.index(one.severity), one.path, one.line))
    return SecurityReport(
        vulnerabilities=found, risk_score=signal.risk_score, passed=signal.passed, scanned_at=scanned_at
    )
