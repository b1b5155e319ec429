"""Body of the config endpoint."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Source = Literal["configuration", "environment", "default"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Setting(_Model):
    """One setting as it is in force."""

    name: str
    """As it is written in a configuration file after ``c.``."""
    value: Any
    """JSON, or its text; "(set)" in place of a secret."""
    default: Any
    source: Source
    """configuration: a file of Jupyter's or the command line."""
    variable: str | None
    """The environment variable that it may also come from."""
    help: str


class Configuration(_Model):
    """GET /config."""

    settings: list[Setting]
    secrets: dict[str, bool]
    """Environment variables that hold secrets → whether they are set."""
