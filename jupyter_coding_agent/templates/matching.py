"""Which template answers a request, if any: meant to refuse rather than to guess.

A template fits a request if all of these hold:

1. **The job is named**: for each group of the template's ``match.job`` the request says at least one of its terms.
2. **Nothing else is asked for**: no term of the library's ``foreign`` list and no other template's job, unless this
   template's own phrases use the same words.
3. **It is understood**: `score`, the share of the request's words that the template's job and phrases know, is at
   least `THRESHOLD`. Words weigh by their inverse document frequency over the library's templates (a word that
   every template knows says little), unknown words as much as a word can. Stop words, the subjects that tables
   are about (``neutral``), quoted names and what fills the template's variables weigh nothing; a bare word that fills
   a variable and is none of these weighs half, so that a foreign thing can't hide in a variable.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .filling import Filled, Span, fill
from .models import Candidate, Template

THRESHOLD = 0.7
MAX_REQUEST = 2_000
"""Characters: a longer request says more than any template does."""

_WORD = re.compile(r"[^\W_][\w+#]*")
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")
_SUFFIXES = ("ies", "ings", "ing", "ers", "er", "ed", "es", "s", "e", "y")


def stem(word: str) -> str:
    """A word without its ending, so that plot, plots, plotted and plotting are one."""
    word = word.lower().replace("iz", "is")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


@dataclass(frozen=True)
class Words:
    """The word lists of the library's ``words.yaml``, stemmed."""

    stop: frozenset[str]
    neutral: frozenset[str]
    foreign: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, stop: str, neutral: str, foreign: Iterable[str]) -> Words:
        """From the lists as they are written."""
        words = cls(frozenset(stop.lower().split()), frozenset(stem(word) for word in neutral.split()), ())
        return replace(words, foreign=tuple(tuple(words.stems(term)) for term in foreign))

    def stems(self, text: str) -> list[str]:
        """The words of `text` that are no stop words, stemmed, in order."""
        return [stem(word) for word in _WORD.findall(text.replace("-", " ")) if word.lower() not in self.stop]


@dataclass(frozen=True)
class _Known:
    """What one template understands."""

    template: Template
    job: tuple[tuple[tuple[str, ...], ...], ...]
    vocabulary: frozenset[str]
    reserved: frozenset[str]
    """Words that are never a bare name in a request: stop words and those of the job."""
    ignored: frozenset[str]
    """Stems of subjects that do not matter."""


class Matcher:
    """Ranks templates by how well a request fits; holds the words of the whole library."""

    def __init__(self, templates: Sequence[Template], words: Words) -> None:
        self._words = words
        self._known = [self._read(template) for template in templates]

    def _read(self, template: Template) -> _Known:
        match = template.manifest.match
        job = tuple(tuple(tuple(self._words.stems(term)) for term in group) for group in match.job)
        vocabulary = {stem for group in job for term in group for stem in term}
        ignored = self._words.neutral - vocabulary if match.subjects else frozenset[str]()
        vocabulary.update(stem for phrase in match.phrases for stem in self._words.stems(phrase))
        spoken = {word.lower() for group in match.job for term in group for word in _WORD.findall(term)}
        return _Known(template, job, frozenset(vocabulary), self._words.stop | spoken, ignored)

    @cached_property
    def _weights(self) -> dict[str, float]:
        counts = Counter(stem for known in self._known for stem in known.vocabulary)
        return {stem: self._weight(count) for stem, count in counts.items()}

    def _weight(self, count: int) -> float:
        return math.log((1 + len(self._known)) / (1 + count)) + 1

    @cached_property
    def _job_terms(self) -> frozenset[tuple[str, ...]]:
        return frozenset(term for known in self._known for group in known.job for term in group)

    def fill(self, template: Template, request: str) -> Filled:
        """What the request says about the template's variables."""
        known = next(known for known in self._known if known.template.id == template.id)
        return fill(template.manifest, request, known.reserved)

    def rank(self, request: str, language: str) -> list[Candidate]:
        """Every template of the language, those that fit first, then by score."""
        candidates = [self._judge(known, request) for known in self._known if known.template.manifest.language == language]
        return sorted(candidates, key=lambda candidate: (not candidate.fits, -candidate.score, candidate.template_id))

    def _judge(self, known: _Known, request: str) -> Candidate:
        if len(request) > MAX_REQUEST:
            return self._candidate(known, 0.0, fits=False, foreign=[f"more than {MAX_REQUEST} characters"])
        filled = fill(known.template.manifest, request, known.reserved)
        said = self._words.stems(_without(request, filled.spans))
        bare = [stem for span in filled.spans if not span.quoted for stem in self._words.stems(request[span.start : span.end])]
        named = all(any(_says(said, term) for term in group) for group in known.job)
        foreign = self._foreign(known, said)
        score = self._score(known, said, bare)
        return self._candidate(known, score, fits=named and not foreign and score >= THRESHOLD, foreign=foreign)

    def _foreign(self, known: _Known, said: list[str]) -> list[str]:
        asked = [term for term in {*self._words.foreign, *self._job_terms} if _says(said, term)]
        return sorted(" ".join(term) for term in asked if not known.vocabulary.issuperset(term))

    def _score(self, known: _Known, said: list[str], bare: list[str]) -> float:
        understood = total = 0.0
        for word in {*said}:
            if word in known.vocabulary:
                understood += self._weights[word]
                total += self._weights[word]
            elif word not in known.ignored and not word.isdigit():
                total += self._weight(0)
        total += sum(self._weight(0) / 2 for word in {*bare} if word not in self._words.neutral | known.vocabulary)
        return understood / total if total else 0.0

    @staticmethod
    def _candidate(known: _Known, score: float, *, fits: bool, foreign: list[str]) -> Candidate:
        return Candidate(
            template_id=known.template.id,
            name=known.template.manifest.name,
            score=round(score, 3),
            fits=fits,
            foreign=foreign,
        )


def _says(said: list[str], term: tuple[str, ...]) -> bool:
    size = len(term)
    return any(tuple(said[start : start + size]) == term for start in range(len(said) - size + 1))


def _without(request: str, spans: Sequence[Span]) -> str:
    """The request with names that fill variables, and everything quoted, left out."""
    characters = list(request)
    for span in spans:
        characters[span.start : span.end] = " " * (span.end - span.start)
    return _QUOTED.sub(" ", "".join(characters))
