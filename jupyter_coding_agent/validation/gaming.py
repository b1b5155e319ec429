"""Gaming: code that serves the tests instead of the request, as it was found by looking and by asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..runner.models import EffectEvent

Kind = Literal[
    "special_case",
    "always_equal",
    "test_tool",
    "caller",
    "test_file",
    "patching",
    "swallowing",
    "ending",
]


@dataclass(frozen=True)
class Finding:
    """A place where code serves the tests instead of the request."""

    path: str
    line: int
    kind: Kind
    sentence: str
    """Why, for people and for whoever repairs it; without the place."""

    def __str__(self) -> str:
        return f"{self.path} line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Question:
    """A function whose source does not show where its answers come from: it has to be asked."""

    path: str
    line: int
    function: str
    asked: Sequence[tuple[Any, ...]]
    """Arguments that the tests use."""
    near: Sequence[tuple[Any, ...]]
    """Arguments like them that no test uses."""


@dataclass(frozen=True)
class Look:
    """What parsing brought: what was found, and what only a run can tell."""

    findings: Sequence[Finding] = ()
    questions: Sequence[Question] = ()


@dataclass(frozen=True)
class Inquiry:
    """A test file that asks the questions. It decides nothing: what was answered is judged on the host."""

    path: str
    source: str
    questions: Mapping[str, Question]
    """By the id of the test that asks it."""


# What reads source by itself, to show where something happened; and tests that hand their own files over.
_SHOWS_SOURCE = re.compile(r"inspect|traceback|log|warn|stack|exc", re.IGNORECASE)
_HANDS_OVER = re.compile(r"__file__|cwd\(|chdir|listdir|glob|\*\.py|[\"']\.{1,2}[\"'/]")


def of_effects(
    events: Iterable[EffectEvent], files: Mapping[str, str], tests: Mapping[str, str]
) -> Iterator[Finding]:
    """Test files that the code was seen to read while it ran, unless the tests may have told it to."""
    if any(_HANDS_OVER.search(text) or path in text for path, text in tests.items()):
        return
    for event in events:
        if event.kind != "read" or event.seen != "run" or event.target not in tests:
            continue
        if event.path is None or event.line is None or event.path not in files:
            continue
        lines = files[event.path].splitlines()
        if event.line <= len(lines) and not _SHOWS_SOURCE.search(lines[event.line - 1]):
            yield Finding(event.path, event.line, "test_file", f"it read {event.target} while the tests ran.")
