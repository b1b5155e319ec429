"""What the engine and the process that handles users' templates say to each other."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .models import Manifest, RenderedTemplate, Template


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reading(_Model):
    """A template whose variables are looked for, and the words that are never bare names."""

    manifest: Manifest
    reserved: list[str]


class Order(_Model):
    """Read `folder`, or render `template` with `variables`, or find `readings` in `request`."""

    folder: str | None = None
    template: Template | None = None
    variables: dict[str, Any] = Field(default_factory=dict)
    readings: dict[str, Reading] = Field(default_factory=dict)
    request: str = ""
    limit: int = 0
    """Characters that may be rendered."""


class Fault(_Model):
    """Why an order could not be carried out: the template is wrong, or a value is."""

    kind: Literal["setting", "input"]
    message: str
    field: str | None = None


class Answer(_Model):
    """What was ordered, or a fault."""

    template: Template | None = None
    rendered: RenderedTemplate | None = None
    filled: dict[str, Any] = Field(default_factory=dict)
    fault: Fault | None = None
