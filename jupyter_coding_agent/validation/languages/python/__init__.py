"""Python: pytest, flake8, bandit; everything here only parses."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from ....runner.models import LintFinding
from ...expectation import Expectation, Suite
from ...models import Example, ValidationRequest
from . import expected, generated, imports, newer, sentinels
from .answers import matches

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

    def is_test_file(self, path: str) -> bool:
        """pytest's default: ``test_*.py`` and ``*_test.py``."""
        name = posixpath.basename(path)
        return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))

    def suite(self, request: ValidationRequest, random: Random) -> Suite:
        """What is sent into the container: the user's tests, the hard examples, sentinels among them.

        Without either, each file is run once as a program.
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
        )

    def _collected(self, tests: Mapping[str, str]) -> list[str]:
        """The test files; where no name says so, every Python file that came as a test."""
        named = [path for path in tests if self.is_test_file(path)]
        return named or [
            path
            for path in tests
            if path.endswith(".py") and not _is_conftest(path) and posixpath.basename(path) != "__init__.py"
        ]

    def imports(self, sources: Mapping[str, str]) -> list[str]:
        """Top-level modules imported, without the sources themselves."""
        return imports.imported(sources)

    def blocks(self, finding: LintFinding) -> bool:
        """Is it one of the rules whose findings mean that the code can't be right?"""
        return finding.code.startswith(_BLOCKING)

    def distribution(self, module: str) -> str | None:
        """The PyPI name that provides a module; None for the standard library."""
        return imports.distribution(module)

    def matches(self, example: Example, answers: Sequence[str]) -> tuple[bool, str]:
        """Compared on the host in canonical form."""
        return matches(example.expected, answers)

    def newer_than(self, sources: Mapping[str, str], version: str) -> str:
        """What needs a newer Python than `version`, in a sentence."""
        return newer.newer_than(sources, version)


def _is_conftest(path: str) -> bool:
    return posixpath.basename(path) == "conftest.py"


def _free(path: str, taken: frozenset[str]) -> str:
    while path in taken:
        path = path.removesuffix(".py") + "_.py"
    return path


def _with(one: Expectation, other: Expectation) -> Expectation:
    return replace(one, tests={**other.tests, **one.tests}, problems=(*other.problems, *one.problems))
