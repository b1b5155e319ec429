"""Every template passes its own validation in the real container, with default and with unusual values."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from tests.templates.cases import CASES, rendered

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("case", CASES)
async def test_a_template_passes_its_own_validation(judge: Validator, case: str) -> None:
    template = rendered(case)
    request = ValidationRequest(
        files=template.files,
        tests=template.tests,
        requirements=template.requirements,
        cell="solution.py",
        kernel_python="3.11",
    )
    verdict = await judge.validate(request, generated=True)
    tests, lint, security = verdict.signals.tests, verdict.signals.lint, verdict.signals.security
    assert tests is not None and lint is not None and security is not None
    failed = [result for result in tests.results if result.outcome != "passed"]
    assert verdict.status == "passed", (verdict.explanation, failed[:3], lint.findings, security.findings)
    assert tests.coverage_percent is not None and tests.coverage_percent >= 90
    assert lint.findings == []
    assert [finding for finding in security.findings if finding.severity != "low"] == []
    assert verdict.effects.network == []
    assert verdict.effects.open_resources == []
