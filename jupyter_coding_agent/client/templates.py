"""The template endpoints as methods of the client."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, TypedDict, cast


class TemplateSummary(TypedDict):
    """One row of GET /templates."""

    id: str
    origin: str
    name: str
    description: str
    category: str
    language: str
    framework: str
    requirements: list[str]
    usage_count: int


class TemplatePage(TypedDict):
    """GET /templates."""

    templates: list[TemplateSummary]
    total: int
    page: int
    problems: list[dict[str, str]]


class TemplateVariable(TypedDict):
    """One variable of a template."""

    name: str
    type: str
    items: str
    description: str
    default: Any
    example: Any
    rule: dict[str, Any]


class Template(TemplateSummary):
    """GET /templates/{id}."""

    variables: list[TemplateVariable]
    distinct: list[list[str]]
    files: list[str]
    tests: list[str]


class Generated(TypedDict):
    """POST /templates/{id}/generate."""

    template_id: str
    code: str | None
    files: dict[str, str]
    tests: dict[str, str]
    requirements: list[str]
    variables: dict[str, Any]
    execution_id: str


class TemplateCalls(ABC):
    """What `AgentClient` has of the templates. Raises as it does."""

    @abstractmethod
    def _call(self, method: str, path: str, **given: Any) -> Any:
        """The JSON that the engine answers."""

    def templates(
        self,
        *,
        page: int = 1,
        limit: int = 20,
        category: str | None = None,
        language: str | None = None,
        framework: str | None = None,
    ) -> TemplatePage:
        """GET /templates, by id."""
        wanted = {"category": category, "language": language, "framework": framework}
        params = {"page": page, "limit": limit} | {name: text for name, text in wanted.items() if text}
        return cast(TemplatePage, self._call("GET", "/templates", params=params))

    def template(self, template_id: str) -> Template:
        """GET /templates/{id}."""
        return cast(Template, self._call("GET", f"/templates/{_quoted(template_id)}"))

    def generate(self, template_id: str, variables: Mapping[str, Any]) -> Generated:
        """POST /templates/{id}/generate."""
        body = {"variables": dict(variables)}
        return cast(Generated, self._call("POST", f"/templates/{_quoted(template_id)}/generate", json=body))


def _quoted(template_id: str) -> str:
    from urllib.parse import quote

    return quote(template_id, safe="")
