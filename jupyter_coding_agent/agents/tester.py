"""The tests, written from the request before there is any code."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection

from .conversation.asking import Answer, Asker
from .conversation.prompting import LanguagePart
from .conversation.replies import Reply
from .laws.stated import find_laws
from .source import pysource

MAX_TESTS = 200
"""Test functions in one reply: what divides and weighs them grows faster than their number."""


async def write_tests(asker: Asker) -> Answer:
    """Ask for the tests. Raises Halted where none can be had."""

    return await asker.ask("tests", accept=accept_tests(asker.language), laws=find_laws(asker.task.prompt))


def accept_tests(language: LanguagePart, taken: Collection[str] = ()) -> Callable[[Reply], Reply]:
    """What makes a reply usable as tests; files that are `taken` are renamed, never replaced."""

    def accept(reply: Reply) -> Reply:
        files = {_free(path, taken): text for path, text in reply.files.items()}
        wrong = _wrong_with(files) if language.fence == "python" else ""
        return dataclasses.replace(reply, files=files, reason=wrong)

    return accept


def _free(path: str, taken: Collection[str]) -> str:
    while path in taken:
        path = path.removesuffix(".py") + "_more.py"
    return path


def count_tests(tests: dict[str, str]) -> int:
    """How many test functions the files define."""
    return sum(len(pysource.test_functions(text)) for text in tests.values())


def _wrong_with(tests: dict[str, str]) -> str:
    for path, text in tests.items():
        if pysource.parse(text) is None:
            return f"{path} is not valid Python."
    count = count_tests(tests)
    if count > MAX_TESTS:
        return f"There are {count} test functions in the reply; at most {MAX_TESTS} are read. Write fewer."
    return "" if count else "There is no test function (def test_…) in the reply."
