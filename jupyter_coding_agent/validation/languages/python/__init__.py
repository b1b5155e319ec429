"""Python: pytest, flake8, bandit; everything here only parses."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from ....runner.models import DataFinding, LintFinding, TestReport, TestRun
from ...blocked import ImportSite
from ...candidates import Candidate
from ...expectation import Expectation, Sentinels, Suite
from ...gaming import Finding, Inquiry, Look, Question
from ...models import Example, Notebook, ValidationRequest
from . import expected, gaming, generated, imports, mutants, newer, observing, sentinels, silent, sites
from .answers import matches
from .needs import needs
from .observations import observations
from .probes import derive

# E9: can't run. F63: comparisons that can't be meant. F7: misplaced statements. F82: undefined names.
_BLOCKING = ("E9", "F63", "F7", "F82")
_IMAGE_PACKAGES = frozenset(
    {
        "bandit", "black", "coverage", "fastapi", "flake8", "httpx", "hypothesis", "ipython", "matplotlib",
        "numpy", "openpyxl", "pandas", "pip", "pydantic", "pyjwt", "pytest", "pyyaml", "requests",
        "scikit-learn", "scipy", "sqlalchemy", "starlette",
    }
)  # fmt: skip


class PythonLanguage:
    """Implements `languages.base.Language`."""

    name = "python"
    image = "python"
    packages = _IMAGE_PACKAGES
    data_modules = frozenset({"matplotlib", "numpy", "pandas", "sklearn"})

    def is_test_file(self, path: str) -> bool:
        """pytest's default: ``test_*.py`` and ``*_test.py``."""
        name = posixpath.basename(path)
        return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))

    def suite(self, request: ValidationRequest, random: Random | None) -> Suite:
        """What is sent into the container: the user's tests, the hard examples, sentinels among them.

        Without either, each file is run once as a program. With tests, a cell that is meant for a notebook is
        also run there as it is, by a test that is nobody's to change.
        """
        tests = dict(request.tests)
        taken = frozenset(tests) | frozenset(request.files)
        collect = self._collected(request.tests)
        expectation = expected.expect(tests, collect)
        cell = request.the_cell
        examples: dict[str, int] = {}
        runs: dict[str, str] = {}
        if request.examples:
            path = _free("test_examples.py", taken)
            tests[path] = generated.example_tests(request.examples, request.files, cell)
            collect = [path, *collect]
            examples = {f"{path}::test_example_{n}": n - 1 for n in range(1, len(request.examples) + 1)}
            expectation = _with(expectation, expected.expect(tests, [path]))
        elif request.tests and not collect:
            expectation = Expectation(
                problems=("None of the files given as tests is a Python file with tests.",)
            )
        elif not request.tests:
            path = _free("test_run.py", taken)
            programs = [name for name in request.files if name.endswith(".py") or name == cell]
            tests[path], names = generated.run_tests(programs, cell)
            collect = [path] if programs else []
            runs = {f"{path}::{name}": program for name, program in zip(names, programs, strict=True)}
            expectation = expected.expect(tests, collect)
            if not programs:
                expectation = Expectation(problems=("None of the files is a Python file that could be run.",))
        there: dict[str, str] = {}
        # A challenge asks whether the tests notice a mistake: this one is not among them.
        if random is not None and cell is not None and not runs and _has_content(request.notebook):
            path = _free("test_notebook.py", taken | frozenset(tests))
            tests[path] = generated.NOTEBOOK_TEST
            collect = [path, *collect]
            there = {f"{path}::{generated.NOTEBOOK_TEST_NAME}": cell}
            expectation = _with(expectation, expected.expect(tests, [path]))
        planted = sentinels.Planted(tests, collect, Sentinels())
        if random is not None:
            planted = sentinels.plant(tests, collect, taken | frozenset(tests), random, copies=not runs)
        conftest = any(map(_is_conftest, request.tests))
        return Suite(
            tests=planted.tests,
            collect=tuple(planted.collect),
            expectation=expectation,
            sentinels=planted.sentinels,
            conftest=conftest,
            withheld=frozenset(filter(_is_conftest, request.files)) if conftest else frozenset(),
            examples=examples,
            runs=runs,
            there=there,
        )

    def _collected(self, tests: Mapping[str, str]) -> list[str]:
        """The test files; where no name says so, every Python file that came as a test."""
        named = [path for path in tests if self.is_test_file(path)]
        return named or [
            path
            for path in tests
            if path.endswith(".py") and not _is_conftest(path) and posixpath.basename(path) != "__init__.py"
        ]

    def observation(self, request: ValidationRequest, only: Collection[str] | None, probes: bool) -> Suite:
        """Every test file that can be rewritten, and a file of probes, each twice. Hard examples have no part."""
        modules = {path[:-3].replace("/", ".") for path in request.files if path.endswith(".py")}
        tests = dict(request.tests)
        collect = []
        for path in self._collected(request.tests):
            tests[path] = observing.rewritten(request.tests[path], modules, _names_in(path, only))
            collect += [path] if tests[path] else []
        labels = {}
        if probes and (derived := derive(request.tests, modules)).labels:
            path = _free("test_probes.py", frozenset(tests) | frozenset(request.files))
            tests[path] = derived.source
            collect.append(path)
            labels = {f"{path}::{name}": f"probe::{text}" for name, text in derived.labels.items()}
        again = {
            path: _free(f"test_again_{number}.py", frozenset(tests)) for number, path in enumerate(collect)
        }
        tests |= {copy: tests[path] for path, copy in again.items()}
        collect += again.values()
        conftest = any(map(_is_conftest, request.tests))
        return Suite(
            tests=tests,
            collect=tuple(collect),
            expectation=expected.expect(tests, collect),
            sentinels=Sentinels(),
            conftest=conftest,
            withheld=frozenset(filter(_is_conftest, request.files)) if conftest else frozenset(),
            probes=labels,
            again=again,
        )

    def observed(self, suite: Suite, reports: Iterable[TestReport]) -> dict[str, tuple[str, ...]]:
        """In a form in which what is alike is equal."""
        return observations(suite, list(reports))

    def changes(self, files: Mapping[str, str], cell: str | None) -> list[Candidate]:
        """Mutants by the usual operators, and a few of data code."""
        return mutants.candidates(files, cell)

    def imports(self, sources: Mapping[str, str]) -> list[str]:
        """Top-level modules imported, without the sources themselves."""
        return imports.imported(sources)

    def needs(self, sources: Iterable[str]) -> frozenset[str]:
        """Read from the sources alone."""
        return needs(sources)

    def import_sites(self, sources: Mapping[str, str]) -> list[ImportSite]:
        """By statements, and by calls with literal names."""
        return sites.import_sites(sources)

    def blocks(self, finding: LintFinding) -> bool:
        """Is it one of the rules whose findings mean that the code can't be right?"""
        return finding.code.startswith(_BLOCKING)

    def silent_failures(self, sources: Mapping[str, str]) -> list[DataFinding]:
        """Chained assignment, leakage between training and test, installs that may fail unseen."""
        return silent.failures(sources)

    def distribution(self, module: str) -> str | None:
        """The PyPI name that provides a module; None for the standard library."""
        return imports.distribution(module)

    def matches(self, example: Example, answers: Sequence[str]) -> tuple[bool, str]:
        """Compared on the host in canonical form."""
        return matches(example.expected, answers)

    def newer_than(self, sources: Mapping[str, str], version: str) -> str:
        """What needs a newer Python than `version`, in a sentence."""
        return newer.newer_than(sources, version)

    def look(self, request: ValidationRequest) -> Look:
        """Special cases for the tests' inputs, and tricks on the run."""
        return gaming.look(request.files, request.tests, request.examples, request.request_text)

    def inquiry(self, request: ValidationRequest, questions: Sequence[Question]) -> Inquiry:
        """Calls with the tests' inputs and with some like them."""
        taken = frozenset(request.tests) | frozenset(request.files)
        return gaming.questions.inquiry(questions, _free("test_more.py", taken))

    def answered(self, inquiry: Inquiry, run: TestRun) -> list[Finding]:
        """Functions that know the tests' inputs only."""
        return gaming.questions.judge(inquiry, run)


def _has_content(notebook: Notebook | None) -> bool:
    return notebook is not None and bool(notebook.before or notebook.values)


def _is_conftest(path: str) -> bool:
    return posixpath.basename(path) == "conftest.py"


def _names_in(path: str, only: Collection[str] | None) -> Collection[str] | None:
    """The tests of a file that are asked for, by their names in it."""
    if only is None:
        return None
    return {name.removeprefix(f"{path}::") for name in only}


def _free(path: str, taken: frozenset[str]) -> str:
    while path in taken:
        path = path.removesuffix(".py") + "_.py"
    return path


def _with(one: Expectation, other: Expectation) -> Expectation:
    return replace(one, tests={**other.tests, **one.tests}, problems=(*other.problems, *one.problems))
