"""What changed between two sets of files: a unified diff in git's form, and what it amounts to.

A file that one side has under another name is a rename where enough of its lines are the same, not a removal and
an addition.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from ..agents.diffs import changes, unified

SIMILAR = 0.6
"""The share of the same lines from which on a file counts as renamed."""
MOST_PAIRS = 2_500
"""Beyond so many pairs of names only files of equal content are found: similarity is measured pair by pair."""

LONGEST = 5_000
"""Lines of a file beyond which only equal content makes it a renamed one."""

Files = Mapping[str, str]


class Renamed(BaseModel):
    """A file under another name."""

    model_config = ConfigDict(extra="forbid")

    old_path: str
    new_path: str
    similarity: int
    """Percent of the lines that are the same; 100: only the name changed."""


class ChangesSummary(BaseModel):
    """What a diff amounts to."""

    model_config = ConfigDict(extra="forbid")

    files: int
    """How many differ, a renamed one counted once."""
    added: int
    """Lines."""
    removed: int
    """Lines."""
    added_files: list[str]
    removed_files: list[str]
    changed_files: list[str]
    renamed: list[Renamed]


@dataclass(frozen=True)
class Difference:
    """Both forms of one comparison."""

    unified_diff: str
    summary: ChangesSummary


@dataclass
class _Pairing:
    """Which removed file is which added one."""

    gone: dict[str, str]
    new: dict[str, str]
    renamed: list[Renamed] = field(default_factory=list)

    def pair(self, old_path: str, new_path: str, similarity: float) -> None:
        if old_path in self.gone and new_path in self.new:
            del self.gone[old_path], self.new[new_path]
            percent = int(100 * similarity)
            self.renamed.append(Renamed(old_path=old_path, new_path=new_path, similarity=percent))


def difference(before: Files, after: Files) -> Difference:
    """Compare two sets of files (path → text). Takes a moment for large ones: no work for an event loop."""
    pairing = _renames(before, after)
    pieces = {path: unified({path: before[path]}, {}) for path in pairing.gone}
    pieces |= {path: unified({}, {path: after[path]}) for path in pairing.new}
    changed = sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    pieces |= {path: unified({path: before[path]}, {path: after[path]}) for path in changed}
    pieces |= {one.new_path: _renamed_diff(one, before, after) for one in pairing.renamed}
    lines = changes(*_with_new_names(before, after, pairing.renamed))
    return Difference(
        unified_diff="".join(pieces[path] for path in sorted(pieces)),
        summary=ChangesSummary(
            files=len(pieces),
            added=lines.added,
            removed=lines.removed,
            added_files=sorted(pairing.new),
            removed_files=sorted(pairing.gone),
            changed_files=changed,
            renamed=sorted(pairing.renamed, key=lambda one: one.new_path),
        ),
    )


def _renames(before: Files, after: Files) -> _Pairing:
    """Equal files first, then the most similar ones, each once."""
    pairing = _Pairing(
        {path: before[path] for path in sorted(before.keys() - after.keys()) if before[path]},
        {path: after[path] for path in sorted(after.keys() - before.keys()) if after[path]},
    )
    for old_path, text in list(pairing.gone.items()):
        twin = next((path for path, other in pairing.new.items() if other == text), None)
        if twin is not None:
            pairing.pair(old_path, twin, 1.0)
    if len(pairing.gone) * len(pairing.new) <= MOST_PAIRS:
        for similarity, old_path, new_path in sorted(_similar(pairing), key=lambda one: (-one[0], *one[1:])):
            pairing.pair(old_path, new_path, similarity)
    # Empty files resemble each other, which says nothing.
    pairing.gone |= {path: "" for path in before.keys() - after.keys() if not before[path]}
    pairing.new |= {path: "" for path in after.keys() - before.keys() if not after[path]}
    return pairing


def _similar(pairing: _Pairing) -> Iterator[tuple[float, str, str]]:
    gone = {path: text.split("\n") for path, text in pairing.gone.items() if text.count("\n") < LONGEST}
    for new_path, new in pairing.new.items():
        if new.count("\n") >= LONGEST:
            continue
        # What the matcher knows of its second sequence serves every first one.
        matcher = difflib.SequenceMatcher(None, b=new.split("\n"))
        for old_path, old in gone.items():
            matcher.set_seq1(old)
            if matcher.real_quick_ratio() >= SIMILAR and matcher.quick_ratio() >= SIMILAR:
                similarity = matcher.ratio()
                if similarity >= SIMILAR:
                    # Not 100: such files were paired as equal.
                    yield min(similarity, 0.99), old_path, new_path


def _renamed_diff(one: Renamed, before: Files, after: Files) -> str:
    head = (
        f"diff --git a/{one.old_path} b/{one.new_path}\n"
        f"similarity index {one.similarity}%\n"
        f"rename from {one.old_path}\n"
        f"rename to {one.new_path}\n"
    )
    body = unified({one.new_path: before[one.old_path]}, {one.new_path: after[one.new_path]})
    _, newline, rest = body.partition("\n")
    return f"{head}--- a/{one.old_path}{newline}{rest}" if body else head


def _with_new_names(before: Files, after: Files, renamed: list[Renamed]) -> tuple[Files, Files]:
    """Both sides with a renamed file under its new name, so that only its changed lines count."""
    names = {one.old_path: one.new_path for one in renamed}
    return {names.get(path, path): text for path, text in before.items()}, after
