"""The built-in provider: answers from the template library, and never pretends to be a model."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from ..models import ModelRequest
from .base import ProviderFailure

FENCE_LANGUAGES = {".py": "python", ".sql": "sql", ".js": "javascript", ".ts": "typescript", ".html": "html"}

HOW_TO_SET_UP = (
    "No language model answers here, so neither can questions be answered; code comes from the built-in "
    "templates. Set a provider's key (GROQ_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY, DEEPSEEK_API_KEY) or "
    "start Ollama, then restart Jupyter; `jupyter coding-agent doctor` shows what was found."
)


class Rendered(Protocol):
    """A template filled in."""

    @property
    def template_id(self) -> str:
        """Which template."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def files(self) -> Mapping[str, str]:
        """Path → source."""

    @property
    def tests(self) -> Mapping[str, str]:
        """Path → test source."""

    @property
    def requirements(self) -> Sequence[str]:
        """PEP 508 names."""


class Library(Protocol):
    """The template library, as this room needs it."""

    def answer(self, prompt: str, language: str, template_id: str | None = None) -> Rendered:
        """The template that fits best, its variables filled from the prompt. Raises NoTemplateFits."""


class TemplatesCantRepair(ProviderFailure):
    """A template is the same every time: there is nothing to try again with."""


class TemplateProvider:
    """Answers in the form that models are asked for: one fenced block a file."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def complete(self, request: ModelRequest) -> tuple[str, str]:
        """The answer and the name of who gave it. Raises NoTemplateFits, TemplatesCantRepair."""
        if request.purpose == "chat":
            return HOW_TO_SET_UP, "templates"
        if request.purpose in ("repair", "strengthen"):
            raise TemplatesCantRepair(
                "the built-in templates can't repair code or strengthen tests; that takes a language model"
            )
        rendered = await asyncio.to_thread(
            self._library.answer, request.prompt, request.language, request.template_id
        )
        name = f"templates/{rendered.template_id}"
        if request.purpose == "tests":
            if not rendered.tests:
                raise ProviderFailure(f"the template {rendered.template_id!r} has no tests")
            return _introduced(rendered, [_file(path, text) for path, text in rendered.tests.items()]), name
        blocks = [_file(path, text) for path, text in rendered.files.items()]
        if rendered.requirements:
            blocks.append(_fenced("requirements", "\n".join(rendered.requirements)))
        return _introduced(rendered, blocks), name


def _introduced(rendered: Rendered, blocks: list[str]) -> str:
    return (
        "\n\n".join([f"From the built-in template “{rendered.name}” ({rendered.template_id}).", *blocks])
        + "\n"
    )


def _file(path: str, text: str) -> str:
    language = FENCE_LANGUAGES.get(PurePosixPath(path).suffix, "text")
    return _fenced(f"{language} path={path}", text)


def _fenced(info: str, text: str) -> str:
    """A block whose fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{text.rstrip()}\n{fence}"
