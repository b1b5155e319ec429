"""Laws that a request states: what holds for every input, so that a property test can look for one where it doesn't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from ..hard.signatures import Signature, signatures

LawKind = Literal["round trip", "sorted", "idempotent", "conserved"]

_MAX_PROMPT = 100_000
_MAX_SENTENCES = 2_000
_SHOWN = 200

_STATED: dict[LawKind, str] = {
    "round trip": r"\bround[- ]?trip\w*|\blossless\w*|\binverses? of\b|\bthe inverse\b"
    r"|\b(?:gets?|gives?|restores?|recovers?|returns?|yields?) (?:you )?(?:back )?the original\b"
    r"|\bback to the original\b"
    r"|\bencod\w+(?:,| and|/| &) (?:then )?decod\w+|\bserial\w+(?:,| and|/| &) deserial\w+"
    r"|\bcompress\w*(?:,| and|/| &) decompress\w*|\bencrypt\w*(?:,| and|/| &) decrypt\w*",
    "sorted": r"\bsort(?:s|ing)? (?:the|a|an|it|them|all|these|by|list|rows|in)\b"
    r"|\bsorted (?:by|in|ascending|descending|alphabetically|output|result|copy)\b"
    r"|\breturn\w* (?:\w+ ){0,5}sorted\b|\bin (?:ascending|descending|increasing|decreasing|alphabetical) order\b",
    "idempotent": r"\bidempoten\w*|\bappl(?:y|ying|ied) (?:it )?(?:twice|again|a second time|repeatedly)\b"
    r"|\btwice\b.{0,60}\b(?:same|no change|nothing|once)\b"
    r"|\balready (?:normali[sz]ed|clean\w*|sorted|formatted|valid|canonical)\b"
    r".{0,60}\b(?:unchanged|stays?|as is|alone|untouched|same)\b",
    "conserved": r"\b(?:row count|number of (?:rows|elements|items)|rows?)\b.{0,30}"
    r"\b(?:kept|preserved|unchanged|same|stays?|remains?)\b"
    r"|\bno rows? (?:is|are|may be|should be|must be|gets?) (?:lost|dropped|added|duplicated)\b"
    r"|\bkeep(?:s|ing)? (?:all|every|each of) (?:the |its )?(?:rows?|elements?|items?)\b"
    r"|\bsame (?:number of (?:rows|elements|items)|length|elements|items)\b|\bpermutation of (?:the|its)\b"
    r"|\b(?:sum|total)\b.{0,20}\b(?:preserved|unchanged|kept|stays?|remains?|conserved)\b"
    r"|\b(?:preserv|conserv)\w+ (?:the )?(?:sum|total|length|row count)\b",
}
_LAWS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _STATED.items()}
# The sentence says that the law does not hold, or holds of what goes in.
_DENIED: dict[LawKind, re.Pattern[str]] = {
    "round trip": re.compile(r"\blossy\b|\b(?:not|never|cannot|can't|n't)\b", re.IGNORECASE),
    "sorted": re.compile(
        r"(?:\b(?:not|never|without|stop)|n't) (?:be |in )?(?:\w+ )?(?:sort|ascend|descend|order)|\bunsorted\b"
        r"|\b(?:given|input|inputs|assum\w*|takes?|accepts?|already)\b"
        r".{0,40}\bsort|\bsorted (?:input|lists|arrays)\b|\boriginal order\b|\b(?:if|whether|check\w*)\b",
        re.IGNORECASE,
    ),
    "idempotent": re.compile(r"\b(?:not|never|isn't|need not)\b.{0,20}\bidempot|\bif not\b", re.IGNORECASE),
    "conserved": re.compile(
        r"\b(?:drop|remove|filter|delet|dedup)\w*|\ball (?:the )?permutations?\b|\b(?:if|whether|check\w*|only)\b",
        re.IGNORECASE,
    ),
}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_PAIRS = (
    ("encode", "decode"), ("encrypt", "decrypt"), ("compress", "decompress"), ("serialize", "deserialize"),
    ("serialise", "deserialise"), ("pack", "unpack"), ("escape", "unescape"), ("quote", "unquote"),
    ("format", "parse"), ("dump", "load"), ("dumps", "loads"), ("to", "from"), ("flatten", "unflatten"),
)  # fmt: skip


@dataclass(frozen=True)
class Law:
    """A law and where it stands. `names` are the functions that it is about, as far as they are known."""

    kind: LawKind
    sentence: str
    """The user's words; empty where only the functions' names say it."""
    names: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """What a property test of it asserts."""
        there, back = (
            (f"`{name}`" for name in self.names) if len(self.names) == 2 else ("one way", "the way back")
        )
        function = f"`{self.names[0]}`" if len(self.names) == 1 else "the function"
        return {
            "round trip": f"for any input, {back} of the result of {there} gives the input again",
            "sorted": f"for any input, what {function} gives is in order",
            "idempotent": f"for any input, applying {function} to its own result changes nothing",
            "conserved": f"for any input, {function} keeps what the request says is kept",
        }[self.kind]


def find_laws(prompt: str) -> list[Law]:
    """The laws that the request states, each kind once, in the order of `LawKind`."""
    prompt = prompt[:_MAX_PROMPT]
    known = signatures(prompt)
    sentences = list(islice(_SENTENCE.split(prompt), _MAX_SENTENCES))
    laws = []
    for kind, pattern in _LAWS.items():
        stated = (s for s in sentences if pattern.search(s[:1_000]) and not _DENIED[kind].search(s[:1_000]))
        sentence = next(stated, None)
        names = next(inverse_pairs(known), ()) if kind == "round trip" else _only_name(known)
        if sentence is not None or (kind == "round trip" and names):
            laws.append(Law(kind, " ".join((sentence or "").split())[:_SHOWN], names))
    return laws


def inverse_pairs(known: dict[str, Signature]) -> Iterator[tuple[str, str]]:
    """Functions whose names say that one undoes the other, such as ``to_hex`` and ``from_hex``."""
    for name in known:
        words = name.split("_")
        for there, back in _PAIRS:
            if there in words:
                other = "_".join(back if word == there else word for word in words)
                if other in known and other != name:
                    yield name, other


def _only_name(known: dict[str, Signature]) -> tuple[str, ...]:
    written = [name for name, signature in known.items() if not signature.given]
    return tuple(written) if len(written) == 1 else ()
