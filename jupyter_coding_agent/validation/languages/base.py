"""What the judge needs to know about a language: one object per language stands behind this Protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Protocol

from ...runner.models import LintFinding
from ..expectation import Suite
from ..models import Example, ValidationRequest


class Language(Protocol):
    """One language: how its tests are found, guarded and generated. Nothing here executes code."""

    name: str
    image: str
    packages: frozenset[str]
    """Normalised names of the distributions that the image holds."""

    def is_test_file(self, path: str) -> bool:
        """Does the test tool collect this path?"""

    def suite(self, request: ValidationRequest, random: Random) -> Suite:
        """Expected ids, planted sentinels and generated tests for a request."""

    def imports(self, sources: Mapping[str, str]) -> list[str]:
        """Top-level modules that the sources import, without those they define themselves."""

    def blocks(self, finding: LintFinding) -> bool:
        """Does this finding fail the lint signal?"""

    def distribution(self, module: str) -> str | None:
        """The package that provides a module; None where the module belongs to the language itself."""

    def matches(self, example: Example, answers: Sequence[str]) -> tuple[bool, str]:
        """Is the (untrusted) answer what the example expects? And the answer in readable form."""

    def newer_than(self, sources: Mapping[str, str], version: str) -> str:
        """A sentence that names what needs a newer interpreter than `version`; empty where nothing does."""
