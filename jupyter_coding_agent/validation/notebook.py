"""The part of a notebook that code is proved in: what runs before it, and live values in a neutral form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_CELLS = 50
MAX_VALUES = 100
MAX_CHARACTERS = 12_000_000
"""Of all cells and values together; what the notebook door sends is smaller (`magics.carrying`)."""
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(max_length=4_000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CarriedValue(_Model):
    """A live variable, or as much of it as is carried along. It goes into the container and nowhere else."""

    description: _Text
    """Type and shape or schema, and which part it is where it is not all; never data."""
    content: str
    """JSON text of its neutral form (see `magics.carrying`): nothing in it is a pickle. Only the container reads it."""

    @field_validator("content")
    @classmethod
    def _is_json(cls, content: str) -> str:
        try:
            json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ValueError("it is not JSON text, or is nested too deeply") from error
        return content


class Notebook(_Model):
    """The notebook that code is meant for, as far as the code depends on it."""

    before: list[str] = Field(default_factory=list, max_length=MAX_CELLS)
    """Sources of the cells that run before it, whole and in order."""
    values: dict[_Name, CarriedValue] = Field(default_factory=dict, max_length=MAX_VALUES)
    """Name → live variable, as it is after these cells: what in them only makes such names is not run again."""
    missing: dict[_Name, _Text] = Field(default_factory=dict, max_length=MAX_VALUES)
    """Name → why it can't be carried over."""
    versions: dict[_Name, _Name] = Field(default_factory=dict, max_length=5_000)
    """Distribution → its version in the kernel's environment."""

    @field_validator("values", "missing")
    @classmethod
    def _are_names(cls, named: dict[str, object]) -> dict[str, object]:
        for name in named:
            if not name.isidentifier():
                raise ValueError(f"{name[:80]!r} is not a name")
        return named

    @model_validator(mode="after")
    def _fits(self) -> Notebook:
        size = sum(map(len, self.before)) + sum(len(value.content) for value in self.values.values())
        if size > MAX_CHARACTERS:
            raise ValueError(
                f"cells and values are more than {MAX_CHARACTERS:,} characters: carry fewer rows"
            )
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of all of it: the same for the same cells, values, names that are missing and versions."""
        whole = hashlib.sha256()
        carried = {name: f"{value.description}\0{value.content}" for name, value in self.values.items()}
        for part in (dict(enumerate(self.before)), carried, self.missing, self.versions):
            whole.update(_digest(part))
        return whole.hexdigest()


def _digest(texts: Mapping[str, str] | Mapping[int, str]) -> bytes:
    hashed = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for item in (str(name), text):
            content = item.encode(errors="surrogatepass")
            hashed.update(len(content).to_bytes(8, "big") + content)
    return hashed.digest()
