"""What a prompt asks for, as a model sees it: from its words, its data blocks and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tests.evaluation.tasks import Task, TaskTest, assertion

_BLOCK = re.compile(
    r"<data-(?P<token>\w+) (?P<label>[^>\n]+)>\n(?P<text>.*?)\n?</data-(?P=token)>", re.DOTALL
)
_WANTS_TESTS = re.compile(r"Give `(?P<path>test_\w+\.py)`")
_WANTS_CODE = re.compile(r"Give `solution\.py`")
_TEST = re.compile(r"^(?P<indent>[ \t]*)def (?P<name>test_\w+)\(", re.MULTILINE)
_TEST_ID = re.compile(r"test_\w+\.py::(?P<name>test_\w+)")


@dataclass(frozen=True)
class Shown:
    """A test of the task as a prompt shows it."""

    test: TaskTest
    expected: str

    @property
    def is_right(self) -> bool:
        """Does it expect what the request means?"""
        return self.expected == self.test.right


@dataclass(frozen=True)
class Asked:
    """One request to the model."""

    kind: Literal["tests", "more tests", "code", "repair"]
    task: Task
    shown: Sequence[Shown]
    """Tests whose source is shown, wherever it is."""
    failing: Sequence[Shown]
    """Those that are said to fail."""
    code: str
    """The solution that is to be repaired; else empty."""
    path: str = "solution.py"
    """The file that is asked for."""


def read(
    conversation: Sequence[Mapping[str, object]],
    tasks: Sequence[Task],
    written: Callable[[Task], Mapping[str, str]] = lambda task: {},
) -> Asked:
    """What the first message of the user asks for. Raises LookupError where no task or no wish is found.

    `written` tells what tests of a task expect, by name, where a prompt shows too little of their source.
    """
    text = next(str(message["content"]) for message in conversation if message["role"] == "user")
    task = task_of(text, tasks)
    blocks = {match["label"]: match["text"] for match in _BLOCK.finditer(text)}
    spoken = _BLOCK.sub("", text)
    shown = [one for block in blocks.values() for one in shown_in(block, task)]
    if wanted := _WANTS_TESTS.search(spoken):
        known = "tested already" in blocks or any(_TEST.search(block) for block in blocks.values())
        return Asked("more tests" if known else "tests", task, shown, [], "", wanted["path"])
    if not _WANTS_CODE.search(spoken):
        raise LookupError(f"The prompt asks for neither tests nor code: {spoken[-300:]!r}")
    code = next((block for label, block in blocks.items() if label.split()[-1] == "solution.py"), "")
    found = [block for label, block in blocks.items() if not label.startswith("file ")]
    failing = [one for block in found for one in shown_in(block, task) or _named(block, task, written(task))]
    return Asked("repair" if code else "code", task, shown, failing, code)


def task_of(text: str, tasks: Sequence[Task]) -> Task:
    """The task whose request stands in the text. Raises LookupError."""
    spaced = " ".join(text.split())
    matching = [task for task in tasks if _spaced(task.prompt) in spaced]
    if not matching:
        raise LookupError(f"No task has this request: {text[:300]!r}")
    return max(matching, key=lambda task: len(task.prompt))


def shown_in(text: str, task: Task) -> list[Shown]:
    """The task's tests whose source stands in `text`, each with the expectation that it has there."""
    tests = {test.name: test for test in task.tests}
    found = []
    for name, source in _functions(text):
        test = tests.get(name)
        expected = test and _expectation(test, source)
        if test is not None and expected is not None:
            found.append(Shown(test, expected))
    return found


def _named(text: str, task: Task, written: Mapping[str, str]) -> list[Shown]:
    """The test whose id a piece of evidence begins with."""
    match = _TEST_ID.match(text)
    named = [test for test in task.tests if match and test.name == match["name"] and test.name in written]
    return [Shown(test, written[test.name]) for test in named]


def _functions(text: str) -> Iterator[tuple[str, str]]:
    """Name and source of every test function in a text that is not wholly Python."""
    for match in _TEST.finditer(text):
        first, *rest = text[match.start() :].split("\n")
        deeper = match["indent"] + " "
        end = next(
            (n for n, line in enumerate(rest) if line.strip() and not line.startswith(deeper)), len(rest)
        )
        yield match["name"], "\n".join([first, *rest[:end]])


def _expectation(test: TaskTest, source: str) -> str | None:
    """Which of the expectations that the test may have been given it has; None if none is recognised."""
    try:
        function = ast.parse(source.strip()).body[0]
    except SyntaxError:
        return None
    assert isinstance(function, ast.FunctionDef)
    last = ast.unparse(function.body[-1])
    for expected in (test.right, test.wrong, *test.misread.values()):
        if _written(test.call, expected) == last:
            return expected
    return None


@cache
def _written(call: str, expected: str) -> str:
    return ast.unparse(ast.parse(assertion(call, expected)))


@cache
def _spaced(prompt: str) -> str:
    return " ".join(prompt.split())
