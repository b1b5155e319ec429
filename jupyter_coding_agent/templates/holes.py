"""The expressions that find a variable's value in a request.

Which words may be bare names depends on the words of the whole library, some thousand of them. An expression
that lists these takes tens of milliseconds to compile, and there is one for every pattern of every template; so
the request is marked instead, before an expression sees it: each word that may be a bare name gets one sign,
each other word that is not reserved another one. The expressions then know nothing of the library.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

KINDS = {
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
"""How people write the kind of a field → the kind."""

SCALES: dict[str, float] = {"value": 1, "percent": 0.01, "minutes": 60, "hours": 3600, "days": 86_400}
"""Placeholders → what makes the number that stands there the variable's: a share of one, or seconds."""
_PLACEHOLDER = re.compile(rf"\{{({'|'.join(SCALES)})\}}")

# From the area for private use: what a request has of them is blanked out.
_BARE, _OTHER = "\ue000", "\ue001"
_SIGN = f"[{_BARE}{_OTHER}]"
_WORD = re.compile(r"(?<![\w`\"'])\w+")
_NAME = re.compile(r"[^\W\d]\w{0,99}")
_ENDS = re.compile(r"\s*(?:$|[^\w\s`\"'&-])|\s+&")
_NEXT = re.compile(r"\s+(\w+)")

_LONG = "{1,400}"  # quoted text with the signs in it
_QUOTED = rf"(?:`[^`\n]{_LONG}`|\"[^\"\n]{_LONG}\"|(?<!\w)'[^'\n]{_LONG}'(?!\w))"
_NUMBER = r"\d{1,12}(?:\.\d{1,6})?"
_PATH = rf"(?:{_QUOTED}|[\w./-]{{1,200}}\.\w{{1,8}}\b)"
_AND = rf"(?:\s*,\s*{_SIGN}?and\s+|\s*,\s*|\s+{_SIGN}?and\s+|\s*&\s*)"
_ARTICLE = rf"(?:{_SIGN}?(?:the|a|an|its|their|each|every|both)\s+)?"
_ANY_KIND = "|".join(KINDS)
_KIND = (
    rf"(?:(?:\s*\(\s*{_SIGN}?(?:{_ANY_KIND})\s*\)|\s*:\s*{_SIGN}?(?:{_ANY_KIND})\b)"
    rf"(?=\s*(?:$|[^\w\s`\"'&{_BARE}{_OTHER}-])|\s+(?:&|\w)))?"
)
_QUOTED_KIND = rf"(?:\s*\(\s*{_SIGN}?(?:{_ANY_KIND})\s*\)|\s*:\s*{_SIGN}?(?:{_ANY_KIND})\b)?"
_NAMES = frozenset({"string", "identifier", "choice", "list", "boolean"})
_BLANKS = re.compile(r"\[[^\]]* [^\]]*\]| +")


@dataclass(frozen=True)
class Marked:
    """A request with its words marked; `origin` tells where each of its characters stood."""

    text: str
    origin: list[int]


def marked(request: str, reserved: Collection[str]) -> Marked:
    """Mark what may be a bare name: a word that is not reserved and ends before a stop or a reserved word."""
    parts: list[str] = []
    origin: list[int] = []
    done = 0
    request = re.sub(_SIGN, " ", request)
    for word in _WORD.finditer(request):
        if word[0].lower() in reserved:
            continue
        bare = _NAME.fullmatch(word[0]) and _ends(request, word.end(), reserved)
        parts += [request[done : word.start()], _BARE if bare else _OTHER]
        origin += [*range(done, word.start()), word.start()]
        done = word.start()
    return Marked("".join([*parts, request[done:]]), [*origin, *range(done, len(request) + 1)])


def _ends(request: str, position: int, reserved: Collection[str]) -> bool:
    if _ENDS.match(request, position):
        return True
    following = _NEXT.match(request, position)
    return following is not None and following[1].lower() in reserved


def takes_names(type_: str) -> bool:
    """Whether the expression of a variable of this type is for a marked request."""
    return type_ in _NAMES


@lru_cache(maxsize=2048)
def expression(pattern: str, type_: str, items: str) -> re.Pattern[str]:
    """The expression of a ``fill`` pattern; its group ``value`` is the value. Raises re.error."""
    if not takes_names(type_):
        form = _PATH if type_ == "path" else _NUMBER
        return re.compile(_filled(pattern, rf"(?P<value>{form})", r"\s+"), re.IGNORECASE)
    fields = items == "field"
    forms = [
        _QUOTED + (_QUOTED_KIND if fields else ""),
        rf"{_BARE}[^\W\d]\w{{0,99}}(?!\w)" + (_KIND if fields else ""),
    ]
    if type_ == "list":
        forms = [rf"{one}(?:{_AND}{_ARTICLE}{one}){{0,49}}" for one in forms]
    bracket = r"\[?" if type_ == "list" else ""
    hole = rf"{_ARTICLE}{bracket}(?P<value>{'|'.join(forms)})"
    return re.compile(_filled(pattern, hole, rf"\s+{_SIGN}?"), re.IGNORECASE)


def _filled(pattern: str, hole: str, blank: str) -> str:
    def wide(found: re.Match[str]) -> str:
        # A blank in a set of characters, such as [ -], is one that a word may follow too.
        return f"(?:{found[0].replace(' ', chr(92) + 's')}{_SIGN}?)" if found[0][0] == "[" else f"(?:{blank})"

    return _PLACEHOLDER.sub(lambda _: hole, _BLANKS.sub(wide, pattern))


def scale_of(pattern: str) -> float:
    """What a number in this pattern's one placeholder is to be multiplied with. Raises ValueError where it has none."""
    found = _PLACEHOLDER.findall(pattern)
    if len(found) != 1:
        raise ValueError(f"{pattern!r} needs one of {', '.join(f'{{{name}}}' for name in SCALES)}")
    return SCALES[found[0]]
