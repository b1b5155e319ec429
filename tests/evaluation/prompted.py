"""The engine's own prompts, as the model under evaluation gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_coding_agent.agents.conversation.feedback import build_feedback
from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.agents.models import Attempt
from jupyter_coding_agent.validation.models import Signals, TestResult, TestsSignal, Verdict
from tests.evaluation.tasks import Task

TEST_FILE = "test_solution.py"
_PROMPTS = Prompts()


def conversation(template: str, task: Task, **context: Any) -> list[dict[str, str]]:
    """The system's message and the user's."""
    common = {
        "language": _PROMPTS.language("python"),
        "prompt": task.prompt,
        "examples": [],
        "kernel_python": None,
        "variables": "\n".join(f"{name}: {kind}" for name, kind in task.variables.items()),
        "cells": [],
    }
    return [
        {"role": "system", "content": _PROMPTS.render("system", **common)},
        {"role": "user", "content": _PROMPTS.render(template, **common, **context)},
    ]


def for_tests(task: Task) -> list[dict[str, str]]:
    """Tests are asked for."""
    return conversation("tests", task)


def for_second_tests(task: Task) -> list[dict[str, str]]:
    """Tests are asked for that are independent of the first."""
    return conversation("retest", task, interface=["share(<int>, <int>)"], tested=[])


def for_more_tests(task: Task, tests: str, code: str) -> list[dict[str, str]]:
    """Tests are asked for that notice more."""
    return conversation(
        "strengthen", task, files={"solution.py": code}, tests={TEST_FILE: tests}, survivors=[]
    )


def for_alternative(task: Task) -> list[dict[str, str]]:
    """An independent solution is asked for."""
    return conversation("alternative", task, interface=["share(<int>, <int>)"])


def for_fresh(task: Task, tests: str) -> list[dict[str, str]]:
    """A solution from scratch is asked for after failures."""
    return conversation("fresh", task, tests={TEST_FILE: tests}, wrong=["test_1: assert 1 == 2"])


def for_code(task: Task, tests: str) -> list[dict[str, str]]:
    """A solution is asked for, these tests shown."""
    return conversation("code", task, tests={TEST_FILE: tests})


def for_repair(task: Task, tests: str, code: str, failing: Sequence[str]) -> list[dict[str, str]]:
    """A repair is asked for, after these tests failed."""
    files = {"solution.py": code}
    feedback = build_feedback(attempt(files, failing), {TEST_FILE: tests})
    return conversation("repair", task, feedback=feedback, files=files, requirements=[])


def attempt(files: Mapping[str, str], failing: Sequence[str]) -> Attempt:
    """An attempt of which these tests failed."""
    results = [
        TestResult(id=f"{TEST_FILE}::{name}", outcome="failed", message=f"AssertionError: {name}")
        for name in failing
    ]
    verdict = Verdict(
        status="failed",
        signals=Signals(tests=TestsSignal(passed=False, results=results)),
        error_class="assertion",
    )
    return Attempt(
        number=1,
        files=dict(files),
        diff="",
        verdict=verdict,
        error_class="assertion",
        error_message=f"{failing[0]}: AssertionError" if failing else "the linter found errors",
        started_at="",
        finished_at="",
    )
