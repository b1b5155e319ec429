"""An example as it was found, with what is needed to doubt it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...validation.models import Example


@dataclass(frozen=True)
class Candidate:
    """An example and how it was written.

    `kind`: ``code`` is an assertion, ``session`` a doctest, ``relation`` a sentence or a comment, ``table`` a
    row. `normative`: it says what should be ("f(2) must return 5"), not what is.
    """

    example: Example
    kind: Literal["code", "session", "relation", "table"]
    normative: bool = False
