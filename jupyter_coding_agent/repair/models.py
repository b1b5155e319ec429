"""Bodies of POST /repair, and what a part that can be examined implements."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RepairRequest(_Model):
    """POST /repair."""

    dry_run: bool = False
    """Tell what is damaged and change nothing."""


class Damage(_Model):
    """One kind of damage that was found."""

    part: str
    """Where, e.g. ``artifacts``."""
    sentence: str
    """What it is, and where it can't be mended, what to do."""
    items: int
    mended: bool


class RepairReport(_Model):
    """What was found; `sound` once nothing is left of it."""

    sound: bool
    damages: list[Damage]


class Examiner(Protocol):
    """A part that keeps something."""

    async def examine(self, *, mend: bool) -> list[Damage]:
        """What is damaged; with `mend`, each that can be mended is. Safe while the engine works."""
