"""Which effects of a piece of code its request did not call for.

A pass in a sandbox says nothing about the same code with the user's rights, so code is only run unseen where
it does no more than was asked for. When in doubt it was not: the user can still look and run the cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

# What data work is full of ("process the rows", "write a function", "remove duplicates") does not count.
_WORDS: Mapping[str, tuple[str, str]] = {
    "network": (
        "connect to the network",
        r"https?|urls?|download\w*|fetch\w*|api|web|website|internet|network|scrap\w*|upload\w*",
    ),
    "processes": ("start programs", r"subprocess\w*|shell|commands?|external program\w*|git"),
    "deletes": ("delete files", r"(delet|remov|eras|unlink)\w*[^.;]*\b(files?|folders?|director\w+)"),
    "writes": (
        "write files",
        r"sav(e|es|ing)|export\w*|files?|to_(csv|excel|json|parquet)|writ\w+[^.;]*\bto\b",
    ),
}


def unasked(request: str, effects: Mapping[str, Any]) -> list[str]:
    """Sentences, one for each kind of effect that the request does not mention."""
    sentences = []
    for kind, (what, words) in _WORDS.items():
        targets = [str(target) for target in effects.get(kind) or []]
        surprising = [target for target in targets if not _named(target, request)]
        if surprising and not re.search(rf"\b({words})\b", request, re.IGNORECASE):
            sentences.append(f"The request does not ask to {what}, and the code does: {_list(surprising)}.")
    return sentences


def _named(target: str, request: str) -> bool:
    """Does the request name this very file or host?"""
    name = PurePath(target).name
    return len(name) > 2 and name in request


def _list(targets: Sequence[str]) -> str:
    shown = ", ".join(targets[:5])
    return shown if len(targets) <= 5 else f"{shown} and {len(targets) - 5} more"
