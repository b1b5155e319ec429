"""What a request says that a template passes over although it knows the words.

A bag of words can't tell "without retries" from "with retries", nor "outliers in amount by region" from "outliers in
amount". So what changes a job's meaning by where it stands is looked for where it stands: each of these refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from .filling import Filled

QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")
_QUOTES = "`'\""
_TABLES = r"(?:table|frame|dataframe|dataset|data|df)"
_TABLE_NAME = re.compile(
    rf"(?:{QUOTED.pattern})\s+{_TABLES}\b|\b{_TABLES}\s+(?:{QUOTED.pattern}|(?:called|named)\s+\S+)",
    re.IGNORECASE,
)
"""Tables are what a template's function is called with: what they are called changes nothing."""
_CALLED = re.compile(rf"\b(?:called|named)\s+(?P<name>{QUOTED.pattern}|[^\W\d]\w*)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_][\w']*|\d[\w.]*|[,&]")
_NEGATION = re.compile(
    r"without|no|not|don't|dont|doesn't|never|neither|nor|cannot|can't|none|instead|rather|unlike|ignor(?:es?|ing)|"
    r"skip(?:s|ping)?|avoid(?:s|ing)?"
)
_ARTICLES = frozenset(["the", "a", "an", "their", "its", "my", "our", "your", "both"])
_NEXT = re.compile(
    r"(?:\s*,|\s+and|\s+or|\s*&|\s+plus)\s+(?:(?:the|a|an|their|its)\s+)?[`\"']?([^\W\d_]\w*)|:(\w+)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"([^\W\d_]\w*)[`\"']?\s*(?:,|and|or|&)\s+(?:(?:the|a|an|their|its)\s+)?$", re.IGNORECASE
)
_NEAR = 100
"""Characters in which a name before another one is looked for."""
_GROUPING = frozenset(("by", "per", "each", "every", "versus", "vs", "against"))
_ADDING = frozenset(("and", "or", "plus", ",", "&"))


@dataclass(frozen=True)
class Understanding:
    """What a template makes of words: how `leftovers` asks."""

    knows: Callable[[str], bool]
    """Whether a word is of the template's own vocabulary."""
    neutral: Callable[[str], bool]
    """Whether a word is a subject, which mostly says nothing about the job."""
    stop: Collection[str]
    pairs: Collection[tuple[str, str]]
    """Words that follow each other in the template's own phrases."""


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int
    taken: bool
    """It fills a variable, or told what does."""


def leftovers(request: str, filled: Filled, template: Understanding) -> Iterator[str]:
    """The request's own words for each thing that is passed over."""
    yield from filled.conflicts
    yield from _unused(request, filled, template)
    tokens = _tokens(request, filled)
    for before, token in enumerate(tokens[1:]):
        said = f"{tokens[before].word} {token.word}"
        if _negates(tokens[before], token, template) or _is_one_more(tokens, before, token, template):
            yield said
    yield from _beside(request, filled, template)


def _unused(request: str, filled: Filled, template: Understanding) -> Iterator[str]:
    """Names, quoted or given to something, and numbers that fill no variable; tables' names aside."""
    tables = [match.span() for match in _TABLE_NAME.finditer(request)]
    used = [(span.start, span.end) for span in filled.spans] + filled.cues
    again = _names(request, filled)
    for match in QUOTED.finditer(request):
        if not _within(match.span(), used + tables) and match[0].strip(_QUOTES).lower() not in again:
            yield match[0]
    for match in _CALLED.finditer(request):
        if (
            not _within(match.span("name"), used + tables)
            and match["name"].strip(_QUOTES).lower() not in again
        ):
            yield match[0]
    for match in re.finditer(r"(?<![\w.])\d[\w.]*", QUOTED.sub(lambda it: " " * len(it[0]), request)):
        if not _within(match.span(), used) and not template.knows(match[0]):
            yield match[0]


def _tokens(request: str, filled: Filled) -> list[_Token]:
    used = [(span.start, span.end) for span in filled.spans] + filled.cues
    quoted = [match.span() for match in QUOTED.finditer(request)]
    again = _names(request, filled)
    return [
        _Token(
            match[0].lower(), *match.span(), _within(match.span(), used + quoted) or match[0].lower() in again
        )
        for match in _TOKEN.finditer(request)
    ]


def _names(request: str, filled: Filled) -> frozenset[str]:
    """What fills variables: a name that is said twice was understood twice."""
    return frozenset(request[span.start : span.end].strip(_QUOTES).lower() for span in filled.spans)


def _within(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)


def _negates(token: _Token, following: _Token, template: Understanding) -> bool:
    return (
        _NEGATION.fullmatch(token.word) is not None
        and not token.taken
        and (token.word, following.word) not in template.pairs
    )


def _is_one_more(tokens: Sequence[_Token], before: int, token: _Token, template: Understanding) -> bool:
    """A further name, after "and", or one that something is to be done by: "by region", "each region"."""
    if token.taken or token.word in template.stop:
        return False
    while before and tokens[before].word in _ARTICLES:
        before -= 1
    word, neutral = tokens[before].word, template.neutral(token.word)
    if tokens[before].taken:
        return False
    if word in _GROUPING:
        # A subject of the template's examples is no more than that: "by week" may be its job, "by region" a column.
        own = (word, token.word) in template.pairs if neutral else template.knows(token.word)
        return not own
    return word in _ADDING and neutral and not template.knows(token.word)


def _beside(request: str, filled: Filled, template: Understanding) -> Iterator[str]:
    """A second name where one can be: "books and authors", though the template knows the word elsewhere."""
    used = [(span.start, span.end) for span in filled.spans] + filled.cues
    again = _names(request, filled)
    for span in filled.spans:
        after, before = (
            _NEXT.match(request, span.end),
            _BEFORE.search(request, max(0, span.start - _NEAR), span.start),
        )
        for match, group in ((after, 1), (after, 2), (before, 1)):
            if match is None or match[group] is None or _within(match.span(group), used):
                continue
            word = match[group].lower()
            one_more = (
                span.alone and template.neutral(word) and word not in template.stop and word not in again
            )
            if one_more or group == 2:
                yield request[min(match.start(), span.start) : max(match.end(), span.end)].strip()
