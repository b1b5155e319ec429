"""What the host expects of a run before it starts: which tests must report, and which must come out how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ExpectedTest:
    """A test that the host found by parsing; `id` is the runner's id without parameters."""

    id: str
    line: int
    parameters: int | None = None
    """At least so many reports ``id[…]`` must come; None: not parametrized as far as the source shows."""
    may_skip: bool = False
    """Its source skips or expects a failure, so a skip is the author's and not the code's."""
    conditional: bool = False
    """Defined under an ``if`` or ``try``: it may honestly not exist."""


@dataclass(frozen=True)
class Expectation:
    """Everything that the parsed test files say about the run to come."""

    tests: dict[str, ExpectedTest] = field(default_factory=dict)
    open_prefixes: frozenset[str] = frozenset()
    """Ids that begin so may be reported though the source does not spell them out, e.g. of imported bases."""
    problems: tuple[str, ...] = ()
    """Sentences: what is wrong with the test files themselves; each fails the tests signal."""
    notes: tuple[str, ...] = ()
    """Sentences that a user should see though nothing failed."""

    def owner(self, reported: str) -> ExpectedTest | None:
        """The expected test that a reported id belongs to, parameters or not."""
        test = self.tests.get(reported)
        if test is not None:
            return test if test.parameters is None else None
        head, bracket, _ = reported.partition("[")
        return self.tests.get(head) if bracket and reported.endswith("]") else None

    def allows(self, reported: str) -> bool:
        """Is this id one that the source may define in a way parsing can't follow?"""
        return any(reported.startswith(prefix) for prefix in self.open_prefixes)


@dataclass(frozen=True)
class Sentinels:
    """Tests that the host planted, and what each must report."""

    must_fail: frozenset[str] = frozenset()
    must_pass: frozenset[str] = frozenset()
    copies: frozenset[str] = frozenset()
    """Those of `must_pass` that repeat a test of the user: a failure of theirs says nothing."""
    swapped: frozenset[str] = frozenset()
    """Those of `must_fail` that repeat a test of the user with another expected value."""

    @property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self.must_fail | self.must_pass


@dataclass(frozen=True)
class Suite:
    """What is sent into the container, and what must come back."""

    tests: Mapping[str, str]
    """All test files with what was planted."""
    collect: tuple[str, ...]
    expectation: Expectation
    sentinels: Sentinels
    conftest: bool
    withheld: frozenset[str] = frozenset()
    """Files that the test tool would load as its own configuration: not sent."""
    examples: Mapping[str, int] = field(default_factory=dict)
    """Id of a generated test → index of the hard example it asks for."""
    runs: Mapping[str, str] = field(default_factory=dict)
    """Id of a generated test that only runs the code, because there were no tests → the file it runs."""
    there: Mapping[str, str] = field(default_factory=dict)
    """Id of a test that only runs the cell in the notebook that it is meant for → the cell's file."""
    again: Mapping[str, str] = field(default_factory=dict)
    """Path of a file whose tests run twice → path of its copy."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """Id of a generated test that tries a further input → the label that it is known by."""
