"""What tells of tests that whoever repairs must not see is kept out of every piece of evidence."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from ...validation.models import TestResult
from ..source import pysource, suites

_LEAST_LINE = 8  # a shorter line ("pass", "try:") tells nothing
_LITERALS, _LITERAL = 2_000, 200
_WORDS = re.compile(r"\w+")
_MARK = re.compile(r"^[E>+-]")  # before a line in a report or a diff
_HEADER = re.compile(r"^--- (?:a/)?(\S+)$|^\+\+\+ (?:b/)?(\S+)$")


class Redaction:
    """Keeps the secret tests' names, source and values out of texts: a line that has one of them goes whole."""

    def __init__(self, tests: Mapping[str, str], secret: Collection[str]) -> None:
        ids = suites.test_ids(tests)
        self._secret = {suites.bare_id(test_id) for test_id in secret}
        self._shown = set(ids) - self._secret
        self._tests = tests
        self.needed = bool(self._secret)
        """Whether there is anything to keep."""
        visible = suites.without(tests, self._secret).values()
        known = {test_id.rpartition("::")[2] for test_id in self._shown}
        self._names = {test_id.rpartition("::")[2] for test_id in self._secret} - known
        # Of names that a shown test has too, only the whole id tells.
        self._qualified = _any_of(
            test_id.partition("::")[2] for test_id in self._secret if test_id.rpartition("::")[2] in known
        )
        self._source = _source_lines(tests.values()) - _source_lines(visible)
        self._literals = _any_of(_only_in(tests.values(), visible) if self.needed else ())

    def shows(self, result: TestResult) -> bool:
        """Whether a result may be told of: a user's own test, or one that is known to be no secret."""
        test_id = suites.bare_id(result.id)
        if result.hidden or test_id in self._secret:
            return False
        return not self.needed or result.kind != "soft" or test_id in self._shown

    def own(self, path: str) -> bool:
        """Whether a path is one of the tests' files."""
        return path in self._tests

    def evidence(self, text: str) -> str:
        """The text without lines that hold a secret test's name or source."""
        return "\n".join(line for line in text.split("\n") if not self._tells(line)) if self.needed else text

    def strict(self, text: str) -> str:
        """The text also without lines that hold a value of a secret test: for what may speak of any test."""
        lines = self.evidence(text).split("\n")
        return "\n".join(line for line in lines if not (self.needed and self._literals.search(line)))

    def diff(self, text: str) -> str:
        """A unified diff without the parts that change a test file."""
        kept, shown = [], True
        for line in text.split("\n"):
            header = _HEADER.match(line)
            if header:
                path = header[1] or header[2]
                shown = not self.own(path)
            if shown:
                kept.append(line)
        return self.evidence("\n".join(kept))

    def _tells(self, line: str) -> bool:
        if not self._names.isdisjoint(_WORDS.findall(line)) or self._qualified.search(line):
            return True
        return any(part in self._source for part in (line.strip(), _MARK.sub("", line).strip()))


def _source_lines(sources: Iterable[str]) -> set[str]:
    lines = (line.strip() for source in sources for line in source.splitlines())
    return {line for line in lines if len(line) >= _LEAST_LINE}


def _only_in(sources: Iterable[str], visible: Iterable[str]) -> Iterator[str]:
    """Values that the sources spell out and what is visible of them does not."""
    known = {value for source in visible for value in _constants(source)}
    spelled = dict.fromkeys(value for source in sources for value in _constants(source))
    yield from (value for value in spelled if value not in known)


def _constants(source: str) -> Iterator[str]:
    """Strings by their lines and as they are printed, numbers as they are printed."""
    tree = pysource.parse(source)
    for node in ast.walk(tree) if tree else ():
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and len(value) > 1:
            spellings = [*value.split("\n"), repr(value)[1:-1]]
        elif isinstance(value, str | bytes | int | float | complex) and not isinstance(value, bool):
            spellings = [_spelled(value)]
        else:
            continue
        yield from (
            spelling[:_LITERAL]
            for spelling in spellings
            if len(spelling.strip()) > 1 or not isinstance(value, str)
        )


def _spelled(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # an integer of more digits than Python prints
        return ""


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the words where it is not a part of a longer one."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for word in islice(filter(str.strip, words), _LITERALS):
        before = r"(?<!\w)" if _WORDS.match(word[0]) else ""
        after = r"(?!\w)" if _WORDS.match(word[-1]) else ""
        groups[before, after].append(re.escape(word))
    patterns = [f"{before}(?:{'|'.join(group)}){after}" for (before, after), group in groups.items()]
    return re.compile("|".join(patterns) or r"(?!)")
