"""Keeps live data of the notebook out of what a run says, where a model may read it.

Code that was generated runs on the user's data, and what it says when it fails goes into the next prompt. So of a
test that had live data at hand only such words are kept as its author knows already, or as every library's errors
use. A model that wants to can still tell a little by which of its words come back.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from ..core import syntax
from ..runner.models import TestReport
from .models import ValidationRequest

_HARMLESS = frozenset({"bool", "float", "int", "NoneType"})
"""Descriptions of single numbers: constants, as a rule."""
_WORD = re.compile(r"\w+")
_PLACE = re.compile(r"[\w ./-]{1,200}:\d{1,7}: in ")
_ERRORS = frozenset(name.lower() for name in dir(builtins) if name[0].isupper())
_HIDDEN = "…"


@cache
def _usual() -> frozenset[str]:
    """The shipped list of words that errors of every library use."""
    text = files(__package__).joinpath("words_of_errors.txt").read_text()
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


class Discretion:
    """What may be told of the runs of one request."""

    def __init__(self, request: ValidationRequest) -> None:
        notebook = request.notebook
        values = notebook.values if notebook else {}
        self._live = {name for name, value in values.items() if value.description not in _HARMLESS}
        self._own = set(_without_live_data(request, self._live)) if self._live else set()
        self._known: frozenset[str] = frozenset()
        if notebook is not None and self._live:
            descriptions = [value.description for value in values.values()]
            own = [request.request_text, *request.files.values(), *request.tests.values(), *request.tests]
            # Not the cells before it: what a model is shown of them may be less than all of it.
            self._known = _words([*own, *descriptions, *values, *notebook.missing.values()])

    def report(self, report: TestReport) -> TestReport:
        """The report without what may be live data."""
        if not self._live or report.id.partition("[")[0] in self._own:
            return report
        lines = (self._line(line) for line in report.traceback.splitlines())
        told = {"message": self.text(report.message), "traceback": "\n".join(lines), "locals": {}}
        return report.model_copy(update=told)

    def text(self, text: str) -> str:
        """The text with every word hidden that may be live data."""
        if not self._live:
            return text
        return _WORD.sub(lambda match: match[0] if self._may_be_told(match[0]) else _HIDDEN, text)

    def _line(self, line: str) -> str:
        place = _PLACE.match(line)
        start = place.end() if place and _words([line.partition(":")[0]]) <= self._known | _usual() else 0
        return line[:start] + self.text(line[start:])

    def _may_be_told(self, word: str) -> bool:
        lower = word.lower()
        return lower in self._known or lower in _usual() or lower in _ERRORS or lower == "notebookcellfailed"


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def _without_live_data(request: ValidationRequest, live: set[str]) -> Iterator[str]:
    """Ids of tests that run the cell on values of their own in place of all live ones, and do nothing else with it."""
    for path, text in request.tests.items():
        try:
            tree = syntax.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if _imports(tree) & {file.partition("/")[0].removesuffix(".py") for file in request.files}:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _brings(node, live):
                yield f"{path}::{node.name}"


def _brings(test: ast.AST, live: set[str]) -> bool:
    """Is the cell only ever called, and with a value for each of these names?"""
    uses = [node for node in ast.walk(test) if isinstance(node, ast.Name) and node.id == "cell"]
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and node.func in uses]
    given = [{keyword.arg for keyword in call.keywords} for call in calls]
    return len(uses) == len(calls) > 0 and all(live <= names for names in given)


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found
