"""What the loop needs of the world. The engine hands in the real parts, tests hand in scripted ones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from ..llm.models import Completion, ModelRequest
from ..validation.models import Challenge, ValidationRequest, Verdict
from .models import Attempt, Judgement


class Model(Protocol):
    """A chain of models."""

    async def complete(self, request: ModelRequest) -> Completion:
        """A usable reply, or ModelUnavailable / NoTemplateFits / QuotaExceeded."""


class Rendered(Protocol):
    """A template's code and tests."""

    @property
    def files(self) -> dict[str, str]:
        """Path → source."""

    @property
    def tests(self) -> dict[str, str]:
        """Path → test source."""


class Templates(Protocol):
    """The template library."""

    async def starting_point(self, template_id: str, prompt: str) -> Rendered:
        """The template as near to the request as can be. Raises NotFound or Unprocessable."""


class Judge(Protocol):
    """The engine that proves code."""

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        """The verdict; infrastructure faults raise MissingPart.

        Generated tests may not skip, and generated requirements must be allowed: well known, in the kernel's
        environment or named by the user (`allowed_packages`).
        """

    async def challenge(
        self,
        request: ValidationRequest,
        verdict: Verdict,
        *,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> Challenge:
        """Would the tests, which passed with this verdict, notice a mistake? Raises as `validate`."""

    async def observe(
        self,
        request: ValidationRequest,
        probes: bool = True,
        *,
        only: Collection[str] | None = None,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> dict[str, tuple[str, ...]]:
        """What the code does where its tests look (`only` these tests if given), without judging it.

        Id of a test, or of a further input such as ``probe::f(0, 3)`` → what came, text by text: solutions with
        equal texts behave alike there. What could not be observed is absent. Raises as `validate` does.
        """

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        """The files formatted and safely mended; unparsable ones come back as they were."""


class Recorder(Protocol):
    """Where progress and attempts are kept, durably, before the loop goes on."""

    async def event(self, kind: str, data: dict[str, Any]) -> None:
        """Publish one progress event."""

    async def tests_written(self, tests: dict[str, str], completion: Completion | None) -> None:
        """Keep the tests of this execution."""

    async def judged(self, tests: dict[str, str], judgement: Judgement) -> None:
        """Keep the tests as they stand, and what is known of them and of further solutions."""

    async def attempt(self, attempt: Attempt) -> None:
        """Keep one finished attempt, in place of an earlier state of it."""
