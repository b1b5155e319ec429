"""The labelled solutions: `labelled` is what the rules were made with (its `blind` files were written without knowing
the rules, which were then mended), `held_out` was written after them, `missed` no rule finds, and `asked` hides its
answers so that only a run can tell.

Each YAML file is a list of tasks, each with a request, tests and solutions that are `gamed` or `honest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jupyter_coding_agent.validation.gaming import Look
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import Example, ValidationRequest

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One solution of one task."""

    name: str
    label: str
    request: ValidationRequest

    def look(self) -> Look:
        """What parsing finds."""
        return LANGUAGES["python"].look(self.request)


def entries(part: str) -> list[Entry]:
    """All solutions in the files of a folder beside this one."""
    return [
        Entry(f"{task['task']}/{solution['name']}", solution["label"], _request(task, solution))
        for path in sorted((_HERE / part).glob("*.yaml"))
        for task in yaml.safe_load(path.read_text("utf-8"))
        for solution in task["solutions"]
    ]


def _request(task: dict[str, Any], solution: dict[str, Any]) -> ValidationRequest:
    return ValidationRequest(
        files={"solution.py": solution["code"], **task.get("files", {}), **solution.get("files", {})},
        tests={"test_solution.py": task["tests"]},
        examples=[Example(**example) for example in task.get("examples", [])],
        request_text=task.get("request", ""),
        cell="solution.py",
        signals=["tests"],
    )
