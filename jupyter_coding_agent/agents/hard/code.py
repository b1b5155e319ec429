"""Doctests and assertions, wherever they stand: in prose, in fenced code, in docstrings, in cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ...validation.models import Example
from .calls import make_example, statement
from .candidate import Candidate
from .context import disowned

_MAX_SESSIONS = 200
_MAX_ASSERTS = 100
_MAX_LINES = 20  # of one assertion, or of one result
_LOOK_BACK = 60

_PROMPT = ">>> "
_OPENER = re.compile(r"(?:if|elif|else|try|except|finally|with|for|while|class)\b")
_TEST = re.compile(r"(?:async )?def \w+\(")
_SKIPS = re.compile(r"@.*(?:xfail|skip)")
_BARE_CALL = re.compile(r"(?:>>> )?(?!print\b|assert\b|import\b)[A-Za-z_][\w.]*\(.*\)\s*$")


def sessions(text: str) -> Iterator[Candidate]:
    """``>>> f(2)`` with its result below: all lines of it, to the next prompt, blank line or closing quote."""
    lines = [line.strip() for line in text.splitlines()]
    starts = (number for number, line in enumerate(lines) if line.startswith(_PROMPT))
    for number in islice(starts, _MAX_SESSIONS):
        source, end = [lines[number][len(_PROMPT) :]], number + 1
        while end < len(lines) and lines[end].startswith("..."):
            source.append(lines[end][3:].removeprefix(" "))
            end += 1
        result = _result(lines, end)
        if not result or "doctest:" in source[0] or _disturbed(lines, number) or disowned(lines, number):
            continue
        written = "\n".join(lines[number : end + len(result)])
        example = make_example("\n".join(source), "\n".join(result), written)
        if example:
            yield Candidate(example, "session")


def _result(lines: Sequence[str], start: int) -> list[str]:
    result: list[str] = []
    for line in lines[start : start + _MAX_LINES]:
        if not line or line.startswith((">>>", "```", "~~~", '"""', "'''")):
            return result
        result.append(line)
    return result if start + _MAX_LINES >= len(lines) else []


def _disturbed(lines: Sequence[str], number: int) -> bool:
    """Does a line before it, in the same session or block, do something whose result nobody looks at?"""
    for at in range(number - 1, max(number - _LOOK_BACK, 0) - 1, -1):
        line = lines[at].strip()
        if not line or line.startswith("```"):
            return False
        if _BARE_CALL.match(line):
            following = lines[at + 1].strip()
            if not line.startswith(">>>") or following.startswith(">>>"):
                return True
    return False


def assertions(text: str) -> Iterator[Candidate]:
    """``assert f(2) == 5``, also over several lines; any other assertion is expected to hold."""
    lines = text.splitlines()
    starts = (number for number, line in enumerate(lines) if _begins(line))
    for number in islice(starts, _MAX_ASSERTS):
        if _guarded(lines, number) or _disturbed(lines, number) or disowned(lines, number):
            continue
        for end in range(number + 1, min(number + _MAX_LINES, len(lines)) + 1):
            source = "\n".join(lines[number:end]).strip().lstrip("-* ").strip("`")
            node = statement(source)
            if isinstance(node, ast.Assert):
                example = _from_assert(node, source)
                if example:
                    yield Candidate(example, "code", normative=True)
                break


def _begins(line: str) -> bool:
    return line.strip().lstrip("-* ").strip("`").startswith("assert ")


def _from_assert(node: ast.Assert, source: str) -> Example | None:
    test = node.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is):
        left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
        example = make_example(left, right, source) or make_example(right, left, source)
        if example:
            return example
    return make_example(f"bool({ast.unparse(test)})", "True", source)


def _guarded(lines: Sequence[str], number: int) -> bool:
    """Does it stand under a condition, in a ``with pytest.raises`` or in a test that is skipped?"""
    indent = _indent(lines[number])
    for at in range(number - 1, max(number - _LOOK_BACK, 0) - 1, -1):
        line = lines[at].strip()
        if not line or _indent(lines[at]) >= indent:
            continue
        indent = _indent(lines[at])
        if _OPENER.match(line) and line.endswith(":"):
            return True
        if _TEST.match(line):
            decorators = lines[max(at - 5, 0) : at]
            return any(_SKIPS.match(decorator.strip()) for decorator in decorators)
        if indent == 0:
            return False
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
