"""What a template is made of, and what rendering one gives."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Category = Literal["api", "auth", "crud", "ui", "utility", "data"]
VariableType = Literal["string", "identifier", "path", "integer", "number", "boolean", "choice", "list"]
ItemType = Literal["string", "identifier", "choice", "field"]
Value = str | int | float | bool | list[str]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _check_expression(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error


class RecordField(NamedTuple):
    """What an item of type ``field`` (written ``name`` or ``name:kind``) becomes in a template's source."""

    name: str
    kind: Literal["text", "integer", "number", "boolean"]


class Rule(_Model):
    """What a value must keep to. `min` and `max` bound a number, or the length of a text or a list."""

    pattern: str | None = None
    """A regular expression that the whole text (of a list: each item) matches."""
    says: str | None = None
    """The pattern in words, for the error's sentence."""
    min: float | None = None
    max: float | None = None
    choices: list[str] = Field(default_factory=list)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            _check_expression(pattern)
        return pattern


class Variable(_Model):
    """A hole in a template, how it may be filled, and the phrases of a request that fill it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: VariableType
    items: ItemType = "string"
    """Of a list."""
    description: str
    default: Value
    rule: Rule = Field(default_factory=Rule)
    fill: list[str] = Field(default_factory=list)
    """Patterns of a request with one placeholder each, e.g. ``duplicates on {names}``; see ``filling``."""
    words: dict[str, str] = Field(default_factory=dict)
    """Of a choice (or a list of them) or a boolean: a regular expression → the value it stands for."""

    @model_validator(mode="after")
    def _choices_are_given(self) -> Variable:
        chooses = self.type == "choice" or (self.type == "list" and self.items == "choice")
        if chooses and not self.rule.choices:
            raise ValueError(f"the variable {self.name!r} chooses among nothing: give rule.choices")
        for pattern in self.words:
            _check_expression(pattern)
        return self


class Matching(_Model):
    """Which requests a template answers; see ``matching``."""

    job: list[list[str]] = Field(min_length=1)
    """Groups of terms: a request must name at least one term of each group."""
    phrases: list[str] = Field(min_length=1)
    """Requests in other words: what they say is what the template understands."""
    subjects: bool = True
    """Whether it does not matter what the data are about; see ``neutral`` in ``words.yaml``."""


class Manifest(_Model):
    """``template.yaml``."""

    name: str
    description: str
    category: Category
    language: str
    framework: str
    match: Matching
    variables: list[Variable] = Field(default_factory=list)
    distinct: list[list[str]] = Field(default_factory=list)
    """Groups of variables that may not share a value."""
    requirements: list[str] = Field(default_factory=list)
    files: list[str] = Field(min_length=1)
    tests: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_agree(self) -> Manifest:
        names = [variable.name for variable in self.variables]
        if len(names) != len(set(names)):
            raise ValueError("two variables have the same name")
        unknown = {name for group in self.distinct for name in group} - set(names)
        if unknown:
            raise ValueError(f"distinct names unknown variables: {', '.join(sorted(unknown))}")
        return self


class Template(_Model):
    """A loaded template: its manifest and the Jinja2 source of each of its files."""

    id: str
    manifest: Manifest
    files: dict[str, str]
    tests: dict[str, str]


class TemplateSummary(_Model):
    """One row of the library's list."""

    id: str
    name: str
    description: str
    category: Category
    language: str
    framework: str
    variables: list[Variable]
    requirements: list[str]


class Candidate(_Model):
    """How well a template fits a request: `score` is the share of the request that it understands, 0 to 1."""

    template_id: str
    name: str
    score: float
    fits: bool
    foreign: list[str] = Field(default_factory=list)
    """What the request asks for and the template does not do."""


class RenderedTemplate(_Model):
    """Code and tests, ready to be judged. `score` is 1.0 where the template was named and not matched."""

    template_id: str
    name: str
    files: dict[str, str]
    tests: dict[str, str]
    requirements: list[str]
    variables: dict[str, Any]
    score: float = 1.0
