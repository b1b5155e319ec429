"""The built-in provider: answers from the template library, and never pretends to be a model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple, Protocol

from ...core.errors import NoTemplateFits
from ..models import ModelRequest
from .base import ProviderFailure

FENCE_LANGUAGES = {".py": "python", ".sql": "sql", ".js": "javascript", ".ts": "typescript", ".html": "html"}

_SET_UP = (
    "Set a provider's key (GROQ_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY, DEEPSEEK_API_KEY) or "
    "start Ollama, then restart Jupyter{again}; `jupyter coding-agent doctor` shows what was found."
)
HOW_TO_SET_UP = (
    "No language model answers here, so neither can questions be answered; code comes from the built-in "
    f"templates. {_SET_UP.format(again='')}"
)
HOW_TO_GO_ON = (
    "No language model answers here, and only one can change an earlier result: templates just write what they "
    f"hold. {_SET_UP.format(again=' and ask this again in the same session')} Without a model: change the "
    "cell yourself and prove it (%agent validate, or POST /validate), or ask for all of it in the words of a "
    "template, values included (%agent templates, or GET /templates)."
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

    @property
    def note(self) -> str:
        """Where the values come from, in a sentence."""


class Library(Protocol):
    """The template library, as this room needs it."""

    async def answer(
        self,
        prompt: str,
        language: str,
        template_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """The template that fits best, or the named one, with `variables` or what the prompt gives.

        Raises NoTemplateFits.
        """

    async def used(self, template_id: str) -> None:
        """Count an answer from a template that nobody named."""


class Said(NamedTuple):
    """An answer, who gave it, and what is to be said about it."""

    text: str
    name: str
    note: str = ""


class TemplatesCantRepair(ProviderFailure):
    """A template is the same every time: there is nothing to try again with."""


class TemplateProvider:
    """Answers in the form that models are asked for: one fenced block a file."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def complete(self, request: ModelRequest) -> Said:
        """The answer. Raises NoTemplateFits, TemplatesCantRepair."""
        if request.purpose == "chat":
            return Said(HOW_TO_SET_UP, "templates")
        if request.purpose in ("repair", "strengthen"):
            raise TemplatesCantRepair(
                "the built-in templates can't repair code or strengthen tests; that takes a language model"
            )
        try:
            rendered = await self._library.answer(
                request.prompt, request.language, request.template_id, request.template_variables
            )
        except NoTemplateFits as error:
            if not request.goes_on:
                raise
            raise NoTemplateFits(HOW_TO_GO_ON) from error
        name = f"templates/{rendered.template_id}"
        if request.purpose == "tests":
            if not rendered.tests:
                raise ProviderFailure(f"the template {rendered.template_id!r} has no tests")
            tests = [_file(path, text) for path, text in rendered.tests.items()]
            return Said(_introduced(rendered, tests), name, rendered.note)
        blocks = [_file(path, text) for path, text in rendered.files.items()]
        if rendered.requirements:
            blocks.append(_fenced("requirements", "\n".join(rendered.requirements)))
        if request.template_id is None and request.purpose == "code":
            await self._library.used(rendered.template_id)
        return Said(_introduced(rendered, blocks), name, rendered.note)


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
