"""Bodies of the receipts endpoints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from ..validation.receipts import State


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CellContext(_Model):
    """The notebook around a cell, as it is now. What is not given is not checked."""

    cells: list[str] | None = None
    """Sources of the code cells above it, in order."""
    notebook: str | None = None
    """The id in the notebook's metadata; empty where it has none."""
    proved_in: str | None = None
    """The id of the notebook that the cell was inserted in, as the cell's metadata say."""


class VerifyRequest(_Model):
    """POST /receipts/verify. With `source` and `files`, it suffices that one of them is what was proved."""

    receipt: dict[str, Any]
    """As it stands in the metadata, whatever that is."""
    source: str | None = None
    """The cell's text, where the code is one file."""
    path: str = "solution.py"
    """The file that the cell is."""
    files: dict[str, str] | None = None
    """Path → text of all cells of the same execution, where the code is several files."""
    context: CellContext | None = None

    @model_validator(mode="after")
    def _about_something(self) -> VerifyRequest:
        if self.source is None and not self.files:
            raise ValueError("give the cell's text as 'source', or several as 'files'")
        return self


class Verification(_Model):
    """What the receipt is worth for the code at hand."""

    valid: bool
    state: State
    reason: str


class PublicKey(_Model):
    """Whoever has it can verify, and can sign nothing."""

    key_id: str
    algorithm: Literal["ed25519"] = "ed25519"
    public_key: str
    """The 32 raw bytes in base64."""


class PublicKeys(_Model):
    """GET /receipts/keys, and the file that `keys export` writes."""

    keys: list[PublicKey]
