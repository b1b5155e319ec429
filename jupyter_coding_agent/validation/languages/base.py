"""What the judge needs to know about a language: one object per language stands behind this Protocol."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random
from typing import Protocol

from ...runner.models import DataFinding, LintFinding, TestReport, TestRun
from ..blocked import ImportSite
from ..candidates import Candidate
from ..expectation import Suite
from ..gaming import Finding, Inquiry, Look, Question
from ..models import Example, ValidationRequest


class Language(Protocol):
    """One language: how its tests are found, guarded and generated. Nothing here executes code."""

    name: str
    image: str
    packages: frozenset[str]
    """Normalised names of the distributions that the image holds."""

    data_modules: frozenset[str]
    """Top-level modules whose import makes it data code."""

    def is_test_file(self, path: str) -> bool:
        """Does the test tool collect this path?"""

    def suite(self, request: ValidationRequest, random: Random | None) -> Suite:
        """Expected ids, planted sentinels (none without `random`) and generated tests for a request."""

    def changes(self, files: Mapping[str, str], cell: str | None) -> list[Candidate]:
        """Small changes of the code that its tests should notice, in the order of the source."""

    def observation(self, request: ValidationRequest, only: Collection[str] | None, probes: bool) -> Suite:
        """The tests rewritten to hand over what they would judge, and further inputs; see `Validator.observe`."""

    def observed(self, suite: Suite, reports: Iterable[TestReport]) -> dict[str, tuple[str, ...]]:
        """What such a suite's (untrusted) reports handed over."""

    def imports(self, sources: Mapping[str, str]) -> list[str]:
        """Top-level modules that the sources import, without those they define themselves."""

    def needs(self, sources: Iterable[str]) -> frozenset[str]:
        """The names that these cells of a notebook, in this order, take from what ran before them."""

    def import_sites(self, sources: Mapping[str, str]) -> list[ImportSite]:
        """Where the sources import what, as far as it can be read in them."""

    def blocks(self, finding: LintFinding) -> bool:
        """Does this finding fail the lint signal?"""

    def silent_failures(self, sources: Mapping[str, str]) -> list[DataFinding]:
        """Patterns of data code that fails without an error."""

    def distribution(self, module: str) -> str | None:
        """The package that provides a module; None where the module belongs to the language itself."""

    def matches(self, example: Example, answers: Sequence[str]) -> tuple[bool, str]:
        """Is the (untrusted) answer what the example expects? And the answer in readable form."""

    def newer_than(self, sources: Mapping[str, str], version: str) -> str:
        """A sentence that names what needs a newer interpreter than `version`; empty where nothing does."""

    def look(self, request: ValidationRequest) -> Look:
        """Where the code serves the tests instead of the request; nothing where there is no test."""

    def inquiry(self, request: ValidationRequest, questions: Sequence[Question]) -> Inquiry:
        """A test file that asks the code these questions."""

    def answered(self, inquiry: Inquiry, run: TestRun) -> list[Finding]:
        """What the (untrusted) answers show."""
