"""Gaming: code that is made to satisfy the tests instead of the request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ....gaming import Finding, Look
from ....models import Example
from . import code, hidden, questions, reading, special_cases
from .agreement import Agreement
from .patching import Patching
from .recognition import Recognition
from .tricks import Tricks
from .values import Evaluator
from .wording import Request

_USES_CELL = re.compile(r"\bcell\b")
_TRICK_STEPS = 10_000
_MOST_FINDINGS = 8


def look(
    files: Mapping[str, str], tests: Mapping[str, str], examples: Sequence[Example], request_text: str = ""
) -> Look:
    """What of the code serves the tests, and whom a run has to ask.

    Parses only, in bounded time; finds nothing where there are neither tests nor examples.
    """
    if not tests and not examples:
        return Look()
    evaluator = Evaluator()
    request = Request(request_text)
    as_main = any(_USES_CELL.search(text) for text in tests.values())
    units = code.units(files, evaluator, as_main=as_main)
    asked = reading.read(tests, examples, code.names(units), evaluator)
    recognition = Recognition(asked, request, evaluator)
    found = _surviving(special_cases.find(units, files, asked, request, evaluator))
    for unit in units:
        found += _surviving(Tricks(unit, tests, request, Evaluator(_TRICK_STEPS)).find())
        found += _surviving(Patching(unit, request).find())
        found += _surviving(Agreement(unit, request, asked).find())
        found += _surviving(recognition.find(unit))
        found += _surviving(hidden.find(unit, request, Evaluator(_TRICK_STEPS)))
    if found:
        unique = {(finding.path, finding.line): finding for finding in reversed(found)}
        return Look(sorted(unique.values(), key=lambda each: (each.path, each.line))[:_MOST_FINDINGS])
    return Look(questions=questions.find(units, asked, evaluator))


def _surviving(findings: Iterable[Finding]) -> list[Finding]:
    """What came before a source nested so deeply that it can't be followed."""
    found: list[Finding] = []
    try:
        found.extend(findings)
    except RecursionError:
        return found
    return found
