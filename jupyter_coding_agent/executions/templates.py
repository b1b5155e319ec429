"""The templates that requests name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..core.errors import InvalidInput, NotFound
from .models import ExecuteRequest


class Templates(Protocol):
    """The template library, as this room needs it."""

    async def check(self, template_id: str, variables: Mapping[str, Any] | None) -> None:
        """Raises NotFound naming template_id, or InvalidInput naming the variable that is wrong."""

    async def used(self, template_id: str) -> None:
        """Count an execution that names the template."""


async def check_template(templates: Templates | None, request: ExecuteRequest) -> None:
    """Raises InvalidInput or NotFound, naming the field, where a request's template can't be had."""
    if request.template_id is None:
        if request.template_variables is not None:
            raise InvalidInput("Name the template that these values are for.", field="template_id")
        return
    if templates is None:
        raise NotFound(f"There is no template {request.template_id!r}.", field="template_id")
    await templates.check(request.template_id, request.template_variables)
