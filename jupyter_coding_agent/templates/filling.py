"""What a request says about a template's variables.

A variable's ``fill`` patterns are regular expressions (case does not count, a blank stands for any white
space) with one placeholder, whose form follows from the variable's type:

- ``{value}``: a name in backticks or quotes, or a bare word that stands alone (*order id* is no name); of a
  list: several, all quoted or all bare, separated by commas or *and*; of a number: digits; of a path: a
  quoted text or a word with a file ending; of a list of fields: names with an optional kind, ``price
  (number)`` or ``price: number``.
- ``{percent}``: a number of per cent, as a share of one; ``{minutes}``, ``{hours}``, ``{days}``: as seconds.

The first pattern that is found wins. ``words`` of a choice or a boolean are regular expressions, the first
found wins; a list of choices takes all that are found, in the request's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from .holes import KINDS, Marked, expression, marked, scale_of, takes_names
from .models import Manifest, Value, Variable

_QUOTED = r"(?:`[^`\n]{1,200}`|\"[^\"\n]{1,200}\"|(?<!\w)'[^'\n]{1,200}'(?!\w))"
_BARE = r"(?<![\w`\"'])[^\W\d]\w{0,99}(?!\w)"
_KIND = rf"(?:\s*\(\s*(?:{'|'.join(KINDS)})\s*\)|\s*:\s*(?:{'|'.join(KINDS)})\b)?"
_NAME = rf"(?P<name>{_QUOTED}|{_BARE})"
_NAME_AND_KIND = rf"{_NAME}(?P<kind>{_KIND})"


@dataclass(frozen=True)
class Span:
    """A part of the request that became a value; `bare` is the word that may as well mean something else."""

    start: int
    end: int
    bare: str = ""
    alone: bool = False
    """There can be no second one beside it."""


@dataclass
class Filled:
    """What the request gives, by variable, and what of it did."""

    values: dict[str, Value] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    """Where the values stood."""
    cues: list[tuple[int, int]] = field(default_factory=list)
    """Where the words stand that told what they are."""
    conflicts: list[str] = field(default_factory=list)
    """Words that ask for several values where there can be one."""


def fill(manifest: Manifest, request: str, reserved: Collection[str]) -> Filled:
    """Read the variables' values out of a request. `reserved` words are never taken for bare names."""
    filled = Filled()
    names = marked(request, reserved)
    plain = Marked(request, list(range(len(request) + 1)))
    for variable in manifest.variables:
        if variable.words:
            _fill_by_words(variable, request, filled)
        seen = names if takes_names(variable.type) else plain
        for pattern in variable.fill:
            if variable.name in filled.values:
                break
            _fill_by_pattern(variable, pattern, request, seen, reserved, filled)
    return filled


def check_patterns(manifest: Manifest) -> None:
    """Raises ValueError, naming the variable, for an expression that can't be used."""
    for variable in manifest.variables:
        for expression_ in (variable.rule.pattern, *variable.words):
            _check(variable.name, expression_ or "", re.compile)
        for pattern in variable.fill:
            try:
                scale_of(pattern)
            except ValueError as error:
                raise ValueError(f"{variable.name}: {error}") from error
            compile_ = partial(expression, type_=variable.type, items=variable.items)
            _check(variable.name, pattern, compile_)


def _check(name: str, text: str, compile_: Callable[[str], object]) -> None:
    try:
        compile_(text)
    except (re.error, OverflowError) as error:
        raise ValueError(f"{name}: {text!r} is not a regular expression: {error}") from error


def _fill_by_words(variable: Variable, request: str, filled: Filled) -> None:
    found: dict[str, re.Match[str]] = {}
    for pattern, value in variable.words.items():
        match = re.search(rf"\b(?:{pattern})\b", request, re.IGNORECASE)
        if match:
            filled.cues.append(match.span())
            found.setdefault(value, match)
    if not found:
        return
    if variable.type == "list":
        filled.values[variable.name] = sorted(found, key=lambda value: found[value].start())
    else:
        first, *others = found
        filled.values[variable.name] = _word_value(variable, first)
        filled.conflicts += [
            found[other][0] for other in others if not overlap(found[first].span(), found[other].span())
        ]


def _word_value(variable: Variable, value: str) -> Value:
    if variable.type == "boolean":
        return value == "true"
    return float(value) if variable.type in ("integer", "number") else value


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two places, each from a first character to before a last, share one."""
    return one[0] < other[1] and other[0] < one[1]


def _fill_by_pattern(
    variable: Variable, pattern: str, request: str, seen: Marked, reserved: Collection[str], filled: Filled
) -> None:
    match = expression(pattern, variable.type, variable.items).search(seen.text)
    if match is None:
        return
    first, last = seen.origin[match.start()], seen.origin[match.end()]
    start, end = seen.origin[match.start("value")], seen.origin[match.end("value")]
    filled.cues += [(first, start), (end, last)]
    text = request[start:end]
    if variable.type in ("integer", "number"):
        number = round(float(text) * scale_of(pattern), 9)
        filled.values[variable.name] = int(number) if number == int(number) else number
        filled.spans.append(Span(start, end))
        return
    if variable.type == "path":
        filled.values[variable.name] = _unquoted(text)
        filled.spans.append(Span(start, end))
        return
    found = list(re.finditer(_NAME_AND_KIND if variable.items == "field" else _NAME, text, re.IGNORECASE))
    found = [item for item in found if item["name"].lower() not in reserved]
    for item in found:
        name = item["name"]
        sure = name[0] in "`\"'" or "_" in name or (variable.items == "field" and len(found) > 1)
        place = (start + item.start(), start + item.end())
        filled.spans.append(Span(*place, "" if sure else name, alone=variable.type != "list"))
    items = [_converted(variable, item["name"], item.groupdict().get("kind") or "") for item in found]
    filled.values[variable.name] = list(dict.fromkeys(items)) if variable.type == "list" else items[0]


def _converted(variable: Variable, name: str, kind: str) -> str:
    name = _unquoted(name)
    if variable.items == "field" and not kind:
        name, _, kind = name.partition(":")
    form = variable.items if variable.type == "list" else variable.type
    if form in ("identifier", "field"):
        name = re.sub(r"[\s-]+", "_", name.strip())
    if form == "field":
        name = name.lower()
        word = re.sub(r"\W", "", kind).lower()
        return f"{name}:{KINDS[word]}" if word else name
    return name


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "`\"'" else text
