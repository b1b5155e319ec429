"""What a request says about a template's variables.

A variable's ``fill`` patterns are regular expressions (case does not count, a blank stands for any white
space) with one placeholder, whose form follows from the variable's type:

- ``{value}``: a name in backticks or quotes, or a bare word that stands alone (*order id* is no name); of a
  list: several, all quoted or all bare, separated by commas or *and*; of a number: digits; of a path: a
  quoted text or a word with a file ending; of a list of fields: names with an optional kind, ``price
  (number)`` or ``price: number``.
- ``{percent}``: a number of per cent, as a share of one.

The first pattern that is found wins. ``words`` of a choice or a boolean are regular expressions, the first
found wins; a list of choices takes all that are found, in the request's order.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from .models import Manifest, Value, Variable

_QUOTED = r"(?:`[^`\n]{1,200}`|\"[^\"\n]{1,200}\"|(?<!\w)'[^'\n]{1,200}'(?!\w))"
_BARE = r"(?<![\w`\"'])[^\W\d]\w{0,99}(?!\w)"
_NUMBER = r"\d{1,12}(?:\.\d{1,6})?"
_PATH = rf"(?:{_QUOTED}|[\w./-]{{1,200}}\.\w{{1,8}}\b)"
_AND = r"(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s*&\s*)"
_ARTICLE = r"(?:(?:the|a|an|its|their|each|every|both)\s+)?"
_KIND_OF = {
    "text": "text",
    "string": "text",
    "str": "text",
    "integer": "integer",
    "int": "integer",
    "number": "number",
    "float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "bool": "boolean",
}
_KIND = rf"(?:\s*\(\s*(?:{'|'.join(_KIND_OF)})\s*\)|\s*:\s*(?:{'|'.join(_KIND_OF)})\b)?"

_NAME = rf"(?P<name>{_QUOTED}|{_BARE})"
_NAME_AND_KIND = rf"{_NAME}(?P<kind>{_KIND})"


@dataclass(frozen=True)
class Span:
    """A part of the request that became a value; `bare` is the word that may as well mean something else."""

    start: int
    end: int
    bare: str = ""


@dataclass
class Filled:
    """Values that the request gives, by variable; where they stood; and the words that told what they are."""

    values: dict[str, Value] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    cues: list[str] = field(default_factory=list)


def fill(manifest: Manifest, request: str, reserved: Collection[str]) -> Filled:
    """Read the variables' values out of a request. `reserved` words are never taken for bare names."""
    filled = Filled()
    for variable in manifest.variables:
        if variable.words:
            _fill_by_words(variable, request, filled)
        for pattern in variable.fill:
            if variable.name in filled.values:
                break
            _fill_by_pattern(variable, pattern, request, frozenset(reserved), filled)
    return filled


def check_patterns(manifest: Manifest) -> None:
    """Raises ValueError, naming the variable, for a pattern without placeholder or that is no expression."""
    for variable in manifest.variables:
        for pattern in variable.fill:
            if ("{value}" in pattern) == ("{percent}" in pattern):
                raise ValueError(f"{variable.name}: {pattern!r} needs one of {{value}} and {{percent}}")
            try:
                _compiled(pattern, variable.type, variable.items, frozenset())
            except re.error as error:
                raise ValueError(f"{variable.name}: {pattern!r} is no regular expression: {error}") from error


def _fill_by_words(variable: Variable, request: str, filled: Filled) -> None:
    found: dict[str, int] = {}
    for pattern, value in variable.words.items():
        match = re.search(rf"\b(?:{pattern})\b", request, re.IGNORECASE)
        if match:
            filled.cues.append(match[0])
            found.setdefault(value, match.start())
    if not found:
        return
    if variable.type == "list":
        filled.values[variable.name] = sorted(found, key=lambda value: found[value])
    else:
        first = next(iter(found))
        filled.values[variable.name] = first == "true" if variable.type == "boolean" else first


def _fill_by_pattern(
    variable: Variable, pattern: str, request: str, reserved: frozenset[str], filled: Filled
) -> None:
    match = _compiled(pattern, variable.type, variable.items, reserved).search(request)
    if match is None:
        return
    start, end = match.span("value")
    filled.cues.append(request[match.start() : start] + " " + request[end : match.end()])
    text = match["value"]
    if variable.type in ("integer", "number"):
        number = float(text) / 100 if "{percent}" in pattern else float(text)
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
        filled.spans.append(Span(start + item.start(), start + item.end(), "" if sure else name))
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
        return f"{name}:{_KIND_OF[word]}" if word else name
    return name


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "`\"'" else text


@lru_cache(maxsize=512)
def _compiled(pattern: str, type_: str, items: str, reserved: frozenset[str]) -> re.Pattern[str]:
    if type_ in ("integer", "number"):
        form = _NUMBER
    elif type_ == "path":
        form = _PATH
    else:
        kind = _KIND if items == "field" else ""
        known = "|".join(sorted(map(re.escape, reserved), key=len, reverse=True)) or r"(?!)"
        bare = rf"(?!(?:{known})\b){_BARE}{kind}(?=\s*(?:$|[^\w\s`\"'&-])|\s+(?:&|(?:{known})\b))"
        forms = [_QUOTED + kind, bare]
        if type_ == "list":
            forms = [rf"{one}(?:{_AND}{_ARTICLE}{one}){{0,49}}" for one in forms]
        form = f"(?:{'|'.join(forms)})"
    article = "" if type_ in ("integer", "number", "path") else _ARTICLE
    bracket = r"\[?" if type_ == "list" else ""
    hole = rf"{article}{bracket}(?P<value>{form})"
    source = re.sub(r" +", lambda _: r"(?:\s+)", pattern)
    return re.compile(source.replace("{value}", hole).replace("{percent}", hole), re.IGNORECASE)
