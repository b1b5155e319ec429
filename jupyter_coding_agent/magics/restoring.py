"""Secrets back in their places: a cell that was sent without them comes back without them too."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ..client.models import CellChange
from ..core.redaction import Redactor


def redacted(source: str) -> str:
    """A cell as it is sent: the same for the same cell."""
    return Redactor().source(source)


def restored(change: CellChange, cells: Sequence[str]) -> CellChange:
    """The change in terms of the user's cell, where that is one of `cells` (sources by number).

    Lines that the change leaves alone, or only moves, are the user's own again. A changed line keeps the words that
    stand for a secret: they show what has to be put in.
    """
    number = change["name"].removeprefix("In [").removesuffix("]")
    original = cells[int(number)] if number.isdigit() and int(number) < len(cells) else ""
    sent, kept = change["before"].split("\n"), original.split("\n")
    if original == change["before"] or redacted(original) != change["before"] or len(sent) != len(kept):
        return change
    own = {there: here for there, here in zip(sent, kept, strict=True) if there != here}
    after = "\n".join(own.get(line, line) for line in change["after"].split("\n"))
    return {
        **change,
        "before": original,
        "after": after,
        "unified_diff": _diff(change["path"], original, after),
    }


def restored_file(text: str, cells: Sequence[str]) -> str:
    """The user's own cell, the latest of which `text` is what was sent; else the text."""
    own = (cell for cell in reversed(cells) if cell.strip() and redacted(cell).rstrip() == text.rstrip())
    return next(own, text)


def _diff(path: str, before: str, after: str) -> str:
    old, new = (text.rstrip().split("\n") for text in (before, after))
    return "".join(
        f"{line}\n" for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    )
