"""Mends that take no model: an import that everybody writes alike, and a name that is misspelt in one way only."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..models import Raised
from ..source import pysource
from .book import SOLUTION, Book
from .raised import name_in

_SIMILAR = 0.75
_ALIASES = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
    "sp": "import scipy as sp",
    "pl": "import polars as pl",
    "dt": "import datetime as dt",
    "Path": "from pathlib import Path",
    "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict",
    "deque": "from collections import deque",
    "dataclass": "from dataclasses import dataclass",
    "partial": "from functools import partial",
    "Decimal": "from decimal import Decimal",
    "Fraction": "from fractions import Fraction",
    "timedelta": "from datetime import timedelta",
}
_MODULES = frozenset(
    {
        "bisect", "calendar", "collections", "csv", "datetime", "functools", "glob", "hashlib", "heapq", "io",
        "itertools", "json", "math", "operator", "os", "pathlib", "random", "re", "shutil", "statistics", "string",
        "sys", "tempfile", "textwrap", "time", "uuid", "numpy", "pandas", "scipy",
    }
)  # fmt: skip
_ATTRIBUTE = re.compile(r"'?(?P<owner>[\w.]+)'? (?:object )?has no attribute '(?P<name>\w+)'")
_QUOTED = re.compile(r"\A[rRuU]?([\"']{1,3})(.*)\1\Z")
_COLUMN = re.compile(r"(?:columns |, )(.+?) \([\w\[\], .:/-]+\)")


@dataclass(frozen=True)
class Mend:
    """One small change of one cell."""

    kind: Literal["import", "rename"]
    files: dict[str, str]
    sentence: str


def find(book: Book, files: Mapping[str, str], raised: Raised, variables: Mapping[str, str]) -> Mend | None:
    """The mend for cells that raise this; None where none is known, or more than one would do.

    `variables`: name → type and schema of what stands in the notebook.
    """
    whole = book.whole(files)
    wrong = name_in(raised)
    if raised.type == "NameError":
        return _import(book, whole, wrong) or _rename(book, whole, wrong, _names(whole, variables), ast.Name)
    if raised.type == "KeyError":
        return _rename(book, whole, wrong, _keys(whole, variables), ast.Constant)
    attribute = _ATTRIBUTE.search(raised.message) if raised.type == "AttributeError" else None
    if attribute and attribute["owner"] in ("DataFrame", "Series"):
        return _rename(book, whole, attribute["name"], _columns(variables), ast.Attribute)
    return None


def _import(book: Book, whole: Mapping[str, str], name: str) -> Mend | None:
    line = _ALIASES.get(name) or (f"import {name}" if name in _MODULES else None)
    path = next((path for path in reversed(list(whole)) if _places(whole[path], name, ast.Name)), None)
    if line is None or path is None:
        return None
    lines = whole[path].split("\n")
    # A cell magic stays the first line.
    at = 1 if lines[0].startswith("%%") else 0
    begins = lines[at].split(" ")[0] if at < len(lines) else ""
    blank = {"import": [], "from": [], "def": ["", ""], "class": ["", ""]}.get(begins, [""])
    text = "\n".join([*lines[:at], line, *blank, *lines[at:]])
    return Mend("import", {path: text}, f"{book.name(path)} gets the missing import: {line}.")


def _rename(
    book: Book, whole: Mapping[str, str], wrong: str, known: Collection[str], kind: type[ast.expr]
) -> Mend | None:
    near = difflib.get_close_matches(wrong, sorted(set(known) - {wrong}), n=2, cutoff=_SIMILAR)
    # In the failing cell first: an earlier one has run.
    path = next((path for path in reversed(list(whole)) if _places(whole[path], wrong, kind)), None)
    if len(near) != 1 or path is None:
        return None
    text = _replaced(whole[path], wrong, near[0], kind)
    where = "" if path == SOLUTION else f", which stands in {book.name(path)}"
    return Mend("rename", {path: text}, f"{wrong} is not known{where}; it became {near[0]}.")


def _names(whole: Mapping[str, str], variables: Mapping[str, str]) -> set[str]:
    defined = set[str]().union(*(pysource.defined_names(text) for text in whole.values()))
    functions = {name for name in dir(builtins) if name.islower()}
    return defined | set(variables) | functions


def _keys(whole: Mapping[str, str], variables: Mapping[str, str]) -> set[str]:
    """Columns of what stands in the notebook, and keys that the cells write down."""
    found = set(_columns(variables))
    for node in _nodes(whole.values()):
        if isinstance(node, ast.Dict):
            found |= {text for key in node.keys if (text := _text(key)) is not None}
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= {text} if (text := _text(node.slice)) is not None else set()
    return found


def _columns(variables: Mapping[str, str]) -> set[str]:
    return {
        column for schema in variables.values() if "columns " in schema for column in _COLUMN.findall(schema)
    }


def _nodes(texts: Iterable[str]) -> Iterator[ast.AST]:
    for text in texts:
        tree = pysource.parse(text)
        yield from ast.walk(tree) if tree else ()


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _places(text: str, name: str, kind: type[ast.expr]) -> list[tuple[int, int, int]]:
    """Line (from 0), begin and end (in bytes) of every use of the name that stands on one line."""
    lines = [line.encode() for line in text.split("\n")]
    found = []
    for node in _nodes([text]):
        if not isinstance(node, kind) or _said(node) != name or node.end_lineno != node.lineno:
            continue
        end = node.end_col_offset or 0
        begin = end - len(name.encode()) if isinstance(node, ast.Attribute) else node.col_offset
        # Inside an f-string older Pythons count from elsewhere.
        piece = lines[node.lineno - 1][begin:end].decode(errors="replace")
        if (_QUOTED.sub(r"\2", piece) if kind is ast.Constant else piece) == name:
            found.append((node.lineno - 1, begin, end))
    return found


def _said(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Load) else None
    if isinstance(node, ast.Attribute):
        return node.attr if isinstance(node.ctx, ast.Load) else None
    return _text(node)


def _replaced(text: str, wrong: str, right: str, kind: type[ast.expr]) -> str:
    lines = [line.encode() for line in text.split("\n")]
    for line, begin, end in sorted(_places(text, wrong, kind), reverse=True):
        piece = lines[line][begin:end].replace(wrong.encode(), right.encode())
        lines[line] = lines[line][:begin] + piece + lines[line][end:]
    return b"\n".join(lines).decode()
