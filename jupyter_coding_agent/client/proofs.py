"""The receipts that a notebook shows, each with what is to be asked about it: the body of POST /receipts/verify.

A notebook is a document of anybody's: nothing in it is run, what is said of it is cleaned of control characters, and a
part that is not what it should be is no error but a receipt that does not hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.digest import source_sha256
from ..core.errors import InvalidInput
from . import sidecar
from .words import printable, shorten

MARK = "coding_agent"
"""The key of our metadata in a notebook and in each of its cells."""
FILE = "solution.py"
_MOST_BYTES = 256 * 1024 * 1024
_MOST_FILES = 200
"""More cells are no result of the agent's."""
_LONGEST_LINE = 60
_LONGEST_ID = 64

Notebook = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """Something that shows a receipt, mostly a cell."""

    name: str
    """``In [3], cell 5f2a``: how people find it."""
    position: int | None
    """Among all cells of the notebook, from 1."""
    cell_id: str | None
    execution_count: int | None
    first_line: str
    request: dict[str, Any]


@dataclass
class _Cell:
    position: int
    cell: Mapping[str, Any]
    source: str
    mark: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        path = self.mark.get("path")
        return unicode(path) if isinstance(path, str) else FILE

    @property
    def execution(self) -> str | None:
        execution = self.mark.get("execution_id")
        return execution if isinstance(execution, str) and execution else None


def read(path: Path) -> Notebook:
    """The notebook in a file. Raises InvalidInput where it is not one."""
    try:
        if not path.is_file():
            raise InvalidInput(f"{_named(path)} is not a file: name a notebook (.ipynb).")
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(
                f"{_named(path)} has more than {_MOST_BYTES // 1024**2} MiB: clear its outputs."
            )
        notebook = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{_named(path)} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{_named(path)} is not a notebook: it is not valid JSON.") from error
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        raise InvalidInput(f"{_named(path)} is of an old format: open it in JupyterLab and save it.")
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise InvalidInput(f"{_named(path)} is not a notebook: it has no cells.")
    return notebook


def claims(
    notebook: Notebook, folder: Path | None, name: str | None, known: Mapping[str, sidecar.Mark] | None = None
) -> list[Claim]:
    """Every code cell with a receipt, in order.

    Args:
        folder: where the notebook lies; receipts that are kept there count for cells that have none.
        name: the notebook's file name.
        known: further such receipts: hash of the source → mark.
    """
    there = [*_code_cells(notebook)]
    around = {"notebook": _id(_mark_of(notebook).get("id")) or ""}
    contexts: list[dict[str, Any]] = [
        {**around, "proved_in": _id(cell.mark.get("notebook"))} for cell in there
    ]
    for place, cell in enumerate(there):
        if cell.mark.get("receipt") is not None:
            continue
        kept = (known or {}).get(source_sha256(cell.source))
        if kept is not None:
            contexts[place]["proved_in"] = _id(kept.get("notebook"))
        elif folder is not None:
            kept = sidecar.find(folder, name, cell.source)
            contexts[place] = _places(folder, name, kept or {})
        if kept is not None:
            cell.mark = kept
    return [
        _claim(cell, there, contexts[place], there[:place])
        for place, cell in enumerate(there)
        if cell.mark.get("receipt") is not None and cell.mark.get("role", "code") == "code"
    ]


def marks(notebook: Notebook) -> dict[str, sidecar.Mark]:
    """Hash of the source → mark of every code cell with a receipt: for the same cells elsewhere."""
    return {
        source_sha256(cell.source): dict(cell.mark)
        for cell in _code_cells(notebook)
        if cell.mark.get("receipt") is not None
    }


def _claim(cell: _Cell, there: list[_Cell], context: dict[str, Any], above: list[_Cell]) -> Claim:
    receipt = cell.mark["receipt"]
    if isinstance(receipt, dict) and receipt.get("notebook") is not None:
        context = {**context, "cells": [other.source for other in above]}
    request = {
        "receipt": plain(receipt),
        "source": cell.source,
        "path": cell.path,
        "context": {name: value for name, value in context.items() if value is not None},
    }
    files = _files(cell, there)
    if len(files) > 1:
        request["files"] = files
    count, cell_id = cell.cell.get("execution_count"), cell.cell.get("id")
    number = count if type(count) is int else None
    ident = shorten(printable(cell_id), _LONGEST_ID) or None if isinstance(cell_id, str) else None
    name = (
        f"cell {ident or cell.position}"
        if number is None
        else f"In [{number}], cell {ident or cell.position}"
    )
    return Claim(name, cell.position, ident, number, _first_line(cell.source), request)


def _files(cell: _Cell, there: list[_Cell]) -> dict[str, str]:
    """Path → text of the cells of the same execution; of two with the same path the nearer one."""
    if cell.execution is None:
        return {}
    others = [
        other
        for other in there
        if other.execution == cell.execution and other.mark.get("role", "code") == "code"
    ]
    if len(others) > _MOST_FILES:
        return {}
    others.sort(key=lambda other: -abs(other.position - cell.position))
    return {other.path: other.source for other in others}


def _code_cells(notebook: Notebook) -> Iterator[_Cell]:
    for position, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield _Cell(position, cell, _source(cell.get("source")), _mark_of(cell))


def _mark_of(node: Notebook) -> Mapping[str, Any]:
    metadata = node.get("metadata")
    mark = metadata.get(MARK) if isinstance(metadata, dict) else None
    return mark if isinstance(mark, dict) else {}


def _source(source: object) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return unicode(source) if isinstance(source, str) else ""


def _places(folder: Path, name: str | None, kept: sidecar.Mark) -> dict[str, Any]:
    """What was proved for a notebook that still lies there was copied from it; else it has been renamed."""
    origin = kept.get(sidecar.NAME)
    if not isinstance(origin, str) or name is None or origin == name or Path(origin).name != origin:
        return {}
    # A name may hold what no file system takes.
    with suppress(OSError, ValueError):
        return {"notebook": name, "proved_in": unicode(origin)} if (folder / origin).exists() else {}
    return {}


def _id(value: object) -> str | None:
    return unicode(value) if isinstance(value, str) and value else None


def plain(receipt: object) -> dict[str, Any]:
    """Anybody's receipt as it may be sent; an empty one, which holds for nothing, where it may not."""
    try:
        sent = json.loads(unicode(json.dumps(receipt, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def unicode(text: str) -> str:
    """JSON may hold half a surrogate pair, which no encoding takes."""
    return text.encode(errors="replace").decode()


def _first_line(source: str) -> str:
    lines = (line.strip() for line in source.splitlines())
    return shorten(printable(next(filter(None, lines), "")), _LONGEST_LINE)


def _named(path: Path) -> str:
    return printable(str(path))
