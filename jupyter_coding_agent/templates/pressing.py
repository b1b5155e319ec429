"""Renders a whole template: values checked, names kept apart, the size of what comes out bounded."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

from ..core import syntax
from ..core.errors import InvalidInput
from .models import RenderedTemplate, Template
from .rendering import render
from .values import checked, for_source

MAX_OUTPUT = 512 * 1024
"""Characters of all files and tests together, unless told."""


def press(
    template: Template, variables: Mapping[str, Any], *, score: float = 1.0, limit: int = MAX_OUTPUT
) -> RenderedTemplate:
    """Code and tests with these values; what is not given is the default.

    Raises:
        InvalidInput: naming the variable whose value can't be used.
        SettingError: the template can't be rendered, or gives more than `limit` characters.
    """
    values = checked(template.manifest, variables)
    _refuse_taken_names(template, values, limit)
    inside = for_source(template.manifest, values)
    files = _rendered(template, template.files, inside, limit)
    return RenderedTemplate(
        template_id=template.id,
        name=template.manifest.name,
        files=files,
        tests=_rendered(template, template.tests, inside, limit - sum(map(len, files.values()))),
        requirements=template.manifest.requirements,
        variables=values,
        given=[variable.name for variable in template.manifest.variables if variable.name in variables],
        score=score,
    )


def _rendered(
    template: Template, sources: Mapping[str, str], values: dict[str, Any], left: int
) -> dict[str, str]:
    texts = {}
    for name, source in sources.items():
        texts[name] = render(source, values, f"{template.id}/{name}", limit=left)
        left -= len(texts[name])
    return texts


def _refuse_taken_names(template: Template, values: Mapping[str, Any], limit: int) -> None:
    """A function called ``pd`` would shadow what the template itself uses."""
    chosen = [
        variable
        for variable in template.manifest.variables
        if variable.type == "identifier" and values[variable.name] != variable.sample
    ]
    taken = _taken(template, limit) if chosen else frozenset()
    for variable in chosen:
        if values[variable.name] in taken:
            raise InvalidInput(
                f"The variable {variable.name!r} can't be {values[variable.name]!r}: "
                "the template uses that name itself.",
                field=variable.name,
            )


def _taken(template: Template, limit: int) -> frozenset[str]:
    plain = for_source(template.manifest, checked(template.manifest, template.manifest.samples()))
    sources = _rendered(template, {**template.files, **template.tests}, plain, limit)
    names = frozenset().union(*(_names(source) for source in sources.values()))
    return names | frozenset(dir(builtins))


def _names(source: str) -> set[str]:
    """Every name that Python source binds or reads; none where it is no Python."""
    names: set[str] = set()
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError):
        return names
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=alias):
                names.add(alias or name.partition(".")[0])
    return names
