"""The template library: find what fits a request, fill it, render it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core import syntax
from ..core.errors import InvalidInput, NoTemplateFits, NotFound, SettingError
from . import loader
from .matching import Matcher
from .models import Candidate, RenderedTemplate, Template, TemplateSummary
from .rendering import render
from .values import checked, for_source

_SET_UP = "Run `jupyter coding-agent doctor` to see how to set up a model, which can write anything else."


class TemplateLibrary:
    """The templates that are shipped, and those of further folders.

    A template whose files are wrong is left out and named in `problems`; asking for it by id says why.
    """

    def __init__(self, paths: Sequence[Path] | None = None) -> None:
        self._templates: dict[str, Template] = {}
        self._broken: dict[str, SettingError] = {}
        self._taken_names: dict[str, frozenset[str]] = {}
        for root in (loader.LIBRARY, *(paths or ())):
            for folder in loader.folders(root):
                self._load(folder)
        self._matcher = Matcher(list(self._templates.values()), loader.load_words())

    def _load(self, folder: Path) -> None:
        try:
            template = loader.load(folder)
            if template.id in self._templates:
                raise SettingError(
                    f"{folder}: there is already a template {template.id!r}; rename the folder."
                )
        except SettingError as error:
            self._broken[folder.name] = error
        else:
            self._templates[template.id] = template

    @property
    def problems(self) -> list[str]:
        """A sentence for each template that could not be loaded."""
        return [error.message for error in self._broken.values()]

    def list(
        self, category: str | None = None, language: str | None = None, framework: str | None = None
    ) -> list[TemplateSummary]:
        """The loaded templates, by id, optionally only those of a category, language or framework."""
        summaries = [
            TemplateSummary(
                id=template.id,
                **template.manifest.model_dump(include=set(TemplateSummary.model_fields) - {"id"}),
            )
            for _, template in sorted(self._templates.items())
        ]
        wanted = {"category": category, "language": language, "framework": framework}
        return [
            summary
            for summary in summaries
            if all(value is None or getattr(summary, name) == value for name, value in wanted.items())
        ]

    def get(self, template_id: str) -> Template:
        """One template. Raises NotFound, or the SettingError that keeps it from loading."""
        if template_id in self._templates:
            return self._templates[template_id]
        if template_id in self._broken:
            raise self._broken[template_id]
        raise NotFound(
            f"There is no template {template_id!r}; there are: {', '.join(sorted(self._templates))}.",
            field="template_id",
        )

    def match(self, prompt: str, language: str) -> Sequence[Candidate]:
        """Every template of the language: those that fit first, best first."""
        return self._matcher.rank(prompt, language)

    def fill(self, template: Template, prompt: str) -> dict[str, Any]:
        """The values that the request gives for the template's variables; the rest keep their defaults."""
        return dict(self._matcher.fill(template, prompt).values)

    def render(
        self, template: Template, variables: Mapping[str, Any], *, score: float = 1.0
    ) -> RenderedTemplate:
        """Code and tests with these values.

        Raises:
            InvalidInput: naming the variable whose value can't be used.
        """
        values = checked(template.manifest, variables)
        self._refuse_taken_names(template, values)
        inside = for_source(template.manifest, values)
        return RenderedTemplate(
            template_id=template.id,
            name=template.manifest.name,
            files=_render_all(template.id, template.files, inside),
            tests=_render_all(template.id, template.tests, inside),
            requirements=template.manifest.requirements,
            variables=values,
            score=score,
        )

    def answer(self, prompt: str, language: str, template_id: str | None = None) -> RenderedTemplate:
        """The best fitting template, or the named one, filled from the request and rendered.

        Raises:
            NoTemplateFits: the library does not do what is asked; the sentence names what comes closest.
            NotFound: there is no template of that id.
            InvalidInput: the request gives a variable a value that it can't have.
        """
        if template_id is not None:
            template = self.get(template_id)
            return self.render(template, self.fill(template, prompt))
        candidates = self.match(prompt, language)
        if not candidates or not candidates[0].fits:
            raise NoTemplateFits(self._refusal(candidates, language))
        template = self._templates[candidates[0].template_id]
        return self.render(template, self.fill(template, prompt), score=candidates[0].score)

    def _refusal(self, candidates: Sequence[Candidate], language: str) -> str:
        if not candidates:
            return f"There are no built-in templates for {language}. {_SET_UP}"
        closest = [candidate for candidate in candidates[:3] if candidate.score > 0]
        names = ", ".join(f"{candidate.name!r} ({candidate.score:.2f})" for candidate in closest)
        near = f"closest: {names}" if names else f"none of the {len(candidates)} is near"
        return f"No built-in template fits this request ({near}). {_SET_UP}"

    def _refuse_taken_names(self, template: Template, values: Mapping[str, Any]) -> None:
        """A function called ``pd`` would shadow what the template itself uses."""
        for variable in template.manifest.variables:
            value = values[variable.name]
            if variable.type == "identifier" and value != variable.default and value in self._taken(template):
                raise InvalidInput(
                    f"The variable {variable.name!r} can't be {value!r}: the template uses that name itself.",
                    field=variable.name,
                )

    def _taken(self, template: Template) -> frozenset[str]:
        if template.id not in self._taken_names:
            plain = for_source(template.manifest, checked(template.manifest, {}))
            sources = _render_all(template.id, {**template.files, **template.tests}, plain)
            names = frozenset().union(*(_names(source) for source in sources.values()))
            self._taken_names[template.id] = names | frozenset(dir(builtins))
        return self._taken_names[template.id]


def _render_all(template_id: str, sources: Mapping[str, str], values: dict[str, Any]) -> dict[str, str]:
    return {name: render(source, values, f"{template_id}/{name}") for name, source in sources.items()}


def _names(source: str) -> set[str]:
    """Every name that Python source binds or reads."""
    names: set[str] = set()
    for node in ast.walk(syntax.parse(source)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=alias):
                names.add(alias or name.partition(".")[0])
    return names
