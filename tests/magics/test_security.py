"""Security reports, approval of packages, and settings, as the magics show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.magics.conftest import Paper

Run = Callable[[str], Any]


def test_a_results_report_shows_severity_line_and_fix_as_text(session: Session, run: Run, paper: Paper):
    run("%%agent --no-insert\nadd")
    run("%agent security")
    shown = paper.shown[-1]
    assert "1 high; risk 8 of 10" in shown["text/plain"]
    assert "solution.py:2: B602" in shown["text/plain"]
    assert "return a + b" in shown["text/plain"]
    assert "Fix: Give a list of arguments." in shown["text/plain"]
    assert "&lt;shell&gt;" in shown["text/html"]
    assert "<shell>" not in shown["text/html"]


def test_a_cell_is_scanned_and_named(session: Session, run: Run, paper: Paper, fake: Running):
    run("quiet = 1")
    run("first = 1\nshell = 2")
    run("%agent security 2")
    assert "In [2]:2: B602" in paper.text
    assert "shell = 2" in paper.text
    run("%agent security 1")
    assert "✓ In [1]: no findings; risk 0 of 10" in paper.text
    run("%agent security 99")
    assert "There is no cell In [99]" in paper.text


def test_what_waits_for_approval_is_told_and_asked_again_once_approved(
    session: Session, run: Run, paper: Paper, fake: Running
):
    run("%%agent --no-insert\nfail to add")
    (name,) = fake.engine.executions
    run("%agent approve")
    assert f"Nothing in {name} waits for approval." in paper.text
    wanted = "The generated code wants the package 'left-pad'."
    fake.engine.attempts[name][0].update(error_class="package_not_allowed", error_message=wanted)
    run("%agent approve")
    assert wanted in paper.text
    run("%agent approve left-pad")
    asked = [body for method, path, body in fake.engine.requests if path.endswith("/retry")]
    assert asked == [{"approved_packages": ["left-pad"]}]
    run("%%agent --no-insert\nadd more")
    assert fake.engine.prompts[-1]["approved_packages"] == ["left-pad"]


def test_settings_are_shown_with_where_they_are_from(
    session: Session, run: Run, paper: Paper, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CODING_AGENT_PANELS", "off")
    run("%agent config")
    text = paper.text
    assert "CODING_AGENT_LLM_PROVIDER" in text
    assert "2048" in text
    assert "warm_plain" not in text
    assert "GROQ_API_KEY" in text and "(set)" in text
    assert "OPENAI_API_KEY" not in text
    assert "this kernel's environment" in text
    run("%agent config warm")
    assert "RunnerSettings.warm_plain" in paper.text
    run("%agent config nonsense")
    assert "No setting has 'nonsense' in its name." in paper.text
