"""What the loop needs of the world. The engine hands in the real parts, tests hand in scripted ones."""

from __future__ import annotations

from collections.abc import Collection
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

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        """The verdict; infrastructure faults raise MissingPart.

        Generated tests may not skip, and generated requirements must be allowed: well known, in the kernel's
        environment or named by the user (`allowed_packages`).
        """

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
