"""What comes from outside goes into a prompt as data: between markers it can't contain, and not too long."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

# Terminal colours and control characters say nothing to a model and can hide text from people.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Holds the note's words and any number that a text's length can be.
_NOTE_ROOM = 50


def random_marker() -> str:
    """A marker that nobody can guess beforehand."""
    return secrets.token_hex(6)


def fence(label: str, text: str, *, limit: int, marker: Callable[[], str] = random_marker) -> str:
    """At most `limit` characters of `text` as data named `label`, between markers it does not contain."""
    text = shorten(clean(text), limit).rstrip("\n")
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
