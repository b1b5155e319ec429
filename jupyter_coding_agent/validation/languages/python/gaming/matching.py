"""Is a constant of the code what a test expects, and a key what it asks?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .cases import Case, Cases
from .forms import Unknown, same
from .information import information
from .wording import atoms

_TELLING = 8.0


def matching(constants: Sequence[Any], case: Case, cases: Cases) -> Any:
    """The constant that is what the test expects; `Unknown` where there is none."""
    for constant in constants:
        if not case.partial and same(constant, case.expected):
            return constant
        if case.partial and _holds_part(constant, case, cases):
            return constant
    return Unknown


def _holds_part(constant: Any, case: Case, cases: Cases) -> bool:
    """The test looks at a part of the answer: is that part in the constant?"""
    if same(case.expected, str(constant)):
        return True
    if not hasattr(constant, "__len__") or not len(constant):
        return False
    if same(case.expected, len(constant)) or any(same(constant, value) for value in cases.expected):
        return True
    telling = information(constant) >= _TELLING
    return any(
        same(part, case.expected) for part in (*_parts(constant), *(atoms(constant) if telling else ()))
    )


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    columns = getattr(value, "columns", None)
    if columns is not None:
        return list(columns.values())
    return list(value) if isinstance(value, list | tuple) else []


def stands_for(key: Any, case: Case) -> bool:
    """Is this key the inputs of the case, as they are or written out?"""
    if Unknown in case.arguments or not case.inputs:
        return False
    inputs = tuple(case.inputs)
    forms: list[Any] = [inputs, (inputs, ())]
    if len(inputs) == 1:
        forms.append(inputs[0])
    if any(same(key, form) for form in forms):
        return True
    written = {repr(inputs), str(inputs), *((repr(inputs[0]), str(inputs[0])) if len(inputs) == 1 else ())}
    try:
        written.add(json.dumps(inputs))
        written.add(json.dumps(inputs[0]))
    except (TypeError, ValueError):
        pass
    return isinstance(key, str) and (key in written or key == ",".join(map(str, inputs)))


def same_or_written(output: Any, expected: Any) -> bool:
    """Is it the value, or the text of it?"""
    return same(output, expected) or (isinstance(output, str) and output in (repr(expected), str(expected)))
