"""What a template is made of, and what rendering one gives."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

Category = Literal["api", "auth", "crud", "ui", "utility", "data"]
VariableType = Literal["string", "identifier", "path", "integer", "number", "boolean", "choice", "list"]
ItemType = Literal["string", "identifier", "choice", "field"]
Value = str | int | float | bool | list[str]
Origin = Literal["built-in", "user"]
SOLUTION = "solution.py"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


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


def _number(name: str, value: str) -> None:
    try:
        float(value)
    except ValueError as error:
        raise ValueError(f"the words of the variable {name!r} stand for numbers, not {value!r}") from error


class Variable(_Model):
    """A hole in a template, how it may be filled, and the phrases of a request that fill it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: VariableType
    items: ItemType = "string"
    """Of a list."""
    description: str
    default: Value | None = None
    """Without one a value has to be given, and `example` says what one looks like."""
    example: Value | None = None
    rule: Rule = Field(default_factory=Rule)
    fill: list[str] = Field(default_factory=list)
    """Patterns of a request with one placeholder each, e.g. ``duplicates on {names}``; see ``filling``."""
    words: dict[str, str] = Field(default_factory=dict)
    """Of a choice (or a list of them), a boolean or a number: a regular expression → the value it stands for."""

    @model_validator(mode="after")
    def _choices_are_given(self) -> Variable:
        chooses = self.type == "choice" or (self.type == "list" and self.items == "choice")
        if chooses and not self.rule.choices:
            raise ValueError(f"the variable {self.name!r} chooses among nothing: give rule.choices")
        if self.type in ("integer", "number"):
            for value in self.words.values():
                _number(self.name, value)
        if self.default is None and self.example is None:
            raise ValueError(f"the variable {self.name!r} needs a default, or an example")
        return self

    @property
    def sample(self) -> Value:
        """A value that can be used: the default, else the example."""
        value = self.default if self.default is not None else self.example
        assert value is not None
        return value


class Matching(_Model):
    """Which requests a template answers; see ``matching``."""

    job: list[list[str]] = Field(min_length=1)
    """Groups of terms: a request must name at least one term of each group."""
    phrases: list[str] = Field(min_length=1)
    """Requests in other words: what they say is what the template understands."""
    never: list[str] = Field(default_factory=list)
    """Words and phrases, as they stand, that ask for more than the template does though it knows the words."""
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

    def samples(self) -> dict[str, Value]:
        """Values for the variables that have no default."""
        return {variable.name: variable.sample for variable in self.variables if variable.default is None}


class Template(_Model):
    """A loaded template: its manifest and the Jinja2 source of each of its files."""

    id: str
    origin: Origin = "built-in"
    manifest: Manifest
    files: dict[str, str]
    tests: dict[str, str]


class Problem(_Model):
    """Why a template of the user's own folder is left out."""

    template: str
    """The folder's name."""
    message: str


class TemplateQuery(_Model):
    """The query of GET /templates."""

    category: Category | None = None
    language: str | None = None
    framework: str | None = None
    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)


class TemplateSummary(_Model):
    """One row of the library's list."""

    id: str
    origin: Origin
    """Shipped, or from the user's own folder."""
    name: str
    description: str
    category: Category
    language: str
    framework: str
    requirements: list[str]
    usage_count: int = 0


class TemplateList(_Model):
    """GET /templates, by id."""

    templates: list[TemplateSummary]
    total: int
    page: int
    problems: list[Problem]
    """Templates of the user's own folder that are left out, and why."""


class VariableView(_Model):
    """A variable as whoever fills it sees it."""

    name: str
    type: VariableType
    items: ItemType
    """Of a list; a `field` is written ``name`` or ``name:kind``."""
    description: str
    default: Value | None
    """None: a value has to be given."""
    example: Value | None
    rule: Rule


class TemplateView(TemplateSummary):
    """GET /templates/{id}."""

    variables: list[VariableView]
    distinct: list[list[str]]
    """Groups of variables that may not share a value."""
    files: list[str]
    tests: list[str]


class GenerateRequest(_Model):
    """POST /templates/{id}/generate."""

    variables: dict[str, Any] = Field(default_factory=dict, max_length=100)
    """Name → value; what is not given is the default."""


class Generated(_Model):
    """Rendered code and tests, and the execution that proves them."""

    template_id: str
    code: str | None
    """The text of solution.py."""
    files: dict[str, str]
    tests: dict[str, str]
    requirements: list[str]
    variables: dict[str, Value]
    execution_id: str


class Candidate(_Model):
    """How well a template fits a request: `score` is the share of the request that it understands, 0 to 1."""

    template_id: str
    name: str
    score: float
    fits: bool
    foreign: list[str] = Field(default_factory=list)
    """What the request asks for and the template does not do: stems of other jobs' words."""
    passed_over: list[str] = Field(default_factory=list)
    """The request's own words that the template, whose job this is, would pass over."""


class RenderedTemplate(_Model):
    """Code and tests, ready to be judged. `score` is 1.0 where the template was named and not matched."""

    template_id: str
    name: str
    files: dict[str, str]
    tests: dict[str, str]
    requirements: list[str]
    variables: dict[str, Value]
    given: list[str] = Field(default_factory=list)
    """The variables that are not at their default because a value was given, or found in the request."""
    score: float = 1.0

    @property
    def code(self) -> str | None:
        """The text of the solution."""
        return self.files.get(SOLUTION)

    @property
    def note(self) -> str:
        """Where the values come from, in a sentence."""
        given = ", ".join(f"{name} = {_shown(self.variables[name])}" for name in self.given)
        kept = ", ".join(name for name in self.variables if name not in self.given)
        parts = [f"set: {given}" if given else "", f"left at the default: {kept}" if kept else ""]
        return f"Template “{self.name}” ({self.template_id}); {'; '.join(filter(None, parts)) or 'no variables'}."


def _shown(value: Value) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
