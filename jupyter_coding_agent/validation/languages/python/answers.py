"""Hard examples: what came out of the container against the expected value, which never left the host."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ....core import syntax

RELATIVE_TOLERANCE = 1e-9
_PACKAGE = Path(__file__).resolve().parents[3]
_SHOWN = 300


def canonical(value: object) -> str:
    """The canonical text of a value, by the function that the container uses as well."""
    return _function()(value)


@cache
def _function() -> Callable[[object], str]:
    """Taken from the image's sources, which the wheel carries."""
    places = (_PACKAGE / "_images", _PACKAGE.parent / "images")
    path = next(place for place in places if place.is_dir()) / "python" / "canonical.py"
    spec = importlib.util.spec_from_file_location("coding_agent_canonical", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[object], str] = module.canonical
    return function


def matches(expected: str, answers: Sequence[str]) -> tuple[bool, str]:
    """Does the one answer equal the literal `expected`? And the answer as Python would write it.

    Floats may differ by 1e-9 of their size, numbers of different type are compared by value as ``==`` does,
    an array or a series of values equals the list of them.
    """
    if len(answers) != 1:
        return False, "no answer" if not answers else f"{len(answers)} answers"
    try:
        actual = json.loads(answers[0])
        wanted = json.loads(canonical(syntax.literal_eval(expected.strip())))
        return _equal(wanted, actual), readable(actual)[:_SHOWN]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False, "an answer that can't be read"


def _equal(wanted: Any, actual: Any) -> bool:
    number, other = _number(wanted), _number(actual)
    if number is not None and other is not None:
        return _close(number, other)
    if isinstance(wanted, list) and isinstance(actual, dict):
        actual = actual.get("array", actual.get("series"))
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(_equal, wanted, actual))
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return wanted.keys() == actual.keys() and all(_equal(wanted[key], actual[key]) for key in wanted)
    return type(wanted) is type(actual) and bool(wanted == actual)


def _number(form: Any) -> int | float | None:
    if isinstance(form, bool):
        return int(form)
    if isinstance(form, dict) and len(form) == 1:
        try:
            if isinstance(form.get("int"), str):
                return int(form["int"], 0)
            if isinstance(form.get("float"), str):
                return float(form["float"])
        except ValueError:
            return None
    return None


def _close(one: int | float, other: int | float) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    try:
        return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE) or (math.isnan(one) and math.isnan(other))
    except OverflowError:
        return False


def readable(form: Any) -> str:
    """A canonical form the way Python writes the value."""
    number = None if isinstance(form, bool) else _number(form)
    if number is not None:
        return repr(number)
    if isinstance(form, list):
        return f"[{', '.join(map(readable, form))}]"
    if not isinstance(form, dict):
        return repr(form)
    kind = min(form, default="")
    value: Any = form.get(kind)
    if kind == "tuple":
        return f"({', '.join(map(readable, value))}{',' if len(value) == 1 else ''})"
    if kind == "dict":
        return "{" + ", ".join(f"{readable(key)}: {readable(item)}" for key, item in value) + "}"
    if kind in ("set", "frozenset") and value:
        return ("frozenset(" if kind == "frozenset" else "") + "{" + ", ".join(map(readable, value)) + "}"
    if kind == "array":
        return f"array({readable(value)})"
    if isinstance(form.get("repr"), str):
        return str(form["repr"])
    return json.dumps(form)
