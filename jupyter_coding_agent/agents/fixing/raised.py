"""What a run raised, and whether that is what the notebook saw."""

from __future__ import annotations

import re

from ...validation.models import Verdict
from ..models import Raised

_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(?:: (.*))?", re.DOTALL)


def raised_by(verdict: Verdict) -> Raised | None:
    """The exception that ended the run; None where it ended otherwise, or in none."""
    tests = verdict.signals.tests
    failed = [result for result in tests.results if result.outcome == "failed"] if tests else []
    match = _EXCEPTION.fullmatch(failed[0].message) if failed else None
    if match is None or verdict.error_class in ("timeout", "memory", "output", "tampering"):
        return None
    return Raised(type=match[1][:200], message=(match[2] or "")[:4_000])


def same(seen: Raised, found: Raised | None) -> bool:
    """Whether it is the same failure: the same type, and for a name that is missing the same name."""
    if found is None or seen.type != found.type:
        return False
    return seen.type != "NameError" or name_in(seen) == name_in(found)


def name_in(raised: Raised) -> str:
    """What the message puts in quotation marks first; empty where nothing."""
    quoted = re.search(r"'([^'\n]+)'|\"([^\"\n]+)\"", raised.message)
    return (quoted[1] or quoted[2]) if quoted else ""


def sentence(raised: Raised) -> str:
    """``KeyError: 'price'``, on one line."""
    message = " ".join(raised.message.split())[:200]
    return f"{raised.type}: {message}" if message else raised.type
