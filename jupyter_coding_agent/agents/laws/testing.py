"""Property tests that the host writes itself, where a law and the types that it is about are both known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..hard.signatures import Signature, signatures
from .stated import Law, find_laws, inverse_pairs

# Text is what a keyboard writes: beyond that, laws that people state have exceptions that they don't mean.
_TEXT = "st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)"
# Where only the names say that one function undoes the other, they may be meant for plain values alone.
_PLAIN = {"str": "st.text('abcdefgXYZ', max_size=30)", "int": "st.integers(0, 10**6)"}
_STRATEGIES = {
    "str": _TEXT,
    "int": "st.integers(-10**6, 10**6)",
    "float": "st.floats(-1e6, 1e6)",
    "bool": "st.booleans()",
    "bytes": "st.binary(max_size=30)",
}
_ORDERED = ("int", "float", "str")
# Words that say of an order that it is another than that of ``sorted``.
_OTHERWISE = re.compile(
    r"\b(?:by|key|case|alphabetical\w*|length|natural|descending|decreasing|revers\w*)\b", re.IGNORECASE
)
_SELECTS = re.compile(
    r"\b(?:unique|distinct|duplicates?|remov\w*|filter\w*|top|largest|smallest|first|only|drop\w*)\b",
    re.IGNORECASE,
)
_SAME_ELEMENTS = "assert sorted({}(list(value))) == sorted(value)"
_HEAD = '''"""Laws that the request states."""

from hypothesis import given, settings
from hypothesis import strategies as st

LAW = settings(max_examples=50, deadline=None, derandomize=True, database=None)
'''


def law_tests(prompt: str) -> str | None:
    """A test file with a property test for each law of functions with known simple types; None without any."""
    known = {name: signature for name, signature in signatures(prompt).items() if _single(signature)}
    tests = [test for law in find_laws(prompt) for test in _tests(law, known, prompt)]
    return "\n\n".join([_HEAD, *tests]) if tests else None


def _single(signature: Signature) -> bool:
    return not signature.given and signature.required == 1 and len(signature.parameters) == 1


def _tests(law: Law, known: Mapping[str, Signature], prompt: str) -> Iterator[str]:
    if law.kind == "round trip":
        yield from _round_trips(law, dict(known))
        return
    for name in law.names:
        if name in known:
            taken, given = known[name].parameters[0][1], known[name].returns
            if taken is not None and taken == given:
                yield from _of_one(law, name, taken, prompt)


def _round_trips(law: Law, known: dict[str, Signature]) -> Iterator[str]:
    for there, back in inverse_pairs(known):
        taken, middle = known[there].parameters[0][1], known[there].returns
        strategy = _strategy(taken) if law.sentence else _PLAIN.get(taken or "", _strategy(taken))
        fits = middle is not None and (middle, taken) == (known[back].parameters[0][1], known[back].returns)
        if strategy is not None and fits and "float" not in f"{taken} {middle}":  # which rounding would break
            body = f"assert {back}({there}(value)) == value"
            yield _test(f"round_trip_{there}", f"{there}, {back}", strategy, body)


def _of_one(law: Law, name: str, kind: str, prompt: str) -> Iterator[str]:
    strategy, item = _strategy(kind), kind.removeprefix("list[").removesuffix("]")
    if strategy is None:
        return
    if law.kind == "idempotent":
        body = f"once = {name}(value)\n    assert {name}({_copy('once', kind)}) == once"
        yield _test(f"idempotent_{name}", name, strategy, body)
    elif kind.startswith("list["):
        if law.kind == "sorted" and item in _ORDERED and not _OTHERWISE.search(law.sentence):
            body = f"result = {name}(list(value))\n    assert result == sorted(result)"
            yield _test(f"sorted_{name}", name, strategy, body)
            if not _SELECTS.search(prompt):
                yield _test(f"same_elements_{name}", name, strategy, _SAME_ELEMENTS.format(name))
        body = _conserved(law.sentence.lower(), name, item) if law.kind == "conserved" else ""
        if body:
            yield _test(f"conserved_{name}", name, strategy, body)


def _conserved(sentence: str, name: str, item: str) -> str:
    if "permutation" in sentence or "same elements" in sentence or "same items" in sentence:
        return _SAME_ELEMENTS.format(name)
    if "length" in sentence or "number of" in sentence:
        return f"assert len({name}(list(value))) == len(value)"
    if ("sum" in sentence or "total" in sentence) and item == "int":
        return f"assert sum({name}(list(value))) == sum(value)"
    return ""


def _strategy(kind: str | None) -> str | None:
    if kind is not None and kind.startswith("list[") and kind.endswith("]"):
        inner = _STRATEGIES.get(kind[len("list[") : -1])
        return f"st.lists({inner}, max_size=20)" if inner else None
    return _STRATEGIES.get(kind or "")


def _copy(name: str, kind: str) -> str:
    return f"list({name})" if kind.startswith("list[") else name


def _test(name: str, functions: str, strategy: str, body: str) -> str:
    return (
        f"@LAW\n@given({strategy})\ndef test_law_{name}(value):\n"
        f"    from solution import {functions}\n\n    {body}\n"
    )
