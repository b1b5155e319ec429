"""Which template answers a request, if any: meant to refuse rather than to guess.

A template fits a request if all of these hold:

1. **The job is named**: of each group of the template's ``match.job`` the request says at least one term.
   The first group names the job, further ones what it is done to; the term ``{filled}`` stands for a value
   that is surely the name of something (quoted, or with an underscore) and fills a variable.
2. **Nothing else is asked for**: no term of the library's ``foreign`` list and no other template's job,
   unless this template's own phrases use the same words; nothing of the library's or the template's ``never``
   lists; nothing that it would pass over (`leftovers`); and it is no question about something.
3. **It is understood**: `score`, the share of the request's words that the template's job and phrases know,
   is at least `THRESHOLD`. Words weigh by their inverse document frequency over the library's templates (a
   word that every template knows says little), unknown words as much as a word can. Stop words, the subjects
   that tables are about (``neutral``) and what fills the template's variables weigh nothing; a bare word that
   fills a variable and is none of these weighs a quarter, so that nothing foreign hides in a variable.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from .filling import Filled, fill
from .leftovers import QUOTED, Understanding, leftovers
from .models import Candidate, Template
from .orders import Reading

THRESHOLD = 0.85
MAX_REQUEST = 2_000
"""Characters: a longer request says more than any template does."""

_FILLED = "{filled}"
_QUESTION = re.compile(
    r"\s*(?:why|who|when|where|which|how|"
    r"what(?!(?:'s| is| are| was| were) the (?:total|average|mean|sum|median|number)))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w+#]*")
_SUFFIXES = ("ies", "ings", "ing", "ers", "er", "ed", "es", "s", "e", "y")

Stems = tuple[str, ...]
FillElsewhere = Callable[[Mapping[str, Reading], str], Mapping[str, Filled]]
"""Reads what a request says about templates whose expressions are not to be run here; leaves out what fails."""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return _WORD.findall(re.sub(r"'s\b|-", " ", text.lower()))


def stem(word: str) -> str:
    """A word without its ending, so that plot, plots, plotted and plotting are one, and df1 is df."""
    word = re.sub(r"(?<=[a-z]{2})\d+$", "", word).replace("iz", "is")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def _stems(text: str) -> Stems:
    return tuple(map(stem, words_of(text)))


@dataclass(frozen=True)
class Words:
    """The library's ``words.yaml``: lists of words parted by blanks, and the foreign terms.

    `never` are words and phrases that ask for what no template does though templates know the words, as they stand: a
    *weighted* mean is another job, *weight* a column.
    """

    stop: str
    neutral: str
    structure: str
    foreign: list[str]
    never: list[str]


@dataclass(frozen=True)
class _Known:
    """What one template understands; all but `never_names` and `never` are stems."""

    template: Template
    job: tuple[frozenset[Stems], ...]
    by_filling: tuple[bool, ...]
    """For each group of the job, whether a filled variable names it."""
    vocabulary: frozenset[str]
    subjects: frozenset[str]
    never_names: frozenset[str]
    """Words that are never a bare name in a request."""
    never: Mapping[Stems, str]
    """Phrases, as they stand, by their words: no stems."""
    pairs: frozenset[tuple[str, str]]
    """Words that follow each other in its phrases, as they stand."""


class Matcher:
    """Ranks templates by how well a request fits; holds the words of the whole library."""

    def __init__(self, templates: Sequence[Template], words: Words, elsewhere: FillElsewhere) -> None:
        self._fill_elsewhere = elsewhere
        self._stop = frozenset(words.stop.split())
        self._empty = self._stop | frozenset(map(stem, self._stop))
        self._neutral = frozenset(_stems(f"{words.neutral} {words.structure}"))
        jobs = [term for template in templates for term in template.manifest.match.job[0]]
        self._elsewhere = frozenset(
            _stems(term) for term in (*words.foreign, *jobs) if not self._stop.issuperset(words_of(term))
        )
        self._never = {tuple(words_of(phrase)): phrase for phrase in words.never}
        self._never_names = self._stop.union(words.structure.split(), *map(words_of, (*words.foreign, *jobs)))
        self._known = {template.id: self._read(template) for template in templates}
        counts = Counter(stem for known in self._known.values() for stem in known.vocabulary)
        self._weights = {stem: self._weight(count) for stem, count in counts.items()}

    def _read(self, template: Template) -> _Known:
        match = template.manifest.match
        texts = chain(match.phrases, *match.job)
        said = {word for text in texts for word in words_of(text)} - self._stop
        vocabulary = frozenset(map(stem, said))
        return _Known(
            template=template,
            job=tuple(frozenset(_stems(term) for term in group if term != _FILLED) for group in match.job),
            by_filling=tuple(_FILLED in group for group in match.job),
            vocabulary=vocabulary,
            subjects=self._neutral - vocabulary if match.subjects else frozenset(),
            never={tuple(words_of(phrase)): phrase for phrase in match.never},
            pairs=frozenset(pair for text in match.phrases for pair in pairwise(words_of(text))),
            never_names=self._never_names.union(word for word in said if stem(word) not in self._neutral),
        )

    def _weight(self, count: int) -> float:
        return math.log((1 + len(self._known)) / (1 + count)) + 1

    def fill(self, template: Template, request: str) -> Filled:
        """What the request says about the template's variables."""
        known = self._known.get(template.id) or self._read(template)
        return self._fill([known], request).get(template.id, Filled())

    def _fill(self, several: Sequence[_Known], request: str) -> dict[str, Filled]:
        """By id; a template of a user that could not be read is missing."""
        here = [known for known in several if known.template.origin == "built-in"]
        there = {
            known.template.id: Reading(manifest=known.template.manifest, reserved=sorted(known.never_names))
            for known in several
            if known.template.origin == "user"
        }
        filled = {
            known.template.id: fill(known.template.manifest, request, known.never_names) for known in here
        }
        return filled | dict(self._fill_elsewhere(there, request)) if there else filled

    def rank(self, request: str, language: str) -> list[Candidate]:
        """Every template of the language, those that fit first, then by score."""
        asked = [known for known in self._known.values() if known.template.manifest.language == language]
        filled = self._fill(asked, request) if len(request) <= MAX_REQUEST else {}
        candidates = [self._judge(known, request, filled.get(known.template.id)) for known in asked]
        return sorted(
            candidates, key=lambda candidate: (not candidate.fits, -candidate.score, candidate.template_id)
        )

    def _judge(self, known: _Known, request: str, filled: Filled | None) -> Candidate:
        candidate = Candidate(
            template_id=known.template.id, name=known.template.manifest.name, score=0.0, fits=False
        )
        if filled is None:
            return candidate
        rest = _blanked(request, ((span.start, span.end) for span in filled.spans))
        said = words_of(QUOTED.sub(" ", rest))
        stems = tuple(map(stem, said))
        foreign = {
            " ".join(term)
            for term in self._elsewhere
            if _says(stems, term) and not known.vocabulary.issuperset(set(term) - self._empty)
        }
        candidate.foreign = sorted(foreign)
        candidate.score = round(
            self._score(known, [word for word in said if word not in self._stop], filled, request), 3
        )
        if (
            self._names_job(known, stems, filled)
            and not foreign
            and not _QUESTION.match(request)
            and candidate.score >= THRESHOLD
        ):
            passed_over = (
                *leftovers(request, filled, self._understanding(known)),
                *self._what_it_never_does(known, request, filled),
            )
            candidate.passed_over = list(dict.fromkeys(passed_over))
            candidate.fits = not passed_over
        return candidate

    def _what_it_never_does(self, known: _Known, request: str, filled: Filled) -> Iterator[str]:
        """Whatever filled a variable counts, too: "merge on different keys" names no column. What told it counts only
        against the template's own list: "rows where `id` is missing" may be what the template does."""
        whole = tuple(words_of(QUOTED.sub(" ", request)))
        yield from (phrase for term, phrase in known.never.items() if _says(whole, term))
        rest = tuple(words_of(QUOTED.sub(" ", _blanked(request, filled.cues))))
        yield from (phrase for term, phrase in self._never.items() if _says(rest, term))

    def _understanding(self, known: _Known) -> Understanding:
        return Understanding(
            knows=lambda word: stem(word) in known.vocabulary,
            neutral=lambda word: stem(word) in self._neutral,
            stop=self._stop,
            pairs=known.pairs,
        )

    @staticmethod
    def _names_job(known: _Known, stems: Stems, filled: Filled) -> bool:
        surely_filled = any(not span.bare for span in filled.spans)
        return all(
            (by_filling and surely_filled) or any(_says(stems, term) for term in group)
            for group, by_filling in zip(known.job, known.by_filling, strict=True)
        )

    def _score(self, known: _Known, said: list[str], filled: Filled, request: str) -> float:
        ignored = known.subjects.union(*(_stems(request[start:end]) for start, end in filled.cues))
        understood = total = 0.0
        for word in set(map(stem, said)):
            if word in known.vocabulary:
                understood += self._weights[word]
                total += self._weights[word]
            elif word not in ignored:
                total += self._weight(0)
        guesses = {stem(span.bare.lower()) for span in filled.spans if span.bare}
        total += len(guesses - self._neutral - known.vocabulary) * self._weight(0) / 4
        return understood / total if total else 0.0


def _says(stems: Stems, term: Stems) -> bool:
    size = len(term)
    return any(stems[start : start + size] == term for start in range(len(stems) - size + 1))


def _blanked(request: str, places: Iterable[tuple[int, int]]) -> str:
    characters = list(request)
    for start, end in places:
        characters[start:end] = " " * (end - start)
    return "".join(characters)
