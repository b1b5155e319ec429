"""The template library: find what fits a request, fill it, render it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core.errors import InvalidInput, NoTemplateFits, NotFound, SettingError
from . import loader
from .filling import Filled
from .folder import Held, UserFolder
from .matching import MAX_REQUEST, Matcher
from .models import Candidate, Problem, RenderedTemplate, Template, TemplateSummary
from .orders import Reading
from .pressing import press
from .settings import TemplateSettings
from .workshop import Workshop

_SET_UP = "Run `jupyter coding-agent doctor` to see how to set up a model, which can write anything else."


class TemplateLibrary:
    """The templates that are shipped, and those of the user's own folder. Blocks; for several threads.

    A template whose files are wrong is left out and named in `problems`; asking for it by id says why. What
    evaluates anything of a user's template runs in a process of its own (`workshop`).
    """

    def __init__(self, folder: Path | None = None, workshop: Workshop | None = None) -> None:
        self._shipped = {template.id: template for template in loader.shipped()}
        self._words = loader.load_words()
        self._workshop = workshop or Workshop()
        self._folder = UserFolder(folder, self._workshop, self._shipped.keys())
        self._lock = threading.Lock()
        self._matcher = self._matcher_of(Held())
        self._version = 0

    @classmethod
    def of(cls, settings: TemplateSettings, data: Path) -> TemplateLibrary:
        """The library of an engine with this data directory."""
        workshop = Workshop(settings.timeout_seconds, settings.memory_mb, settings.max_output_kb * 1024)
        return cls(settings.path(data), workshop)

    def fingerprint(self) -> str:
        """Changes with the user's own templates; the shipped ones change with the product."""
        return self._folder.fingerprint()

    @property
    def problems(self) -> list[Problem]:
        """A sentence for each template that could not be loaded."""
        return list(self._folder.held().problems.values())

    def list(
        self, category: str | None = None, language: str | None = None, framework: str | None = None
    ) -> list[TemplateSummary]:
        """The loaded templates, by id, optionally only those of a category, language or framework."""
        shown = set(TemplateSummary.model_fields) - {"id", "origin"}
        summaries = [
            TemplateSummary(
                id=template.id, origin=template.origin, **template.manifest.model_dump(include=shown)
            )
            for _, template in sorted(self._templates().items())
        ]
        wanted = {"category": category, "language": language, "framework": framework}
        return [
            summary
            for summary in summaries
            if all(value is None or getattr(summary, name) == value for name, value in wanted.items())
        ]

    def get(self, template_id: str) -> Template:
        """One template. Raises NotFound, or the SettingError that keeps it from loading."""
        held = self._folder.held()
        template = self._shipped.get(template_id) or held.templates.get(template_id)
        if template is not None:
            return template
        if template_id in held.problems:
            raise SettingError(held.problems[template_id].message, field="template_id")
        names = ", ".join(sorted({**self._shipped, **held.templates}))
        raise NotFound(
            f"There is no template {template_id[:100]!r}; there are: {names}.", field="template_id"
        )

    def match(self, prompt: str, language: str) -> Sequence[Candidate]:
        """Every template of the language: those that fit first, best first."""
        return self._current().rank(prompt, language)

    def fill(self, template: Template, prompt: str) -> dict[str, Any]:
        """The values that the request gives for the template's variables; the rest keep their defaults.

        Of a long request only the beginning is read.
        """
        return dict(self._current().fill(template, prompt[:MAX_REQUEST]).values)

    def render(
        self, template: Template, variables: Mapping[str, Any], *, score: float = 1.0
    ) -> RenderedTemplate:
        """Code and tests with these values.

        Raises:
            InvalidInput: naming the variable whose value can't be used.
            SettingError: a template of the user's own can't be rendered within its limits.
        """
        if template.origin == "built-in":
            return press(template, variables, score=score)
        return self._workshop.press(template, variables).model_copy(update={"score": score})

    def answer(
        self,
        prompt: str,
        language: str,
        template_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> RenderedTemplate:
        """The best fitting template, or the named one, rendered with `variables` or what the request gives.

        Raises:
            NoTemplateFits: the library does not do what is asked; the sentence names what comes closest.
            NotFound: there is no template of that id.
            InvalidInput: a variable has a value that it can't have.
        """
        if template_id is not None:
            template = self.get(template_id)
            return self.render(template, self.fill(template, prompt) if variables is None else variables)
        candidates = self.match(prompt, language)
        if not candidates or not candidates[0].fits:
            raise NoTemplateFits(self._refusal(candidates, language))
        template = self.get(candidates[0].template_id)
        return self.render(template, self.fill(template, prompt), score=candidates[0].score)

    def nearest(self, template: Template, prompt: str) -> RenderedTemplate:
        """The template with what the request gives for it, or with its defaults where that can't be used."""
        samples = template.manifest.samples()
        try:
            return self.render(template, samples | self.fill(template, prompt))
        except InvalidInput:
            return self.render(template, samples)

    def _templates(self) -> dict[str, Template]:
        return {**self._shipped, **self._folder.held().templates}

    def _current(self) -> Matcher:
        """The matcher of what the folder holds now."""
        held = self._folder.held()
        with self._lock:
            if held.version != self._version:
                self._matcher, self._version = self._matcher_of(held), held.version
            return self._matcher

    def _matcher_of(self, held: Held) -> Matcher:
        return Matcher([*self._shipped.values(), *held.templates.values()], self._words, self._fill_elsewhere)

    def _fill_elsewhere(self, readings: Mapping[str, Reading], request: str) -> dict[str, Filled]:
        """What a request says about users' templates; one whose expressions don't end is left out from now on."""
        try:
            return self._workshop.fill(readings, request)
        except SettingError:
            filled: dict[str, Filled] = {}
        for name, reading in readings.items():
            try:
                filled |= self._workshop.fill({name: reading}, request)
            except SettingError as error:
                self._folder.exclude(name, error.message)
        return filled

    def _refusal(self, candidates: Sequence[Candidate], language: str) -> str:
        if not candidates:
            return f"There are no built-in templates for {language}. {_SET_UP}"
        for candidate in candidates:
            if candidate.passed_over:
                words = ", ".join(f"“{one}”" for one in candidate.passed_over[:3])
                return (
                    f"No built-in template fits this request: {candidate.name!r} would pass over {words}. Ask "
                    "without that, or take the template as it is, with its id as --template or `template_id`: "
                    f"{candidate.template_id}. {_SET_UP}"
                )
        closest = [candidate for candidate in candidates[:3] if candidate.score > 0]
        names = ", ".join(f"{candidate.name!r} ({candidate.score:.2f})" for candidate in closest)
        near = f"closest: {names}" if names else f"none of the {len(candidates)} is near"
        return f"No built-in template fits this request ({near}). {_SET_UP}"
