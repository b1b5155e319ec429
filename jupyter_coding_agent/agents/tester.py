"""The tests, written from the request before there is any code."""

from __future__ import annotations

import dataclasses

from . import pysource
from .asking import Answer, Asker
from .replies import Reply


async def write_tests(asker: Asker) -> Answer:
    """Ask for the tests. Raises Halted where none can be had."""

    def accept(reply: Reply) -> Reply:
        return dataclasses.replace(
            reply, reason=_wrong_with(reply.files) if asker.language.fence == "python" else ""
        )

    return await asker.ask("tests", accept=accept)


def count_tests(tests: dict[str, str]) -> int:
    """How many test functions the files define."""
    return sum(len(pysource.test_functions(text)) for text in tests.values())


def _wrong_with(tests: dict[str, str]) -> str:
    for path, text in tests.items():
        if pysource.parse(text) is None:
            return f"{path} is not valid Python."
    return "" if count_tests(tests) else "There is no test function (def test_…) in the reply."
