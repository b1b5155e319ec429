"""Requirements as far as the loop must understand them: their names, and whether the user named them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.utils import canonicalize_name

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
# A package's name is often a plain word too: it is meant as a package only beside one of these.
_NAMED_AFTER = re.compile(
    rf"\b(?:import|installs?|uses?|using|requires?|packages?|library|libraries|modules?)\s+(?:the\s+)?[`'\"]?({_NAME})",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(rf"(?<![\w.-])({_NAME})[`'\"]?\s+(?:package|library|module)\b", re.IGNORECASE)


def name_of(requirement: str) -> str:
    """The distribution's name as an index knows it."""
    match = re.match(_NAME, requirement.strip())
    return _canonical(match[0]) if match else ""


def named_by_user(prompt: str, requirements: Iterable[str]) -> list[str]:
    """The names of those requirements that the request itself asks for as packages."""
    words = [*_NAMED_AFTER.findall(prompt), *_NAMED_BEFORE.findall(prompt)]
    named = {_canonical(word) for word in words}
    return [name for name in map(name_of, requirements) if name in named]


def _canonical(name: str) -> str:
    # Punctuation at the end belongs to the sentence.
    return canonicalize_name(name.rstrip("._-"))
