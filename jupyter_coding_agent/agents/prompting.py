"""The prompts: data files with a version, rendered with what the task brings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from ..core.errors import Unprocessable
from .fencing import fence

PROMPTS = Path(__file__).parent / "prompts"


class LanguagePart(BaseModel):
    """What prompts and replies need to know of one language: ``prompts/languages/<language>.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    fence: str
    fences: list[str]
    """Info strings that mean this language."""
    solution: str
    test_file: str
    test_files: list[str]
    """Patterns of the paths that are tests, read-only for whoever writes the solution."""
    refused_files: list[str]
    conventions: str
    tests_instructions: str
    code_instructions: str

    def is_test(self, path: str) -> bool:
        """Whether a path belongs to the tests."""
        return any(re.search(pattern, path) for pattern in self.test_files)

    def is_refused(self, path: str) -> bool:
        """Whether a file of that path would steer the test run."""
        return any(re.search(pattern, path) for pattern in self.refused_files)


class Prompts:
    """Renders the templates of `prompts/`. `version` changes with their text."""

    def __init__(self, directory: Path = PROMPTS) -> None:
        self._directory = directory
        self.version: str = yaml.safe_load((directory / "prompts.yaml").read_text())["version"]
        # Markdown for a model, not HTML for a browser: nothing to escape.
        self._environment = Environment(  # noqa: S701
            loader=FileSystemLoader(directory),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["data"] = _data

    def languages(self) -> list[str]:
        """The languages that prompts exist for."""
        return sorted(path.stem for path in (self._directory / "languages").glob("*.yaml"))

    def language(self, name: str) -> LanguagePart:
        """What is known of a language. Raises Unprocessable for one without prompts."""
        if name not in self.languages():
            raise Unprocessable(
                f"The request is for {name}, which can't be proved yet. "
                f"Choose one of {', '.join(self.languages())} as the language, or word the request for it.",
                field="language",
            )
        return LanguagePart(**yaml.safe_load((self._directory / "languages" / f"{name}.yaml").read_text()))

    def render(self, template: str, **context: Any) -> str:
        """One prompt. Values are inserted as they are; templates fence what is data by ``data(label, …)``."""
        return self._environment.get_template(f"{template}.md.j2").render(context).strip()


def _data(label: str, text: str, limit: int) -> str:
    return fence(label, text, limit=limit)
