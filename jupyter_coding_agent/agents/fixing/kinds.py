"""Whether changed cells, once they have run, still leave what they left: each name, and the same kind of value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ..source import pysource
from . import guard
from .book import SOLUTION, Book

TEST = "test_names.py"
_NOTHING = "NoneType"
_NUMBERS = frozenset(
    {
        "int",
        "float",
        "complex",
        "bool",
        "Decimal",
        "Fraction",
        "bool_",
        "float16",
        "float32",
        "float64",
        "int8",
    }
    | {"int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
)


def names_of(book: Book, files: Mapping[str, str]) -> list[str]:
    """What the changed cells left or were to leave, without imports and loop variables."""
    found: set[str] = set()
    for change in book.changes(files):
        tree = pysource.parse(change.before)
        found |= guard.lasting_names(tree.body) if tree else set()
    return sorted(found)


def question(names: Sequence[str]) -> str:
    """A test file whose comparison shows the type of each name after a run; empty where it is not there."""
    return (
        "def test_names(cell):\n"
        "    namespace = cell().namespace\n"
        f"    names = {list(names)!r}\n"
        '    kinds = [type(namespace[name]).__qualname__ if name in namespace else "" for name in names]\n'
        "    assert kinds == []\n"
    )


def answer(names: Sequence[str], observed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name → type, from what such a run handed over; nothing where it handed over anything else."""
    texts = observed.get(f"{TEST}::test_names", ())
    try:
        kinds = json.loads(texts[0]) if texts else []
    except ValueError:
        return {}
    if not isinstance(kinds, list) or len(kinds) != len(names):
        return {}
    return {name: kind for name, kind in zip(names, kinds, strict=True) if isinstance(kind, str)}


def findings(
    book: Book, files: Mapping[str, str], kinds: Mapping[str, str], variables: Mapping[str, str]
) -> list[str]:
    """Sentences: names that are gone, are None, or have become something else.

    `variables`: name → type and schema in the notebook.
    """
    found = []
    for name, kind in kinds.items():
        was = variables.get(name, "").partition(":")[0].rpartition(".")[2]
        if not kind:
            found.append(f"{name} is not defined any more when it has run.")
        elif kind == _NOTHING and was != _NOTHING and not _was_none(book, name):
            found.append(f"{name} is None when it has run.")
        elif was and not _alike(was, kind) and not _may_change(book, files, name):
            found.append(f"{name} was {was} and has become {kind}.")
    return found


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= _NUMBERS


def _may_change(book: Book, files: Mapping[str, str], name: str) -> bool:
    """Whether another type may be the very mend, or is what the failing cell does anyway."""
    made_in = [path for path, text in book.originals.items() if name in pysource.defined_names(text)]
    changed = [change.path for change in book.changes(files)]
    # An earlier cell made what the failing one can't work with; or that one makes something else of it.
    used = name in _words(book.originals[SOLUTION])
    return (used and any(path != SOLUTION for path in changed if path in made_in)) or len(made_in) > 1


def _was_none(book: Book, name: str) -> bool:
    return any(f"{name} = None" in text for text in book.originals.values())


def _words(source: str) -> Iterable[str]:
    tree = pysource.parse(source)
    return {node.id for node in guard.names_in(tree)} if tree else set()
