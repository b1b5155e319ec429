"""What a request says that a template passes over although it knows the words.

A bag of words can't tell "without retries" from "with retries", nor "outliers in amount by region" from "outliers in
amount". So what changes a job's meaning by where it stands is looked for where it stands: each of these refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .filling import Filled, overlap

QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")
_QUOTES = "`'\""
_TABLES = r"(?:table|frame|dataframe|dataset|data|df)"
_TABLE_NAME = re.compile(
    rf"(?:{QUOTED.pattern})\s+{_TABLES}\b|\b{_TABLES}\s+(?:{QUOTED.pattern}|(?:called|named)\s+\S+)",
    re.IGNORECASE,
)
"""Tables are what a template's function is called with: what they are called changes nothing."""
_CALLED = re.compile(rf"\b(?:called|named)\s+(?P<name>{QUOTED.pattern}|[^\W\d]\w*)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d[\w.]*")
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


@dataclass(frozen=True)
class _Taken:
    """What of a request a template took up: what fills variables, and what told so."""

    places: list[tuple[int, int]]
    names: frozenset[str]

    @classmethod
    def of(cls, request: str, filled: Filled) -> _Taken:
        spans = [(span.start, span.end) for span in filled.spans]
        names = frozenset(request[start:end].strip(_QUOTES).lower() for start, end in spans)
        return cls(spans + filled.cues, names)

    def has(self, place: tuple[int, int], text: str) -> bool:
        """A name that is said twice was understood twice."""
        return _within(place, self.places) or text.strip(_QUOTES).lower() in self.names


def leftovers(request: str, filled: Filled, template: Understanding) -> Iterator[str]:
    """The request's own words for each thing that is passed over."""
    taken = _Taken.of(request, filled)
    yield from filled.conflicts
    yield from _unused(request, taken, template)
    tokens = _tokens(request, taken)
    for before, token in enumerate(tokens[1:]):
        said = f"{tokens[before].word} {token.word}"
        if _negates(tokens[before], token, template) or _is_one_more(tokens, before, token, template):
            yield said
    yield from _beside(request, filled, taken, template)


def _unused(request: str, taken: _Taken, template: Understanding) -> Iterator[str]:
    """Names, quoted or given to something, and numbers that fill no variable; tables' names aside."""
    tables = [match.span() for match in _TABLE_NAME.finditer(request)]
    for pattern, group in ((QUOTED, 0), (_CALLED, "name")):
        for match in pattern.finditer(request):
            if not taken.has(match.span(group), match[group]) and not _within(match.span(group), tables):
                yield match[0]
    for match in _NUMBER.finditer(QUOTED.sub(lambda it: " " * len(it[0]), request)):
        if not _within(match.span(), taken.places) and not template.knows(match[0]):
            yield match[0]


def _tokens(request: str, taken: _Taken) -> list[_Token]:
    quoted = [match.span() for match in QUOTED.finditer(request)]
    return [
        _Token(
            match[0].lower(),
            *match.span(),
            taken.has(match.span(), match[0]) or _within(match.span(), quoted),
        )
        for match in _TOKEN.finditer(request)
    ]


def _within(place: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(overlap(place, other) for other in others)


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


def _beside(request: str, filled: Filled, taken: _Taken, template: Understanding) -> Iterator[str]:
    """A second name where one can be: "books and authors", though the template knows the word elsewhere."""
    for span in filled.spans:
        after = _NEXT.match(request, span.end)
        before = _BEFORE.search(request, max(0, span.start - _NEAR), span.start)
        for match, group in ((after, 1), (after, 2), (before, 1)):
            if match is None or match[group] is None or _within(match.span(group), taken.places):
                continue
            word = match[group].lower()
            subject = template.neutral(word) and word not in template.stop and word not in taken.names
            # The second group is a field's kind that is none.
            if group == 2 or (span.alone and subject):
                yield request[min(match.start(), span.start) : max(match.end(), span.end)].strip()
