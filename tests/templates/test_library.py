"""The shipped templates: what they render is Python that black, flake8 and bandit have nothing against."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import black
import pytest

from jupyter_coding_agent.templates.filling import check_patterns
from jupyter_coding_agent.templates.models import Category
from tests.templates.cases import CASES, LIBRARY, UNUSUAL, rendered

HARMLESS = {"B101"}  # pytest asserts


def test_every_template_loads_and_there_are_enough() -> None:
    assert LIBRARY.problems == []
    assert len(LIBRARY.list()) >= 20
    assert {template.category for template in LIBRARY.list()} == set(get_args(Category))


@pytest.mark.parametrize("template_id", [template.id for template in LIBRARY.list()])
def test_every_expression_of_a_template_is_one(template_id: str) -> None:
    check_patterns(LIBRARY.get(template_id).manifest)


def test_every_template_has_unusual_values() -> None:
    assert UNUSUAL.keys() == {template.id for template in LIBRARY.list()}


@pytest.mark.parametrize("case", CASES)
def test_what_is_rendered_is_formatted_python(case: str) -> None:
    template = rendered(case)
    for path, source in {**template.files, **template.tests}.items():
        compile(source, path, "exec")
        assert black.format_str(source, mode=black.Mode()) == source, path


SAFE = {"os.fsync", "os.replace"}
"""Calls of the library's own that write a file in one go."""


@pytest.mark.parametrize("case", CASES)
def test_values_stay_data(case: str) -> None:
    """The calls of what is rendered are those of the template, whatever the values say."""
    for source in rendered(case).files.values():
        calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
        assert not {call for call in calls - SAFE if call.startswith(("os.", "exec", "eval", "__import__"))}


@pytest.mark.parametrize("case", CASES)
def test_tests_test_and_do_not_wait_or_skip(case: str) -> None:
    for source in rendered(case).tests.values():
        functions = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        tests = [name for name in functions if name.startswith("test_")]
        assert len(tests) >= 5
        assert len(tests) == len(set(tests))
        # A test's own clock may be called time, and sleep; the real one is not there.
        assert "import time" not in source and "from time" not in source
        assert "skip" not in source and "xfail" not in source


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is rendered, one folder a case."""
    root = tmp_path_factory.mktemp("rendered")
    for case in CASES:
        template = rendered(case)
        for path, source in {**template.files, **template.tests}.items():
            (root / case).mkdir(exist_ok=True)
            (root / case / path).write_text(source, encoding="utf-8")
    return root


def test_flake8_finds_nothing(folder: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--max-line-length=88", str(folder)],
        capture_output=True,
        text=True,
    )
    assert (found.stdout, found.returncode) == ("", 0)


def test_bandit_finds_nothing_of_weight(folder: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", "-q", "-f", "json", str(folder)],
        capture_output=True,
        text=True,
    )
    report = json.loads(found.stdout)
    assert report["errors"] == []
    assert len(report["metrics"]) > len(CASES)
    findings = [result for result in report["results"] if result["test_id"] not in HARMLESS]
    assert [finding for finding in findings if finding["issue_severity"] != "LOW"] == []
    assert [finding for finding in findings if finding["filename"].endswith("/solution.py")] == []
