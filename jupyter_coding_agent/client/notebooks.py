"""Notebooks: read from a file, proved by the engine, and what came of it in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypedDict, cast

from ..core.errors import EngineUnavailable, InvalidInput, TooLarge
from . import words
from .environment import distributions, python_version
from .errors import error_in
from .sse import events

MOST_CELLS = 2000
MOST_BYTES = 100 * 1024 * 1024
_VERSION = re.compile(r"3\.\d{1,2}(\.\d+)?")
_MARKS = {"ran": "✓", "failed": "✗", "not run": "–", "skipped": "·"}

Cell = dict[str, Any]


class Report(TypedDict):
    """What POST /notebooks/prove answers."""

    status: str
    breaks: int | None
    explanation: str
    cells: list[dict[str, Any]]
    recorded_order: list[int] | None
    proposal: dict[str, Any] | None
    effects: dict[str, Any]
    isolation: dict[str, Any] | None
    receipt: dict[str, Any] | None
    duration_ms: float


class NotebooksClient:
    """The notebooks of an engine. `stream` posts and gives the answer's pieces. Raises as `AgentClient` does."""

    def __init__(self, stream: Callable[..., AbstractContextManager[Iterator[bytes]]]) -> None:
        self._stream = stream

    def prove(self, request: Mapping[str, Any], ended: Callable[[Cell], None] = lambda cell: None) -> Report:
        """POST /notebooks/prove; `ended` is told of each cell. Whoever leaves early cancels it."""
        for again in (True, False):
            try:
                return self._prove(request, ended)
            except EngineUnavailable as error:
                # Refused before anything was sent (it ended when idle or moved): ask its successor.
                if not again or type(error.__cause__).__name__ != "ConnectError":
                    raise
        raise AssertionError("the second try returned or raised")

    def _prove(self, request: Mapping[str, Any], ended: Callable[[Cell], None]) -> Report:
        with self._stream("/notebooks/prove", request) as pieces:
            for event in events(pieces):
                if event.kind == "cell":
                    ended(dict(event.data))
                elif event.kind == "completed":
                    return cast(Report, event.data)
                elif event.kind == "error":
                    raise error_in(event.data)
        raise EngineUnavailable("The engine ended before the notebook was proved. Ask again.")


def read_notebook(path: Path) -> dict[str, Any]:
    """The request that proves a notebook's file; its Markdown and raw cells have no part.

    Raises:
        InvalidInput: it is no Python notebook.
        TooLarge: it has too many cells.
    """
    document = _document(path)
    metadata = _mapping(document.get("metadata"))
    spec, language = _mapping(metadata.get("kernelspec")), _mapping(metadata.get("language_info"))
    name = str(language.get("name") or spec.get("language") or "python").lower()
    if name not in ("python", "ipython"):
        raise InvalidInput(f"{path} is a notebook for {name}: only Python notebooks can be proved.")
    listed = document.get("cells")
    if listed is None:
        # nbformat 3
        sheets = [_mapping(sheet) for sheet in _list(document.get("worksheets"))]
        listed = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    cells = [_cell(cell) for cell in map(_mapping, _list(listed)) if cell.get("cell_type") == "code"]
    version = str(language.get("version") or "")
    return request_for(cells, str(path), version if _VERSION.fullmatch(version) else None)


def request_for(cells: Sequence[Cell], what: str, kernel_python: str | None = None) -> dict[str, Any]:
    """The request that proves these cells. Raises InvalidInput, TooLarge, which speak of `what`."""
    if not any(cell["source"].strip() for cell in cells):
        raise InvalidInput(f"{what} has no code that could be proved.")
    if len(cells) > MOST_CELLS:
        raise TooLarge(f"{what} has {len(cells)} code cells: at most {MOST_CELLS} can be proved at once.")
    return {
        "cells": list(cells),
        "kernel_python": kernel_python or python_version(),
        "packages": distributions()[:5000],
    }


def cell_line(cell: Mapping[str, Any]) -> str:
    """A cell that has ended, in a few words."""
    what = _error(cell["error"]) if cell["error"] else cell["reason"]
    return words.shorten(_printable(f"{cell['name']} {cell['status']}{': ' if what else ''}{what}"), 120)


def rows(report: Report) -> list[tuple[str, str, str, str]]:
    """Sign, cell, status and what there is to say, of each cell that is not empty."""
    return [
        (_MARKS.get(cell["status"], ""), cell["name"], cell["status"], _printable(" ".join(_remarks(cell))))
        for cell in report["cells"]
        if cell["reason"] != "It is empty."
    ]


def notes(report: Report) -> list[str]:
    """Sentences on the whole, and what is proposed."""
    found = [report["explanation"]]
    if report["recorded_order"] is not None:
        found.append(
            "The numbers beside the cells tell that they were last run in another order than they stand in."
        )
    done = words.effect_sentences(report["effects"])
    if done:
        found.append(f"Beyond computing, it {'; '.join(done)}.")
    proposal = report["proposal"]
    if proposal is not None:
        found.append(f"Proposed, and seen to run: {proposal['message']}")
        if proposal["order"] is not None:
            found.append(f"The order: {_ordered(report, proposal['order'])}.")
    return [_printable(sentence) for sentence in found]


def _remarks(cell: Mapping[str, Any]) -> Iterator[str]:
    error = cell["error"]
    if error is not None:
        place = f" (line {error['line']})" if error["line"] else ""
        yield f"{_error(error).rstrip('.')}{place}."
    if cell["reason"]:
        yield cell["reason"]
    for name in cell["relies_on"]:
        yield name["message"] + (f" Perhaps: {name['suggestion']}." if name["suggestion"] else "")
    for kind in ("lint", "security", "data"):
        for finding in cell[kind]:
            if finding["severity"] in ("error", "high") or kind == "data":
                yield f"Line {finding['line']}: {finding['message'].rstrip('.')}."


def _error(error: Mapping[str, Any]) -> str:
    return f"{error['type']}: {error['message']}" if error["message"] else str(error["type"])


def _printable(text: str) -> str:
    """What cells say goes to terminals: no control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def _ordered(report: Report, order: Sequence[int]) -> str:
    """The order with what stays together in one word: ``In [2]–In [4], In [1]``."""
    runs: list[list[int]] = []
    for position in order:
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    named = [[report["cells"][run[0]]["name"], report["cells"][run[-1]]["name"]] for run in runs]
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in named)


def _document(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TooLarge(f"{path} is larger than {MOST_BYTES // 1024**2} MiB: clear its outputs first.")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not a notebook: it is no JSON document.") from error
    if not isinstance(document, dict) or not ({"cells", "worksheets"} & document.keys()):
        raise InvalidInput(f"{path} is not a notebook: it has no cells.")
    return document


def _cell(cell: Mapping[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    text = source if isinstance(source, str) else "".join(map(str, _list(source)))
    count = cell.get("execution_count", cell.get("prompt_number"))
    identifier = cell.get("id")
    return {
        # Half of a surrogate pair can't be sent.
        "source": text.encode(errors="replace").decode(),
        "id": identifier[:200] if isinstance(identifier, str) else None,
        "execution_count": count if isinstance(count, int) and abs(count) < 2**53 else None,
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
