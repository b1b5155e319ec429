"""Scans of code and of what executions delivered, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.core.errors import NotFound
from jupyter_coding_agent.runner.models import Analysis, SecurityFinding
from jupyter_coding_agent.security.handlers import routes
from jupyter_coding_agent.security.service import SecurityService
from jupyter_coding_agent.validation.models import SecuritySignal, Signals
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner
from tests.serving import served


def finding(severity: str, line: int) -> SecurityFinding:
    return SecurityFinding(
        path="solution.py",
        line=line,
        severity=severity,
        confidence="high",
        type="B602",
        message="shell",
        fix_suggestion="Don't.",
    )


FOUND = [finding("low", 1), finding("high", 9), finding("high", 3), finding("medium", 2)]


class Shelf:
    """Executions as they may be."""

    def __init__(self) -> None:
        self.views: dict[str, Any] = {}

    def put(self, name: str, security: SecuritySignal | None, files: dict[str, str] | None) -> None:
        self.views[name] = SimpleNamespace(
            files=files,
            status="passed",
            language=None,
            signals=Signals(security=security),
            finished_at="2026-01-01T00:00:00Z",
        )

    async def view(self, user: str, execution_id: str) -> Any:
        if execution_id not in self.views:
            raise NotFound("There is no such execution.")
        return self.views[execution_id]


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner(analysis=Analysis(security=FOUND))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def client(runner: FakeRunner, shelf: Shelf, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    judge = Validator(runner, ValidationSettings())
    async with served(routes(SecurityService(judge, shelf)), tmp_path / "private" / "socket") as client:
        yield client


async def test_code_is_scanned_and_not_run(client: httpx.AsyncClient, runner: FakeRunner):
    answer = await client.post("/security/scan", json={"code": "x = 1\n", "language": "python"})
    report = answer.json()
    found = [(one["severity"], one["line"]) for one in report["vulnerabilities"]]
    assert found == [("high", 3), ("high", 9), ("medium", 2), ("low", 1)]
    assert report["vulnerabilities"][0]["fix_suggestion"] == "Don't."
    assert report["risk_score"] > 0
    assert report["passed"] is False
    assert runner.test_jobs == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "code"),
        ({"code": ""}, 400, "code"),
        ({"code": "x", "language": "cobol"}, 400, "language"),
        ({"code": "x", "more": 1}, 400, "more"),
        ({"code": "x" * (1024 * 1024 + 1)}, 413, "code"),
        ({"code": "\0"}, 400, "files.solution.py"),
    ],
)
async def test_a_body_that_is_no_scan_is_refused_with_the_field(
    client: httpx.AsyncClient, body: dict[str, Any], status: int, field: str
):
    answer = await client.post("/security/scan", json=body)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_a_scan_that_is_switched_off_is_told(runner: FakeRunner, shelf: Shelf, tmp_path: Path):
    judge = Validator(runner, ValidationSettings(enable_security_scan=False))
    async with served(routes(SecurityService(judge, shelf)), tmp_path / "private" / "socket") as client:
        answer = await client.post("/security/scan", json={"code": "x = 1"})
    assert answer.status_code == 422
    assert "enable_security_scan" in answer.json()["message"]


async def test_what_an_execution_was_found_to_be_is_not_looked_for_again(
    client: httpx.AsyncClient, runner: FakeRunner, shelf: Shelf
):
    shelf.put("exe_1", SecuritySignal(passed=True, findings=[finding("low", 1)], risk_score=1), {"a.py": "x"})
    report = (await client.get("/security/scan/exe_1")).json()
    assert (len(report["vulnerabilities"]), report["scanned_at"]) == (1, "2026-01-01T00:00:00Z")
    assert runner.analysis_jobs == []


async def test_one_that_was_made_without_a_scan_is_scanned_now(
    client: httpx.AsyncClient, runner: FakeRunner, shelf: Shelf
):
    shelf.put("exe_1", None, {"a.py": "x = 1\n"})
    assert len((await client.get("/security/scan/exe_1")).json()["vulnerabilities"]) == len(FOUND)
    assert [*runner.analysis_jobs[0].files] == ["a.py"]


async def test_no_code_and_no_execution_are_told_apart(client: httpx.AsyncClient, shelf: Shelf):
    shelf.put("exe_1", None, None)
    assert (await client.get("/security/scan/exe_1")).status_code == 409
    assert (await client.get("/security/scan/exe_2")).status_code == 404
