"""Imports that the administrator blocks: found in every readable form, failed by every door of the validator."""

from __future__ import annotations

from random import Random

import pytest

from jupyter_coding_agent.agents.conversation.feedback import build_feedback
from jupyter_coding_agent.agents.models import Attempt
from jupyter_coding_agent.policy.service import Policy
from jupyter_coding_agent.policy.settings import PolicySettings
from jupyter_coding_agent.runner.models import Analysis, SecurityFinding
from jupyter_coding_agent.validation.blocked import ImportSite, findings
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import ValidationRequest, Verdict
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner

TESTS = "from solution import add\n\n\ndef test_adds():\n    assert add(2, 3) == 5\n"
ADD = "\n\ndef add(a, b):\n    return a + b\n"
HIGH = SecurityFinding(
    path="solution.py", line=1, severity="high", confidence="high", type="B602", message="shell=True"
)


def policy(**rules: object) -> Policy:
    return Policy(PolicySettings(environ={}, **rules))


async def judged(code: str, rules: Policy, *scanned: SecurityFinding, **fields: object) -> Verdict:
    runner = FakeRunner(
        analysis=Analysis(statements={"solution.py": [1]}, imports=[], security=list(scanned))
    )
    options = {name: fields.pop(name) for name in ("block_high_severity",) if name in fields}
    validator = Validator(runner, ValidationSettings(environ={}, **options), random=Random(0), policy=rules)
    tests = {"test_solution.py": TESTS}
    return await validator.validate(ValidationRequest(files={"solution.py": code}, tests=tests, **fields))


def modules(code: str) -> list[tuple[int, str]]:
    sites = LANGUAGES["python"].import_sites({"solution.py": code})
    return sorted((site.line, site.module) for site in sites)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import os, subprocess as s", [(1, "os"), (1, "subprocess")]),
        ("def f():\n    if x:\n        from xml.etree import ElementTree", [(3, "xml.etree.ElementTree")]),
        ("from subprocess import *", [(1, "subprocess.*")]),
        ("from . import subprocess", []),
        ("m = __import__('subprocess')", [(1, "subprocess")]),
        ("import importlib\nm = importlib.import_module('os.path')", [(1, "importlib"), (2, "os.path")]),
        ("m = lambda: import_module('os')", [(1, "os")]),
        ("exec('import os')", [(1, "os")]),
        ("exec(\"exec('import os')\")", [(1, "os")]),
        ("exec(name)\n__import__(name)\nimport_module(1)\neval()", []),
        ("%matplotlib inline\n%time import os\nx = 1", [(2, "os")]),
        ("# import os\ns = 'import os'", []),
        ("import os\ndef broken(:", [(1, "os")]),
        ("from os.path import join\ndef broken(:", [(1, "os.path")]),
    ],
)
def test_imports_are_found_in_every_form_whose_name_is_in_the_source(code: str, found: list[tuple[int, str]]):
    assert modules(code) == found


def test_a_file_of_the_same_name_is_no_way_around_it():
    files = {"solution.py": "import subprocess", "subprocess.py": "x = 1"}
    sites = LANGUAGES["python"].import_sites(files)
    assert [site.module for site in sites] == ["subprocess"]


def test_one_finding_a_line_and_rule_names_the_import_and_the_rule():
    sites = [ImportSite("a.py", 3, "os.path"), ImportSite("a.py", 3, "os.sep"), ImportSite("a.py", 4, "sys")]
    (finding,) = findings(sites, policy(blocked_imports=["os"]))
    assert (finding.path, finding.line, finding.severity, finding.type) == (
        "a.py",
        3,
        "high",
        "blocked_import",
    )
    assert "'os.path'" in finding.message
    assert "PolicySettings.blocked_imports" in finding.message


@pytest.mark.parametrize(
    "fields", [{}, {"signals": ["tests", "lint"]}, {"signals": ["lint"]}, {"block_high_severity": False}]
)
async def test_code_with_a_blocked_import_never_passes(fields: dict[str, object]):
    code = "import subprocess" + ADD
    assert (await judged(code, policy(), **fields)).status != "failed"
    verdict = await judged(code, policy(blocked_imports=["subprocess"]), **fields)
    assert (verdict.status, verdict.error_class, verdict.receipt) == ("failed", "blocked_import", None)
    assert verdict.signals.security is not None
    assert not verdict.signals.security.passed
    assert [finding.type for finding in verdict.signals.security.findings] == ["blocked_import"]
    assert "solution.py:1" in verdict.explanation
    assert "'subprocess'" in verdict.explanation


async def test_it_hides_no_other_signal_and_other_code_is_not_touched():
    rules = policy(blocked_imports=["subprocess"])
    verdict = await judged("import subprocess" + ADD, rules, HIGH)
    assert verdict.signals.tests is not None
    assert verdict.signals.tests.passed
    assert "shell=True" in verdict.explanation
    assert (await judged("import math" + ADD, rules)).status == "passed"


async def test_the_repairer_is_told_which_import_and_to_do_without_it():
    verdict = await judged("import subprocess" + ADD, policy(blocked_imports=["subprocess"]))
    attempt = Attempt(
        number=1,
        files={"solution.py": "import subprocess" + ADD},
        diff="",
        verdict=verdict,
        error_class=verdict.error_class,
        error_message=verdict.explanation,
        started_at="",
        finished_at="",
    )
    feedback = build_feedback(attempt, {"test_solution.py": TESTS})
    assert "without" in feedback.advice
    listed = next(section.text for section in feedback.sections if section.title == "findings that must go")
    assert "solution.py:1: blocked_import" in listed
    assert "Solve it without 'subprocess'" in listed


async def test_a_forced_scan_is_judged_and_said_although_nobody_asked_for_it():
    plain = await judged("import math" + ADD, policy(), HIGH, signals=["tests", "lint"])
    assert (plain.status, plain.signals.security) == ("passed", None)
    assert "administrator" not in plain.explanation
    rules = policy(force_security_scan=True)
    forced = await judged("import math" + ADD, rules, HIGH, signals=["tests", "lint"])
    assert (forced.status, forced.error_class) == ("failed", "security")
    assert "the administrator requires it" in forced.explanation
    asked = await judged("import math" + ADD, rules)
    assert (asked.status, "administrator" in asked.explanation) == ("passed", False)


async def test_a_forced_scan_is_stronger_than_the_setting_that_switches_it_off():
    runner = FakeRunner(analysis=Analysis(statements={}, imports=[], security=[HIGH]))
    settings = ValidationSettings(environ={}, enable_security_scan=False)
    request = ValidationRequest(files={"solution.py": ADD}, tests={"test_solution.py": TESTS})
    for rules, status in ((policy(), "passed"), (policy(force_security_scan=True), "failed")):
        validator = Validator(runner, settings, random=Random(0), policy=rules)
        assert (await validator.validate(request)).status == status
