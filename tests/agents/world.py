"""A small world for the judging loop: code whose behaviour on each test is written down, and a model by purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from jupyter_coding_agent.agents.source import suites
from jupyter_coding_agent.core.errors import AgentError
from jupyter_coding_agent.llm.models import Completion, ModelRequest
from jupyter_coding_agent.validation.models import Challenge, Mutant, TestResult, ValidationRequest, Verdict
from tests.agents.fakes import a_verdict, completion, fenced

NAMES = ("one", "two", "three", "four", "five", "six", "seven")


def a_suite(*names: str, path: str = "test_solution.py") -> dict[str, str]:
    """A test file with these tests, each of which calls f with another number."""
    lines = ["from solution import f\n"]
    lines += [
        f"\n\ndef test_{name}():\n    assert f({number}) == {number}\n" for number, name in enumerate(names)
    ]
    return {path: "".join(lines)}


def suite_reply(*names: str, path: str = "test_solution.py") -> str:
    """The reply of a model that wrote those tests."""
    return fenced(path, a_suite(*names, path=path)[path])


def code(name: str) -> str:
    """The source of a solution of that name."""
    return f"def f(x):\n    return {name!r}\n"


def code_reply(name: str) -> str:
    """The reply of a model that wrote that solution."""
    return fenced("solution.py", code(name))


class World:
    """The judge. `fails`: solution → names of the tests that it fails, ``example`` for the user's own.

    `gives`: solution → test or probe → what is observed there, the solution's name where it fails if not said.
    """

    def __init__(
        self,
        fails: Mapping[str, str],
        gives: Mapping[str, Mapping[str, str]] | None = None,
        scores: Sequence[float | None] = (),
    ) -> None:
        self._fails = {code(name): failing.split() for name, failing in fails.items()}
        self._gives = {code(name): values for name, values in (gives or {}).items()}
        self._scores = list(scores)
        self.judged: list[ValidationRequest] = []
        self.challenged: list[ValidationRequest] = []

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        self.judged.append(request)
        failing = self._fails[request.files["solution.py"]]
        results = [_result(test, failing) for test in suites.test_ids(request.tests)]
        results += [
            _result(f"test_examples.py::test_example_{number}", failing, "hard")
            for number in range(1, len(request.examples) + 1)
        ]
        wrong = any(result.outcome == "failed" for result in results)
        return a_verdict(results, error_class="assertion" if wrong else None)

    async def observe(
        self,
        request: ValidationRequest,
        probes: bool = True,
        *,
        only: Collection[str] | None = None,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> dict[str, tuple[str, ...]]:
        text = request.files["solution.py"]
        failing, gives = self._fails[text], self._gives.get(text, {})
        seen = {}
        for test in suites.test_ids(request.tests):
            name = _name(test)
            seen[test] = (gives.get(name, text if name in failing else "right"),)
        return seen | {f"probe::{name}": (value,) for name, value in gives.items() if "(" in name}

    async def challenge(
        self,
        request: ValidationRequest,
        verdict: Verdict,
        *,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> Challenge:
        self.challenged.append(request)
        score = self._scores.pop(0) if self._scores else 1.0
        survivor = Mutant(
            path="solution.py", line=2, operator="return", original="x", changed="None", outcome="survived"
        )
        return Challenge(mutants=[] if score in (None, 1.0) else [survivor], possible=1, score=score)

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        return files


class PurposeModel:
    """Answers each purpose with its replies in order; an error is raised, and what is used up is an error."""

    def __init__(self, **replies: Sequence[str | AgentError]) -> None:
        self._replies: dict[str, list[str | AgentError]] = defaultdict(list)
        self._replies |= {purpose: list(given) for purpose, given in replies.items()}
        self.requests: list[ModelRequest] = []

    async def complete(self, request: ModelRequest) -> Completion:
        self.requests.append(request)
        if not self._replies[request.purpose]:
            raise AssertionError(f"nobody expected to be asked for: {request.purpose}")
        reply = self._replies[request.purpose].pop(0)
        if isinstance(reply, AgentError):
            raise reply
        return completion(reply)

    @property
    def purposes(self) -> list[str]:
        """What each call was for."""
        return [request.purpose for request in self.requests]

    def prompts(self, purpose: str) -> list[str]:
        """The user's messages of the calls for a purpose."""
        return [request.messages[1].content for request in self.requests if request.purpose == purpose]


def _result(test: str, failing: Sequence[str], kind: str = "soft") -> TestResult:
    name = "example" if kind == "hard" else _name(test)
    failed = name in failing
    return TestResult(
        id=test,
        outcome="failed" if failed else "passed",
        message=f"AssertionError: {name}" if failed else "",
        kind=kind,  # type: ignore[arg-type]  # one of the literals at every call
    )


def _name(test: str) -> str:
    return test.rpartition("::")[2].removeprefix("test_")
