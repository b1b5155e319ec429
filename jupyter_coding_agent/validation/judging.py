"""The tests signal, judged on the host: what was expected against what an untrusted run reported."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..runner.models import TestReport, TestRun
from .discretion import Discretion
from .expectation import ExpectedTest, Suite
from .failures import Failure, of_exit, of_message
from .gaming import Finding
from .languages import Language
from .models import Example, Notebook, TestResult
from .proof import lacking
from .quality import counted

_MESSAGE, _TRACEBACK, _SHOWN_IDS = 500, 8_000, 3

_LONGEST_MS = 1e7  # a forged duration may be infinite, which JSON can't say

_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")

Kind = Literal["soft", "hard", "user", "notebook"]


@dataclass
class Judgement:
    """What became of every test, and every reason why the signal does not pass."""

    results: list[TestResult] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_there: dict[str, str] = field(default_factory=dict)
    """What of the notebook the cell needs and the sandbox has not → why; the cell by itself was not judged then."""

    @property
    def passed(self) -> bool:
        """Something passed, and nothing speaks against it."""
        return not self.failures and any(result.outcome == "passed" for result in self.results)

    def add(self, findings: Iterable[Finding]) -> None:
        """Take gaming that was found."""
        self.failures += [Failure("gaming", str(finding)) for finding in findings]


class Judge:
    """Judges one run. `generated`: the tests were written by a model, which may not skip its own tests."""

    def __init__(
        self,
        suite: Suite,
        run: TestRun,
        language: Language,
        *,
        examples: Sequence[Example] = (),
        generated: bool = False,
        timeout_seconds: float = 0,
        own_modules: frozenset[str] = frozenset(),
        known_names: frozenset[str] = frozenset(),
        notebook: Notebook | None = None,
        discretion: Discretion | None = None,
        gaming: Sequence[Finding] = (),
    ) -> None:
        self._suite, self._run, self._language = suite, run, language
        self._examples = examples
        self._generated = generated
        self._timeout_seconds = timeout_seconds
        self._own_modules = own_modules
        self._known_names = known_names
        self._notebook = notebook
        self._discretion = discretion
        self._gaming = gaming
        self._verdict = Judgement(notes=list(suite.expectation.notes))
        self._by_test: dict[str, list[TestReport]] = defaultdict(list)
        self._sentinels: dict[str, TestReport] = {}
        self._missing: list[str] = []

    def judge(self) -> Judgement:
        """Judge everything; one reason never hides the others."""
        for problem in self._suite.expectation.problems:
            self._fail("collection", problem)
        self._sort_reports()
        for test in self._suite.expectation.tests.values():
            self._test(test)
        self._collection_errors()
        self._ending()
        self._check_sentinels()
        self._verdict.add(self._gaming)
        if not self._verdict.failures and not self._verdict.passed:
            self._fail("collection", "Every test was skipped, so nothing was proved.")
        return self._verdict

    def _fail(self, error_class: str, sentence: str) -> None:
        self._verdict.failures.append(Failure(error_class, sentence))  # type: ignore[arg-type]  # literals at every call

    def _sort_reports(self) -> None:
        seen: set[str] = set()
        unknown = []
        for report in self._run.reports:
            if report.id in seen:
                self._fail(
                    "tampering",
                    f"{self._shown([report.id])} reported twice: the code under test wrote a report itself.",
                )
                continue
            seen.add(report.id)
            owner = self._suite.expectation.owner(report.id)
            if report.id in self._suite.sentinels.ids:
                self._sentinels[report.id] = report
            elif owner is not None:
                self._by_test[owner.id].append(report)
            elif self._suite.expectation.allows(report.id):
                self._verdict.results.append(self._result(report, may_skip=True))
            else:
                unknown.append(report.id)
        if unknown:
            self._fail(
                "tampering",
                f"{self._shown(unknown)} reported, though no test file holds such a test: "
                "the code under test altered the run.",
            )

    def _shown(self, ids: Sequence[str]) -> str:
        """A few ids for a sentence; a sentinel's name stays unknown."""
        known = [self._label(test_id) for test_id in ids if test_id not in self._suite.sentinels.ids]
        if not known:
            return "A test"
        rest = len(known) - _SHOWN_IDS
        return ", ".join(known[:_SHOWN_IDS]) + (f" and {rest} more" if rest > 0 else "")

    def _label(self, test_id: str) -> str:
        """What people know a test by: its id, or the file that a generated test only runs."""
        return self._suite.runs.get(test_id, test_id)[:200]

    def _test(self, test: ExpectedTest) -> None:
        reports = self._by_test[test.id]
        if not reports:
            self._silent(test)
            return
        self._verdict.results += [self._result(report, test.may_skip) for report in reports]
        if test.parameters is not None and len(reports) < test.parameters:
            self._missing.append(test.id)
            self._add(test.id, f"{len(reports)} of {counted(test.parameters, 'parameter set')} reported.")

    def _silent(self, test: ExpectedTest) -> None:
        if test.conditional and not self._generated and self._run.exit.reason == "finished":
            result = TestResult(
                id=test.id,
                outcome="not_judged",
                message=f"Line {test.line}: its condition did not define it.",
            )
            self._verdict.results.append(result)
            return
        self._missing.append(test.id)
        self._add(test.id, "It never reported.")

    def _add(self, test_id: str, message: str) -> None:
        self._verdict.results.append(
            TestResult(id=self._label(test_id), outcome="failed", message=message, kind=self._kind(test_id))
        )

    def _kind(self, test_id: str) -> Kind:
        if test_id in self._suite.examples:
            return "hard"
        if test_id in self._suite.there:
            return "notebook"
        return "soft" if self._generated else "user"

    def _result(self, report: TestReport, may_skip: bool) -> TestResult:
        report = self._discretion.report(report) if self._discretion else report
        result = TestResult(
            id=self._label(report.id),
            outcome="passed",
            message=report.message[:_MESSAGE],
            duration_ms=min(max(0.0, report.duration_ms), _LONGEST_MS),
            kind=self._kind(report.id),
            traceback=report.traceback[:_TRACEBACK],
            locals=report.locals,
        )
        if report.outcome == "passed":
            return self._answered(result, report) if report.id in self._suite.examples else result
        if report.outcome in ("failed", "error"):
            if report.id in self._suite.there and (lacks := self._lacks(report)):
                return result.model_copy(update={"outcome": "not_judged", "message": lacks})
            failure = of_message(report.message, self._language, self._own_modules)
            sentence = f"{result.id} failed: {failure.sentence}{self._hint(report)}"
            self._verdict.failures.append(Failure(failure.error_class, sentence))
            return result.model_copy(update={"outcome": "failed"})
        if may_skip and not self._generated:
            return result.model_copy(
                update={"outcome": "not_judged", "message": result.message or report.outcome}
            )
        author = "A generated test may not skip" if may_skip else "Nothing in the tests skips it"
        self._fail("assertion", f"{result.id} was not judged but {report.outcome}. {author}.")
        message = f"{report.outcome}: {report.message}"[:_MESSAGE]
        return result.model_copy(update={"outcome": "failed", "message": message})

    def _lacks(self, report: TestReport) -> str:
        """Why the cell could not be run in its notebook, where that is no fault of the code's."""
        if self._notebook is None:
            return ""
        found = lacking(report.message, self._notebook)
        self._verdict.not_there |= found
        return " ".join(f"{name}: {why}." for name, why in found.items())

    def _hint(self, report: TestReport) -> str:
        """A name of another cell was missing: say why, or how a test gives it."""
        undefined = _UNDEFINED.match(report.message)
        if undefined is None:
            return ""
        if self._notebook is not None and undefined[1] in self._notebook.missing:
            return f". It could not be carried over from the notebook: {self._notebook.missing[undefined[1]]}"
        if undefined[1] not in self._known_names:
            return ""
        return f". Other cells define it: write a test that calls cell({undefined[1]}=…)"

    def _answered(self, result: TestResult, report: TestReport) -> TestResult:
        """A hard example: the run only says what came out, the host knows what should."""
        example = self._examples[self._suite.examples[report.id]]
        right, actual = self._language.matches(example, report.answers)
        actual = actual if right or self._discretion is None else self._discretion.text(actual)
        values = {"expected": example.expected.strip(), "actual": actual}
        if right:
            return result.model_copy(update=values)
        message = f"{example.call.strip()} should be {example.expected.strip()}, but is {actual}."[:_MESSAGE]
        self._fail("assertion", message)
        return result.model_copy(update={**values, "outcome": "failed", "message": message})

    def _collection_errors(self) -> None:
        for raw in self._run.collection_errors:
            text = self._discretion.text(raw) if self._discretion else raw
            path = text.partition(":")[0][:200]
            failure = of_message(text, self._language, self._own_modules)
            kind = failure.error_class if failure.error_class != "assertion" else "collection"
            self._fail(kind, f"{path} could not be collected: {failure.sentence}")

    def _ending(self) -> None:
        """How the run ended, and the tests that it never came to."""
        failure = of_exit(
            self._run.exit, self._timeout_seconds, self._shown(self._missing[:1]) if self._missing else ""
        )
        if failure is not None:
            self._verdict.failures.append(failure)
        total = len(self._suite.expectation.tests)
        if self._missing and failure is None and not self._run.collection_errors:
            which = self._shown(self._missing)
            silent = f"{len(self._missing)} of {counted(total, 'test')} never reported ({which})"
            if self._suite.sentinels.ids - self._sentinels.keys():
                self._fail("early_exit", f"The code ended the run early: {silent}.")
            else:
                self._fail("tampering", f"The code under test kept tests from running: {silent}.")

    def _check_sentinels(self) -> None:
        """Planted tests: those that must fail have failed, and all have reported."""
        planted = self._suite.sentinels
        survivors = {
            test_id
            for test_id, report in self._sentinels.items()
            if test_id in planted.must_fail and not self._failed(report)
        }
        if survivors & planted.swapped:
            self._fail(
                "tampering",
                "A test also passed with a wrong expected value: what the code returns equals anything, "
                "or the code altered the test tool or its reports.",
            )
        elif survivors:
            self._fail(
                "tampering",
                "A test that must fail was reported as passed: "
                "the code under test altered the test tool or its reports.",
            )
        broken = any(
            report.outcome != "passed"
            for test_id, report in self._sentinels.items()
            if test_id in planted.must_pass - planted.copies
        )
        if broken and not self._suite.conftest:
            self._fail("tampering", "A test that must pass did not: the code under test broke the test tool.")
        explained = self._missing or self._run.collection_errors or self._run.exit.reason != "finished"
        if planted.ids - self._sentinels.keys() and not explained:
            self._fail(
                "tampering", "Tests that were planted among the others never reported: the run was altered."
            )

    def _failed(self, report: TestReport) -> bool:
        """Did a test that must fail do so? A skip will do where the user's tests or the code itself skip."""
        if report.outcome in ("failed", "error"):
            return True
        unreached = report.outcome in ("skipped", "xfailed")
        return unreached and (self._suite.conftest or bool(self._verdict.failures))
