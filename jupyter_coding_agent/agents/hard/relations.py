"""``f(2, 3) == 5``, ``f(2) -> 5``, ``f(2) returns 5``, ``f(2)  # -> 5`` anywhere in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from .calls import MAX_CHARACTERS, make_example
from .candidate import Candidate
from .context import CORRECTION, DOUBT, disowned
from .scanning import CALL_START, expression_end, literal_end

_MAX_FOUND = 300
_MAX_CALLS = 20  # looked at in one line: a line of nothing but brackets must not cost seconds

_DEFINITION = re.compile(r"\b(?:def|class)\s+$")
_COMMENT = r"#\s*(?:=>|->|→|==|returns?\b)"
_ARROW = rf"==|->|=>|→|⇒|⟶|=(?!=)|{_COMMENT}"
_NORM = r"(?:should|must|shall)\s+(?:return|give|be|equal|yield|produce|evaluate\s+to)"
_VERB = (
    rf"{_NORM}|(?:will|would)\s+(?:return|give|be|equal|yield|produce|evaluate\s+to)"
    r"|returns|gives|equals|yields|produces|evaluates\s+to|is"
)
_RELATION = re.compile(
    rf"[`*]{{0,3}}\s*(?:(?P<arrow>{_ARROW})|(?P<verb>\b(?:{_VERB})\b))\s*[:]?\s*[`*]{{0,3}}", re.IGNORECASE
)
# What may follow an expected value: an end, or a word that begins another thought. All else may change it.
_VALUE_AHEAD = r"\s+(?:[-+\d'\"\[({]|True\b|False\b|None\b)"
_AFTER = re.compile(
    r"[`*]{0,3}\s*(?:$|[;)](?!\w)|\.(?:\s|$)|,(?!\s*[-+\d'\"\[({])|#|—"
    rf"|and\b(?!{_VALUE_AHEAD})|(?:while|because|since)\b)",
    re.IGNORECASE,
)
_AS_ANOTHER = re.compile(r"\bas an?\b|\bin any order\b", re.IGNORECASE)
_BULLET = re.compile(r"[\s>]*(?:(?:[-*+•–]|\(?\w{1,2}[.)])\s+)?[`*\s]*$")
_ASSIGNED = re.compile(r"\s*[A-Za-z_]\w*\s*=\s*$")
# A call that comes after these is part of a larger expression, in words.
_PART = re.compile(
    r"\b(?:of|sum|product|difference|twice|half|double|plus|minus|times|length|number|ratio|both|either|neither"
    r"|than|between|each|every|or|in|per|by|over|lambda|return|while|until|for)\b",
    re.IGNORECASE,
)


def relations(text: str) -> Iterator[Candidate]:
    """The relations in a text, line by line."""
    return islice(_relations(text.splitlines()), _MAX_FOUND)


def _relations(lines: Sequence[str]) -> Iterator[Candidate]:
    for number, line in enumerate(lines):
        if len(line) > MAX_CHARACTERS or line.lstrip(" `").startswith((">>>", "...", "assert ", "|")):
            continue
        behind = 0
        for start in islice(CALL_START.finditer(line), _MAX_CALLS):
            found = _relation(line, start, behind)
            if found is None:
                continue
            candidate, behind = found
            if not _corrected(lines, number, behind) and not (
                _BULLET.match(line[: start.start()]) and disowned(lines, number)
            ):
                yield candidate


def _relation(line: str, start: re.Match[str], behind: int) -> tuple[Candidate, int] | None:
    """The relation whose call starts here, and where it ends; `behind` is where the one before ended."""
    end = expression_end(line, start.end())
    relation = _RELATION.match(line, end) if end else None
    if not relation or not _stands_alone(line[: start.start()], relation):
        return None
    value_end = literal_end(line, relation.end())
    if not value_end or not _AFTER.match(line, value_end):
        return None
    expected = line[relation.end() : value_end]
    if expected == "None" and relation["arrow"]:
        return None  # a signature's annotation, not an example
    before, after = _sentence(line, start.start(), value_end)
    if DOUBT.search(f"{before} {after}") or _AS_ANOTHER.search(after):
        return None
    if _PART.search(_sentence(line[behind:], start.start() - behind, value_end - behind)[0]):
        return None
    example = make_example(line[start.start() : end], expected, line[start.start() : value_end])
    normative = bool(re.match(_NORM, relation["verb"] or "", re.IGNORECASE))
    return (Candidate(example, "relation", normative), value_end) if example else None


def _stands_alone(before: str, relation: re.Match[str]) -> bool:
    """Is the call the whole of what is compared, as far as what stands before it shows?"""
    if _DEFINITION.search(before):
        return False
    if _BULLET.match(before):
        return True
    if _ASSIGNED.match(before):
        return (relation["arrow"] or "").startswith("#")
    bare = before.rstrip(" `*")
    if "*" in before[len(bare) :].replace("**", ""):
        return False  # a product, where it is not emphasis
    if bare.endswith("("):
        return not re.search(r"\w\s*\($", bare)
    return bare.endswith((".", ":", ";", ",", "!", "?", "—")) or bool(re.search(r"[A-Za-z]$", bare))


def _sentence(line: str, start: int, end: int) -> tuple[str, str]:
    """The sentence around an example: what is before the example and what is behind it."""
    before = re.split(r"[.!?;]\s", line[:start])[-1]
    after = re.split(r"[.!?;](?:\s|$)", line[end:])[0]
    return before, after


def _corrected(lines: Sequence[str], number: int, end: int) -> bool:
    """Does the next sentence take it back?"""
    rest = re.split(r"[.!?;](?:\s|$)", lines[number][end:], maxsplit=1)
    following = (
        rest[1] if len(rest) > 1 and rest[1].strip() else next(iter(lines[number + 1 : number + 2]), "")
    )
    return CORRECTION.match(following) is not None
