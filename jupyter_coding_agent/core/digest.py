"""How a text of a notebook is known by its hash."""

from __future__ import annotations

import hashlib


def source_sha256(source: str) -> str:
    """SHA-256 (hexadecimal) of a cell's source without white space at its end, which front ends strip.

    Half of a surrogate pair, which only a hostile document has, counts as a question mark.
    """
    return hashlib.sha256(source.rstrip().encode(errors="replace")).hexdigest()
