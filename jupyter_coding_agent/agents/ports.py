"""What the loop needs of the world. The engine hands in the real parts, tests hand in scripted ones."""

from __future__ import annotations

from typing import Any, Protocol

from ..llm.models import Completion, ModelRequest
from ..validation.models import ValidationRequest, Verdict
from .models import Attempt


class Model(Protocol):
    """A chain of models."""

    async def complete(self, request: ModelRequest) -> Completion:
        """A usable reply, or ModelUnavailable / NoTemplateFits / QuotaExceeded."""


class Judge(Protocol):
    """The engine that proves code."""

    async def validate(self, request: ValidationRequest, *, trusted: bool = False) -> Verdict:
        """The verdict; infrastructure faults raise MissingPart."""

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        """The files formatted and safely mended; unparsable ones come back as they were."""


class Recorder(Protocol):
    """Where progress and attempts are kept, durably, before the loop goes on."""

    async def event(self, kind: str, data: dict[str, Any]) -> None:
        """Publish one progress event."""

    async def tests_written(self, tests: dict[str, str], completion: Completion | None) -> None:
        """Keep the tests of this execution."""

    async def attempt(self, attempt: Attempt) -> None:
        """Keep one finished attempt."""
