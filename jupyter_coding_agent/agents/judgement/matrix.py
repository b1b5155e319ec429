"""The code × test matrix: which solutions pass which tests, who behaves like whom, and what that says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ...validation.models import TestResult, Verdict
from ..source.suites import bare_id
from .belief import Behaviour, posterior

SURE = 0.98
"""From here on no further evidence is asked for."""
ENOUGH = 0.95
"""What is left to believe where no further evidence can be had."""
HARD_ALONE = 3
"""So many examples of the user's own may stand in for a second solution."""


@dataclass(frozen=True)
class Candidate:
    """A solution and how it did. `attempt` or `sample` is its number among those."""

    files: Mapping[str, str]
    requirements: Sequence[str]
    passed: Mapping[str, bool]
    """Soft test → whether it passed."""
    messages: Mapping[str, str] = field(default_factory=dict)
    observed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Test or probe → what was compared there, in canonical form."""
    attempt: int | None = None
    sample: int | None = None
    drawn: bool = True
    """Written without knowing how earlier code did."""
    line: str = ""
    """Solutions that were made from one another are of one line."""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"attempt {self.attempt}" if self.attempt is not None else f"solution {self.sample}"


@dataclass(frozen=True)
class Group:
    """Solutions that behave alike on every test's inputs."""

    members: Sequence[Candidate]
    belief: float

    @property
    def draws(self) -> int:
        """How many were drawn independently."""
        return sum(member.drawn for member in self.members)

    def failing(self) -> list[str]:
        """The soft tests that it fails."""
        return [test for test, passed in self.members[0].passed.items() if not passed]

    def chosen(self) -> Candidate:
        """The member to deliver: of those that most others agree with on the probes, the latest attempt."""
        largest = max(_alike(self.members, _PROBES), key=lambda part: (len(part), -_rank(part[0])))
        return min(largest, key=_rank)

    def split(self) -> bool:
        """Whether inputs that no test has divide its members, and no part has more than the others."""
        sizes = sorted((len(part) for part in _alike(self.members, _PROBES)), reverse=True)
        return len(sizes) > 1 and sizes[0] == sizes[1]

    def disagreements(self) -> list[tuple[str, list[str]]]:
        """Probes on which members differ, with their different answers."""
        probes = {name for member in self.members for name in member.observed if name.startswith(_PROBES)}
        found = []
        for probe in sorted(probes):
            answers = {m.observed[probe]: None for m in self.members if probe in m.observed}
            if len(answers) > 1:
                found.append((probe.removeprefix(_PROBES), [", ".join(answer) for answer in answers]))
        return found


_PROBES = "probe::"


def candidate_results(results: Collection[TestResult], tests: Collection[str]) -> dict[str, bool]:
    """Soft test → passed, where all its parameter sets did; one that never reported failed."""
    outcomes: dict[str, bool] = {}
    for result in results:
        name = bare_id(result.id)
        outcomes[name] = outcomes.get(name, True) and result.outcome == "passed"
    return {test: outcomes.get(test, False) for test in tests}


def hard_results(verdict: Verdict) -> list[bool]:
    """Whether each of the user's own examples came out right."""
    results = verdict.signals.tests.results if verdict.signals.tests else []
    return [result.outcome == "passed" for result in results if result.kind == "hard"]


def groups(candidates: Sequence[Candidate], shown: Collection[str], hard: int) -> list[Group]:
    """The candidates by behaviour, the most probable first.

    `shown` are the tests that whoever repairs has seen: a group of nothing but repaired code was made to pass
    them, so they count neither for nor against it.
    """
    parts = _alike(candidates, "")
    behaviours = [_behaviour(part, shown) for part in parts]
    beliefs = posterior(behaviours, hard)
    found = [Group(part, belief) for part, belief in zip(parts, beliefs, strict=True)]
    return sorted(found, key=lambda group: (-group.belief, _rank(group.members[0])))


def believable(group: Group, least: float, hard: int) -> bool:
    """Whether a group can be delivered at that belief.

    One solution that agrees with nothing but tests of its own kind does not win, and neither does one that
    fails most of them.
    """
    company = len({member.line for member in group.members}) > 1 or hard >= HARD_ALONE
    tests = group.members[0].passed
    return group.belief >= least and company and 2 * len(group.failing()) <= len(tests)


def _behaviour(part: Sequence[Candidate], shown: Collection[str]) -> Behaviour:
    draws = sum(member.drawn for member in part)
    passes = tuple(None if not draws and test in shown else passed for test, passed in part[0].passed.items())
    return Behaviour(max(draws, 1), passes)


def _alike(candidates: Sequence[Candidate], prefix: str) -> list[list[Candidate]]:
    """The candidates in parts that can't be told apart by the tests (or by what begins with `prefix`)."""
    parts: list[list[Candidate]] = []
    for candidate in candidates:
        for part in parts:
            if all(_same(candidate, other, prefix) for other in part):
                part.append(candidate)
                break
        else:
            parts.append([candidate])
    return parts


def _same(one: Candidate, other: Candidate, prefix: str) -> bool:
    if prefix:
        names = {name for name in one.observed if name.startswith(prefix)}
    elif one.passed != other.passed:
        return False
    else:
        names = set(one.passed)
    common = names & one.observed.keys() & other.observed.keys()
    return all(one.observed[name] == other.observed[name] for name in common)


def _rank(candidate: Candidate) -> float:
    """Attempts before samples, later attempts before earlier ones."""
    if candidate.attempt is not None:
        return -candidate.attempt
    return float(candidate.sample or 0)
