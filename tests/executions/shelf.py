"""A library with one template, `known`, that has one variable, `x`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_coding_agent.core.errors import InvalidInput, NotFound


class Shelf:
    """Counts uses as they are told."""

    def __init__(self) -> None:
        self.counted: list[str] = []

    async def check(self, template_id: str, variables: Mapping[str, Any] | None) -> None:
        if template_id != "known":
            raise NotFound(f"There is no template {template_id!r}.", field="template_id")
        for name in variables or {}:
            if name != "x":
                raise InvalidInput(f"There is no {name!r}.", field=f"template_variables.{name}")

    async def used(self, template_id: str) -> None:
        self.counted.append(template_id)
