"""What comes from outside goes into a prompt as data: between markers it can't contain, and not too long."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Callable, Mapping

# Terminal colours and control characters say nothing to a model and can hide text from people.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Holds the note's words and any number that a text's length can be.
_NOTE_ROOM = 50
_NO_LABEL = re.compile(r"[^\w ./:()',-]")
_LABEL = 200
_WORD = re.compile(r"\S+")


def random_marker() -> str:
    """A marker that nobody can guess beforehand."""
    return secrets.token_hex(6)


def fence(label: str, text: str, *, limit: int, marker: Callable[[], str] = random_marker) -> str:
    """At most `limit` characters of `text` as data named `label`, between markers it does not contain."""
    text = shorten(clean(text), limit).rstrip("\n")
    label = _NO_LABEL.sub("_", label)[:_LABEL]
    token = marker()
    while token in text:
        token = marker()
    return f"<data-{token} {label}>\n{text}\n</data-{token}>"


def clean(text: str) -> str:
    """The text without control characters, with plain line ends."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: the beginning and the end, with a note of what was left out."""
    if len(text) <= limit:
        return text
    room = limit - _NOTE_ROOM
    if room <= 0:
        return text[:limit]
    head = room * 2 // 3
    return f"{text[:head]}\n[… {len(text) - room} characters left out …]\n{text[len(text) - room + head :]}"


def tokens(text: str) -> int:
    """A careful estimate of how many tokens a text is, without any model's tokenizer.

    The largest of 1.4 a word and one for 3.5 characters, where each character outside ASCII counts as a token
    and a half: English prose and code come out a little high in common byte-pair vocabularies.
    """
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    words = sum(1 for _ in _WORD.finditer(text))
    return math.ceil(max(1.4 * words, (len(text) - foreign) / 3.5 + 1.5 * foreign))


def fit(text: str, budget: int) -> str:
    """The text, shortened to at most so many tokens."""
    limit = len(text)
    while limit and (needed := tokens(shorten(text, limit))) > budget:
        limit = min(limit - 1, int(limit * budget / needed))
    return shorten(text, limit)


def share(texts: Mapping[str, str], budget: int) -> dict[str, str]:
    """The texts, shortened to so many tokens in all: what is short stays whole, the rest is cut alike."""
    sizes = {name: tokens(text) for name, text in texts.items()}
    shared: dict[str, str] = {}
    left = len(texts)
    for name in sorted(texts, key=lambda name: sizes[name]):
        shared[name] = fit(texts[name], budget // left)
        budget -= min(sizes[name], budget // left)
        left -= 1
    return {name: shared[name] for name in texts}
