"""The first version of the code, written for tests that already stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import PurePosixPath

from .conversation.asking import Answer, Asker
from .conversation.prompting import LanguagePart
from .conversation.replies import Reply
from .source import pysource


async def write_code(asker: Asker, tests: Mapping[str, str], *, unseen: bool = False) -> Answer:
    """Ask for the solution. Raises Halted where none can be had.

    `tests` are those that may be shown; `unseen` says that there are more.
    """
    return await asker.ask(
        "code",
        accept=lambda reply: with_solution(reply, asker.language, tests),
        tests=tests,
        unseen=unseen,
    )


def with_solution(reply: Reply, language: LanguagePart, tests: Mapping[str, str]) -> Reply:
    """The reply with its one file under the solution's name, if the tests don't know that file by its own."""
    if language.solution in reply.files:
        return reply
    imported = set().union(*(pysource.imported_modules(text) for text in tests.values()))
    if any(PurePosixPath(path).parts[0].removesuffix(".py") in imported for path in reply.files):
        return reply
    if len(reply.files) > 1:
        return dataclasses.replace(reply, reason=f"{language.solution} is missing among the files.")
    ((path, text),) = reply.files.items()
    note = f"{path} was taken as {language.solution}."
    return dataclasses.replace(reply, files={language.solution: text}, notes=[*reply.notes, note])
