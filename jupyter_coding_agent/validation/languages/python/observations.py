"""What a run of rewritten tests handed over, in a form in which what is alike is equal."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable
from typing import Any

from ....runner.models import TestReport
from ...expectation import Suite

_DIGITS = 9
"""Floats are compared to so many significant digits, as ``pytest.approx`` would."""
_NOISE = 1e-12
_EXACT = 1e15  # floats beyond are whole whatever they stand for
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_RAISED = "agent_sandbox.observation.Raised"
_UNKNOWN = "Unknown"
_LONGEST_NAME = 100


def observations(suite: Suite, reports: Collection[TestReport]) -> dict[str, tuple[str, ...]]:
    """Id of a test or label of a probe → what it handed over, in order.

    Each is a canonical text, or ``raised TypeName``; a test that ended without handing anything over has
    ``passed``. A test that was skipped or took too long is absent, and so is one that handed over something
    else when it ran again.
    """
    copies = {copy: path for path, copy in suite.again.items()}
    first = [report for report in reports if report.id.partition("::")[0] not in copies]
    again = [
        report.model_copy(update={"id": f"{copies[path]}::{name}"})
        for report in reports
        for path, _, name in [report.id.partition("::")]
        if path in copies
    ]
    one, other = _handed_over(suite, first), _handed_over(suite, again)
    return {name: texts for name, texts in one.items() if other.get(name, texts) == texts}


def _handed_over(suite: Suite, reports: Iterable[TestReport]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for report in reports:
        known = suite.expectation.owner(report.id) is not None or suite.expectation.allows(report.id)
        if known and report.outcome != "skipped" and not report.message.startswith(_UNKNOWN):
            texts = [comparable(text) for text in report.answers]
            if report.outcome in ("failed", "error"):
                texts.append(f"raised {report.message.partition(':')[0][:_LONGEST_NAME]}")
            found.setdefault(suite.probes.get(report.id, report.id), tuple(texts) or ("passed",))
    return found


def comparable(text: str) -> str:
    """A canonical text without what differs between equal behaviours.

    Gone are noise in floats, addresses in reprs, whether a whole number is an int or a float, and whether a
    list is an array.
    """
    try:
        form = json.loads(text)
        if isinstance(form, dict) and form.get("type") == _RAISED:
            return str(form.get("repr"))
        return json.dumps(_plain(form), separators=(",", ":"), sort_keys=True)
    except (ValueError, TypeError, RecursionError):
        return text


def _plain(form: Any) -> Any:
    if isinstance(form, list):
        return [_plain(item) for item in form]
    if not isinstance(form, dict):
        return form
    if isinstance(form.get("float"), str):
        return _number(float(form["float"]))
    if isinstance(form.get("repr"), str):
        return {**form, "repr": _ADDRESS.sub("", form["repr"])}
    if "array" in form:
        return _plain(form["array"])
    return {key: _plain(item) for key, item in form.items()}


def _number(value: float) -> dict[str, str]:
    if not math.isfinite(value):
        return {"float": repr(value)}
    if not value.is_integer() or abs(value) > _EXACT:
        value = 0.0 if abs(value) < _NOISE else float(f"{value:.{_DIGITS}g}")
    return {"int": str(int(value))} if value.is_integer() else {"float": repr(value)}
